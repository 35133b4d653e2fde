package io.github.hnswspring.index.reliability;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

import io.github.hnswspring.index.CorruptIndexException;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.TestVectors;
import io.github.hnswspring.index.VectorQuery;

/**
 * Loads damaged index files until its time is over, but a few at least, and uses whatever
 * loads. Ends with code 0, or 1 when anything but our exceptions came out, or 2 when one
 * case took too long; prints the seed of the case, which alone repeats it.
 */
final class FuzzIndexFile {

	/** So many files are tried, however slow the machine. */
	private static final int LEAST = 100;

	private static final long CASE_NANOS = 20_000_000_000L;

	/** Components of all vectors, beyond which an index is used less. */
	private static final long LARGE = 4_000_000;

	private static volatile long caseStarted = System.nanoTime();

	private static volatile long caseSeed;

	private final Path directory;

	private int refused;

	private int loaded;

	private FuzzIndexFile(Path directory) {
		this.directory = directory;
	}

	/**
	 * Runs the cases.
	 * @param arguments directory, first seed, milliseconds
	 */
	public static void main(String[] arguments) throws IOException {
		Path directory = Path.of(arguments[0]);
		long seed = Long.parseLong(arguments[1]);
		List<Corpus> corpus = Corpus.create(directory);
		long end = System.nanoTime() + Long.parseLong(arguments[2]) * 1_000_000;
		caseStarted = System.nanoTime();
		startWatchdog();
		FuzzIndexFile fuzz = new FuzzIndexFile(directory);
		do {
			caseSeed = seed++;
			caseStarted = System.nanoTime();
			Random random = new Random(caseSeed);
			Corpus good = corpus.get(random.nextInt(corpus.size()));
			byte[] bad = new FileMutator(random).mutate(good.file());
			try {
				fuzz.check(good, bad, random);
			}
			catch (Throwable ex) {
				System.out.println("FAILED seed " + caseSeed + ", from " + good.name() + ", " + bad.length + " bytes");
				ex.printStackTrace(System.out);
				System.exit(1);
			}
		}
		while (System.nanoTime() < end || fuzz.refused + fuzz.loaded < LEAST);
		System.out.println("REFUSED " + fuzz.refused);
		System.out.println("LOADED " + fuzz.loaded);
	}

	private static void startWatchdog() {
		Thread watchdog = new Thread(() -> {
			while (System.nanoTime() - caseStarted < CASE_NANOS) {
				try {
					Thread.sleep(200);
				}
				catch (InterruptedException ex) {
					return;
				}
			}
			System.out.println("HANGS seed " + caseSeed);
			Thread.getAllStackTraces().forEach((thread, frames) -> {
				System.out.println(thread);
				for (StackTraceElement frame : frames) {
					System.out.println("\tat " + frame);
				}
			});
			Runtime.getRuntime().halt(2);
		});
		watchdog.setDaemon(true);
		watchdog.start();
	}

	private void check(Corpus good, byte[] bad, Random random) throws IOException {
		Path file = this.directory.resolve("bad.hnsw");
		Path vectors = this.directory.resolve("bad.f32");
		Files.write(file, bad);
		byte[] vectorBytes = good.vectorFile();
		if (vectorBytes != null) {
			Files.write(vectors, vectorBytes);
		}
		HnswIndex index;
		try {
			index = (vectorBytes != null) ? HnswIndex.load(file, vectors, (id) -> null) : HnswIndex.load(file);
		}
		catch (CorruptIndexException ex) {
			this.refused++;
			if (!ex.getMessage().contains("bad.hnsw")) {
				throw new IllegalStateException("The message does not name the file", ex);
			}
			return;
		}
		catch (UncheckedIOException ex) {
			this.refused++;
			return;
		}
		finally {
			Files.deleteIfExists(file);
		}
		try (index) {
			this.loaded++;
			use(index, random);
			index.save(file);
		}
		finally {
			Files.deleteIfExists(vectors);
		}
	}

	/**
	 * The numbers may be nonsense and answers wrong, but nothing may fail or run on.
	 */
	private static void use(HnswIndex index, Random random) {
		index.statistics();
		index.audit();
		int dimensions = index.dimensions();
		// A thousand vectors of 65,535 dimensions are no nonsense, but much work.
		int rounds = ((long) dimensions * index.size() < LARGE) ? 5 : 1;
		for (int i = 0; i < rounds; i++) {
			float[] query = TestVectors.gaussian(random, dimensions);
			checkCount(index, index.search(query, 10));
			checkCount(index, index.search(VectorQuery.of(query).k(10).exact()));
			index.search(VectorQuery.of(query).k(7).filter((id) -> id % 3 == 0));
			index.search(query, 3, 50);
		}
		for (int i = 0; i < 30 * rounds; i++) {
			long id = random.nextInt(400);
			if (random.nextInt(3) == 0) {
				index.add(id, TestVectors.gaussian(random, dimensions));
			}
			else {
				index.remove(id);
			}
			index.vector(id);
		}
		checkCount(index, index.search(TestVectors.gaussian(random, dimensions), 10));
		index.audit();
	}

	private static void checkCount(HnswIndex index, List<Neighbor> hits) {
		if (hits.size() != Math.min(10, index.size())) {
			throw new IllegalStateException(hits.size() + " hits of " + index.size());
		}
	}

}
