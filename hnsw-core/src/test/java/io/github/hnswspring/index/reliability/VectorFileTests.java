package io.github.hnswspring.index.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.hnswspring.fixtures.Walks;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.TestVectors;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.index.VectorSource;
import io.github.hnswspring.index.vector.SlotOwners;
import io.github.hnswspring.index.vector.VectorSpace;
import io.github.hnswspring.reliability.ReliabilityReport;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Damage to the file the vectors lie in: every vector still comes back bit by bit as it
 * was added, from the source if need be.
 */
@Walks
class VectorFileTests {

	private static final String PROMISE = "Damage to the vector file costs time, never data";

	private static final int COUNT = 100;

	private static final int DIMENSIONS = 4;

	private static final int VECTOR_BYTES = DIMENSIONS * Float.BYTES;

	@TempDir
	Path directory;

	private Path file;

	private Path vectorFile;

	private final Map<Long, float[]> model = new HashMap<>();

	private byte[] good;

	private long slots;

	@BeforeEach
	void save() throws IOException {
		this.file = this.directory.resolve("index.hnsw");
		this.vectorFile = this.directory.resolve("vectors.f32");
		Random random = new Random(5);
		try (HnswIndex index = HnswIndex.builder(DIMENSIONS)
			.metric(Metric.EUCLIDEAN)
			.m(4)
			.vectorFile(this.vectorFile)
			.build()) {
			for (long id = 0; id < COUNT; id++) {
				this.model.put(id, TestVectors.gaussian(random, DIMENSIONS));
				index.add(id, this.model.get(id));
			}
			index.saveWithoutVectors(this.file);
		}
		this.slots = COUNT;
		try (var in = Files.newInputStream(this.vectorFile)) {
			this.good = in.readNBytes((int) this.slots * VECTOR_BYTES);
		}
	}

	@Test
	void everyFlippedByteIsNoticed() throws IOException {
		int asked = 0;
		for (int at = 0; at < this.good.length; at++) {
			byte[] bad = this.good.clone();
			bad[at] ^= (byte) (1 << (at % 8));
			asked += check(bad, "byte " + at, 1);
		}
		assertThat(asked).isEqualTo(this.good.length);
		ReliabilityReport.record(PROMISE, "VectorFileTests.everyFlippedByteIsNoticed", this.good.length
				+ " bytes flipped, one at a time: " + asked + " vectors fetched from the source, all bit-equal");
	}

	@Test
	void everyTruncationIsRepaired() throws IOException {
		for (int length = 0; length < this.good.length; length += 5) {
			byte[] bad = Arrays.copyOf(this.good, length);
			int asked = check(bad, "length " + length, -1);
			assertThat(asked).isEqualTo(COUNT - length / VECTOR_BYTES);
			assertThat(Files.size(this.vectorFile)).isGreaterThanOrEqualTo(this.good.length);
		}
		ReliabilityReport.record(PROMISE, "VectorFileTests.everyTruncationIsRepaired", (this.good.length + 4) / 5
				+ " truncated lengths: length restored before it is mapped, all vectors bit-equal");
	}

	@Test
	void damagedRegionsAreFetchedAnew() throws IOException {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		int asked = 0;
		int regions = 300;
		for (int i = 0; i < regions; i++) {
			byte[] bad = this.good.clone();
			int from = random.nextInt(bad.length);
			byte[] noise = new byte[Math.min(bad.length - from, 1 + random.nextInt(1000))];
			random.nextBytes(noise);
			System.arraycopy(noise, 0, bad, from, noise.length);
			if (random.nextBoolean()) {
				swapVectors(bad, random);
			}
			asked += check(bad, "seed " + seed + ", region " + i, -1);
		}
		assertThat(asked).isGreaterThan(regions / 2);
		ReliabilityReport.record(PROMISE, "VectorFileTests.damagedRegionsAreFetchedAnew",
				regions + " regions overwritten or vectors swapped: " + asked
						+ " vectors fetched from the source, all bit-equal",
				seed);
	}

	private static void swapVectors(byte[] bytes, Random random) {
		int a = random.nextInt(COUNT) * VECTOR_BYTES;
		int b = random.nextInt(COUNT) * VECTOR_BYTES;
		for (int i = 0; i < VECTOR_BYTES; i++) {
			byte swapped = bytes[a + i];
			bytes[a + i] = bytes[b + i];
			bytes[b + i] = swapped;
		}
	}

	/** Loads with a damaged vector file; returns how often the source was asked. */
	private int check(byte[] bad, String where, int expected) throws IOException {
		Files.write(this.vectorFile, bad);
		List<Long> asked = new ArrayList<>();
		try (HnswIndex index = HnswIndex.load(this.file, this.vectorFile, (id) -> {
			asked.add(id);
			return this.model.get(id);
		})) {
			float[] query = { 0.1f, 0.2f, 0.3f, 0.4f };
			assertThat(index.search(VectorQuery.of(query).k(COUNT).exact())).as(where).hasSize(COUNT);
			this.model
				.forEach((id, vector) -> assertThat(index.vector(id).orElseThrow()).as(where).containsExactly(vector));
			assertThat(asked).as(where).doesNotHaveDuplicates();
			if (expected >= 0) {
				assertThat(asked).as(where).hasSize(expected);
			}
		}
		return asked.size();
	}

	@Test
	void aMissingFileAndAnotherIndexesFileAreReplaced() throws IOException {
		Files.delete(this.vectorFile);
		try (HnswIndex index = HnswIndex.load(this.file, this.vectorFile, this.model::get)) {
			this.model.forEach((id, vector) -> assertThat(index.vector(id).orElseThrow()).containsExactly(vector));
		}
		byte[] foreign = new byte[this.good.length * 2];
		new Random(9).nextBytes(foreign);
		assertThat(check(foreign, "another file", -1)).isEqualTo(COUNT);
	}

	/**
	 * The node of equal vectors outlives the id it was made for, which may have another
	 * vector by now: the others know the right one.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void equalVectorsAreFetchedByAnIdThatStillHasThem(boolean shared) throws IOException {
		Path file = this.directory.resolve("equal.hnsw");
		Path vectorFile = this.directory.resolve("equal.f32");
		float[] copied = { 9, 9, 9, 9 };
		try (HnswIndex index = HnswIndex.builder(DIMENSIONS)
			.metric(Metric.EUCLIDEAN)
			.m(4)
			.vectorFile(vectorFile)
			.build()) {
			this.model.forEach(index::add);
			for (long id = 1000; id < 1009; id++) {
				this.model.put(id, copied);
				index.add(id, copied);
			}
			this.model.put(1000L, new float[] { -9, 0, 0, 0 });
			index.add(1000, this.model.get(1000L));
			index.saveWithoutVectors(file);
		}
		// Changed and removed after the snapshot: a replay does it again.
		this.model.put(1001L, new float[] { 0, -9, 0, 0 });
		this.model.remove(1002L);
		Files.write(vectorFile, new byte[0]);
		int[] asked = new int[1];
		VectorSource source = (id) -> {
			asked[0]++;
			return this.model.get(id);
		};
		try (HnswIndex index = shared ? HnswIndex.loadShared(file, vectorFile, source)
				: HnswIndex.load(file, vectorFile, source)) {
			for (int search = 0; search < 2; search++) {
				index.remove(1002);
				index.add(1001, this.model.get(1001L));
				assertThat(index.search(VectorQuery.of(copied).k(7).maxDistance(0))).extracting(Neighbor::id)
					.containsExactly(1003L, 1004L, 1005L, 1006L, 1007L, 1008L);
				assertThat(index.search(VectorQuery.of(copied).k(7).maxDistance(0).exact())).hasSize(6);
				this.model.forEach(
						(id, vector) -> assertThat(index.vector(id).orElseThrow()).as("id %d", id).isEqualTo(vector));
			}
			assertThat(asked[0]).isLessThan(2 * this.model.size());
		}
	}

	/**
	 * The source has another vector than the one that the rest of the index was made of:
	 * whoever compares what is there with what there should be finds that out.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void anotherVectorUnderTheIdIsNotTaken(boolean shared) throws IOException {
		Files.write(this.vectorFile, new byte[this.good.length]);
		float[] changed = { 30, 40, 50, 60 };
		this.model.put(17L, changed);
		try (HnswIndex index = shared ? HnswIndex.loadShared(this.file, this.vectorFile, this.model::get)
				: HnswIndex.load(this.file, this.vectorFile, this.model::get)) {
			assertThat(index.vector(17)).hasValueSatisfying((vector) -> assertThat(vector).isNotEqualTo(changed));
			index.add(17, changed);
			this.model
				.forEach((id, vector) -> assertThat(index.vector(id).orElseThrow()).as("id %d", id).isEqualTo(vector));
			assertThat(index.search(VectorQuery.of(changed).k(1))).containsExactly(new Neighbor(17, 0));
		}
	}

	/** What was put right stays right: the next start asks no source. */
	@Test
	void aRepairIsWrittenBack() throws IOException {
		assertThat(check(new byte[0], "empty", -1)).isEqualTo(COUNT);
		try (HnswIndex index = HnswIndex.load(this.file, this.vectorFile, (id) -> {
			throw new IllegalStateException("asked for " + id);
		})) {
			this.model.forEach((id, vector) -> assertThat(index.vector(id).orElseThrow()).containsExactly(vector));
		}
	}

	/** A full disk, or a file closed under a search: reading goes on. */
	@Test
	void aVectorThatCannotBeWrittenBackIsReadAllTheSame() throws IOException {
		Path empty = this.directory.resolve("empty.f32");
		int[] asked = new int[1];
		VectorSpace space = VectorSpace.inFile(DIMENSIONS, Metric.EUCLIDEAN, empty, (id) -> {
			asked[0]++;
			return this.model.get(id);
		}, false);
		space.restore(0, 1, space.checksum(this.model.get(17L)));
		space.restored(1, new SlotOwners() {

			@Override
			public long id(int slot) {
				return 17;
			}

			@Override
			public int leaderOf(int slot) {
				return slot;
			}

			@Override
			public int nextAlive(int slot) {
				return -1;
			}

		});
		space.close();
		float[] vector = new float[DIMENSIONS];
		for (int i = 1; i <= 2; i++) {
			space.get(0, vector);
			assertThat(vector).containsExactly(this.model.get(17L));
			assertThat(asked[0]).isEqualTo(i);
		}
	}

	/**
	 * An insertion that fails halfway, here because the source does, is not there
	 * afterwards, and the index can be used, saved and loaded.
	 */
	@Test
	void aSourceThatFailsFailsOneOperationOnly() throws IOException {
		Files.write(this.vectorFile, new byte[0]);
		AtomicBoolean fails = new AtomicBoolean();
		Random random = new Random(3);
		int failures = 0;
		try (HnswIndex index = HnswIndex.load(this.file, this.vectorFile, (id) -> {
			if (fails.get()) {
				throw new IllegalStateException("the database is away");
			}
			return this.model.get(id);
		})) {
			// The fewer vectors are still to be fetched, the later an insertion fails.
			for (long id = COUNT; id < 3 * COUNT; id++) {
				float[] vector = TestVectors.gaussian(random, DIMENSIONS);
				fails.set(id % 2 == 0);
				try {
					index.add(id, vector);
					this.model.put(id, vector);
				}
				catch (IllegalStateException ex) {
					assertThat(ex).hasMessage("the database is away");
					failures++;
				}
				assertThat(index.contains(id)).isEqualTo(this.model.containsKey(id));
			}
			fails.set(false);
			assertThat(failures).isPositive();
			assertThat(index.size()).isEqualTo(this.model.size());
			assertThat(index.audit().isSound()).isTrue();
			index.saveWithoutVectors(this.file);
		}
		try (HnswIndex index = HnswIndex.load(this.file, this.vectorFile, this.model::get)) {
			assertThat(index.size()).isEqualTo(this.model.size());
			assertThat(index.audit().isSound()).isTrue();
			this.model.forEach((id, vector) -> assertThat(index.vector(id).orElseThrow()).containsExactly(vector));
		}
	}

}
