package io.github.hnswspring.index.reliability;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import io.github.hnswspring.index.CorruptIndexException;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.TestVectors;
import io.github.hnswspring.index.reliability.FaultyDisk.Fault;
import io.github.hnswspring.reliability.ReliabilityReport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Every operation of a save and of a load fails once, in every way. */
class SaveFaultTests {

	/** Enough for a file of several blocks. */
	private static final int OLD_SIZE = 3000;

	private static final int DIMENSIONS = 100;

	@TempDir
	Path directory;

	private final FaultyDisk disk = new FaultyDisk();

	@Test
	void aSaveThatFailsLeavesTheOldFileOrTheNewOne() throws IOException {
		Path file = this.directory.resolve("index.hnsw");
		Path faulty = new FaultyFileSystem(FileSystems.getDefault(), this.disk).wrap(file);
		try (HnswIndex index = index()) {
			index.save(faulty);
			byte[] old = Files.readAllBytes(file);
			index.add(OLD_SIZE, TestVectors.gaussian(new Random(1), DIMENSIONS));
			this.disk.disarm();
			index.save(faulty);
			List<String> operations = new ArrayList<>(this.disk.operations());
			byte[] fresh = Files.readAllBytes(file);
			assertThat(operations).startsWith("create", "write")
				.endsWith("write", "force", "close", "rename", "open", "force", "close");
			assertThat(operations.stream().filter("write"::equals).count()).isGreaterThan(2);
			int faults = 0;
			for (int operation = 0; operation < operations.size(); operation++) {
				for (Fault fault : Fault.values()) {
					Files.write(file, old);
					String where = fault + " at operation " + operation + " of " + operations;
					saveWithFault(index, faulty, operation, fault, operations.get(operation), where);
					boolean renamed = operations.subList(0, operation).contains("rename")
							|| (operations.get(operation).equals("rename") && fault == Fault.AFTERWARDS);
					assertThat(Files.readAllBytes(file)).as(where).isEqualTo(renamed ? fresh : old);
					HnswIndex.load(file).close();
					faults++;
				}
			}
			this.disk.disarm();
			index.save(faulty);
			assertThat(Files.readAllBytes(file)).isEqualTo(fresh);
			ReliabilityReport.record("A save that fails leaves the old file or the new one",
					"SaveFaultTests.aSaveThatFailsLeavesTheOldFileOrTheNewOne",
					faults + " faults, " + new TreeSet<>(operations) + " x " + List.of(Fault.values())
							+ ": always loadable, no temporary file left, a later save works");
		}
	}

	private void saveWithFault(HnswIndex index, Path file, int operation, Fault fault, String operationName,
			String where) throws IOException {
		this.disk.arm(operation, fault);
		assertThatExceptionOfType(UncheckedIOException.class).as(where)
			.isThrownBy(() -> index.save(file))
			.withMessageContaining("could not be saved")
			.withMessageContaining("index.hnsw")
			.withMessageContaining(operationName);
		assertThat(this.disk.hasFailed()).as(where).isTrue();
		this.disk.disarm();
		try (Stream<Path> files = Files.list(this.directory)) {
			assertThat(files.map((path) -> path.getFileName().toString())).as(where).containsExactly("index.hnsw");
		}
	}

	@Test
	void aLoadThatFailsSaysSoAndALaterOneWorks() throws IOException {
		Path file = this.directory.resolve("index.hnsw");
		Path faulty = new FaultyFileSystem(FileSystems.getDefault(), this.disk).wrap(file);
		try (HnswIndex index = index()) {
			index.save(file);
		}
		HnswIndex.load(faulty).close();
		List<String> operations = new ArrayList<>(this.disk.operations());
		Set<String> kinds = new TreeSet<>(operations);
		assertThat(kinds).containsExactly("close", "open", "read");
		for (int operation = 0; operation < operations.size(); operation++) {
			this.disk.arm(operation, Fault.IO_ERROR);
			assertThatExceptionOfType(UncheckedIOException.class).as("operation " + operation + " of " + operations)
				.isThrownBy(() -> HnswIndex.load(faulty))
				.withMessageContaining("could not be read")
				.withMessageContaining("index.hnsw")
				.isNotInstanceOf(CorruptIndexException.class);
			this.disk.disarm();
			HnswIndex.load(faulty).close();
		}
		ReliabilityReport.record("A load that fails says so", "SaveFaultTests.aLoadThatFailsSaysSoAndALaterOneWorks",
				operations.size() + " file operations failed, " + kinds
						+ ": UncheckedIOException naming the file, the next load works");
	}

	private static HnswIndex index() {
		HnswIndex index = HnswIndex.builder(DIMENSIONS).metric(Metric.EUCLIDEAN).m(4).efConstruction(10).build();
		Random random = new Random(OLD_SIZE);
		long[] ids = new long[OLD_SIZE];
		float[][] vectors = new float[OLD_SIZE][];
		for (int i = 0; i < OLD_SIZE; i++) {
			ids[i] = i;
			vectors[i] = TestVectors.gaussian(random, DIMENSIONS);
		}
		index.addAll(ids, vectors);
		return index;
	}

}
