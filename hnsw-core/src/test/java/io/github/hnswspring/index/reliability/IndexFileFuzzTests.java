package io.github.hnswspring.index.reliability;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;

import io.github.hnswspring.index.CorruptIndexException;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.TestVectors;
import io.github.hnswspring.reliability.Child;
import io.github.hnswspring.reliability.ReliabilityReport;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Damaged index files in a JVM of 48 MiB: refused with our exceptions or usable, never a
 * hang, an OutOfMemoryError or an index out of bounds.
 */
class IndexFileFuzzTests {

	private static final String PROMISE = "A damaged index file is refused or harmless";

	/** The blocks of a small file: the header, the recall, the slots, the links, ... */
	private static final int SLOTS = 2;

	private static final int LINKS = 3;

	@TempDir
	Path directory;

	@Test
	void damagedFilesFromFixedSeeds() throws Exception {
		fuzz("damagedFilesFromFixedSeeds", 1, 3_000, 1);
	}

	@Test
	void damagedFilesFromNewSeeds() throws Exception {
		fuzz("damagedFilesFromNewSeeds", System.nanoTime(), 3_000, 4);
	}

	@Test
	@Tag("reliability-long")
	void damagedFilesForMinutes() throws Exception {
		fuzz("damagedFilesForMinutes", System.nanoTime(), 120_000, 2);
	}

	/** Only 31 layers are ever made; statistics have room for no more. */
	@Test
	void aLevelNoInsertionGives() throws Exception {
		Path file = this.directory.resolve("index.hnsw");
		try (HnswIndex index = HnswIndex.builder(1).metric(Metric.EUCLIDEAN).build()) {
			index.add(1, new float[] { 1 });
			index.save(file);
		}
		for (int level : new int[] { 30, 31, 63, 1 << 20 }) {
			Blocks blocks = Blocks.of(Files.readAllBytes(file));
			int layers = Math.min(level, 100) + 1;
			blocks.content(0).putLong(68, layers);
			blocks.content(SLOTS).putInt(8, level << 8);
			blocks.contents().set(LINKS, new byte[layers * Integer.BYTES]);
			Path changed = this.directory.resolve("changed.hnsw");
			Files.write(changed, blocks.toFile());
			if (level == 30) {
				try (HnswIndex index = HnswIndex.load(changed)) {
					assertThat(index.statistics().layers()).isEqualTo(31);
				}
			}
			else {
				assertThatExceptionOfType(CorruptIndexException.class).isThrownBy(() -> HnswIndex.load(changed))
					.withMessageContaining("level of slot 0");
			}
		}
	}

	/**
	 * Ids are entered into a table with room for those alive, as the header counts them.
	 */
	@Test
	void moreOrFewerAliveThanPromised() throws Exception {
		Path file = this.directory.resolve("index.hnsw");
		try (HnswIndex index = nineHundred()) {
			index.save(file);
		}
		byte[] good = Files.readAllBytes(file);
		Blocks none = Blocks.of(good);
		none.content(0).putInt(56, 0);
		Blocks oneIsFree = Blocks.of(good);
		oneIsFree.content(SLOTS).putInt(3 * 20 + 8, 2);
		Path changed = this.directory.resolve("changed.hnsw");
		for (int attempt = 0; attempt < 30; attempt++) {
			Files.write(changed, none.toFile());
			assertThatExceptionOfType(CorruptIndexException.class).isThrownBy(() -> HnswIndex.load(changed))
				.withMessageContaining("promises 0 live vectors, but there are 900");
			Files.write(changed, oneIsFree.toFile());
			assertThatExceptionOfType(CorruptIndexException.class).isThrownBy(() -> HnswIndex.load(changed))
				.withMessageContaining("promises 900 live vectors, but there are 899");
		}
	}

	@Test
	void aLinkToASlotThatIsFree() throws Exception {
		Path file = this.directory.resolve("index.hnsw");
		try (HnswIndex index = nineHundred()) {
			for (int id = 899; index.statistics().freeSlots() == 0; id--) {
				index.remove(id);
			}
			index.save(file);
		}
		Blocks blocks = Blocks.of(Files.readAllBytes(file));
		ByteBuffer slots = blocks.content(SLOTS);
		int free = 0;
		while (slots.getInt(free * 20 + 8) != 2) {
			free++;
		}
		// The links begin with the row of slot 0: its count, then its first link.
		assertThat(blocks.content(LINKS).getInt(0)).isPositive();
		blocks.content(LINKS).putInt(4, free);
		Files.write(file, blocks.toFile());
		assertThatExceptionOfType(CorruptIndexException.class).isThrownBy(() -> HnswIndex.load(file))
			.withMessageContaining("slot 0 links to slot " + free + " on layer 0, where no node is");
	}

	private static HnswIndex nineHundred() {
		HnswIndex index = HnswIndex.builder(1).metric(Metric.EUCLIDEAN).build();
		for (int id = 0; id < 900; id++) {
			index.add(id, new float[] { id });
		}
		return index;
	}

	/** Some parts skip, unread, blocks that others check: those others are believed. */
	@Test
	void theBlockThatIsDamagedIsNamed() throws Exception {
		Path file = this.directory.resolve("index.hnsw");
		try (HnswIndex index = HnswIndex.builder(300).metric(Metric.EUCLIDEAN).m(4).efConstruction(10).build()) {
			long[] ids = LongStream.range(0, 4000).toArray();
			Random random = new Random(1);
			index.addAll(ids,
					Arrays.stream(ids).mapToObj((id) -> TestVectors.gaussian(random, 300)).toArray(float[][]::new));
			index.save(file);
		}
		byte[] good = Files.readAllBytes(file);
		Blocks blocks = Blocks.of(good);
		assertThat(blocks.count()).isGreaterThan(5);
		int next = 0;
		for (byte[] content : blocks.contents()) {
			int start = next;
			byte[] bad = good.clone();
			ByteBuffer.wrap(bad).order(ByteOrder.LITTLE_ENDIAN).putInt(start, content.length - 4);
			Path changed = this.directory.resolve("changed.hnsw");
			Files.write(changed, bad);
			for (int attempt = 0; attempt < 3; attempt++) {
				assertThatExceptionOfType(CorruptIndexException.class).isThrownBy(() -> HnswIndex.load(changed))
					.withMessageContaining("the block at byte " + start + " ");
			}
			next += 8 + content.length;
		}
	}

	/**
	 * The parts of a file are read by one thread after the other, or side by side.
	 * @param processors so many the JVM is made to see
	 */
	private void fuzz(String test, long seed, int milliseconds, int processors) throws Exception {
		List<String> arguments = new ArrayList<>(Modules.OF_THIS_JVM);
		arguments.addAll(List.of("-Xmx48m", "-XX:+UseSerialGC", "-XX:ActiveProcessorCount=" + processors));
		Child child = Child.run(Path.of(""), Child.classPath(), arguments, milliseconds / 1000 + 120,
				FuzzIndexFile.class.getName(),
				List.of(this.directory.toString(), Long.toString(seed), Integer.toString(milliseconds)));
		assertThat(child.exitCode()).as("first seed " + seed + ": " + child.output()).isZero();
		int refused = Integer.parseInt(child.line("REFUSED"));
		int loaded = Integer.parseInt(child.line("LOADED"));
		assertThat(refused).as("seed " + seed).isGreaterThan(30);
		assertThat(loaded).as("seed " + seed).isGreaterThan(5);
		ReliabilityReport.record(PROMISE, "IndexFileFuzzTests." + test,
				(refused + loaded) + " mutated index files, checksums fixed up, heap 48 MiB: " + refused + " refused, "
						+ loaded + " loaded and used, 0 other exceptions",
				seed);
	}

}
