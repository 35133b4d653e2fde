package io.github.hnswspring.index.reliability;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.HnswIndexBuilder;
import io.github.hnswspring.index.IndexAudit;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.Quantization;
import io.github.hnswspring.index.TestVectors;
import io.github.hnswspring.index.VectorQuery;

import org.jspecify.annotations.Nullable;

/**
 * Runs a list of operations on an index and on a map, which must agree. The same list
 * gives the same run. Confined to one thread.
 */
final class ModelRun {

	private static final int DIMENSIONS = 8;

	private static final int K = 10;

	/** What can be done. */
	enum Kind {

		/** Adds or replaces a vector. */
		ADD,

		/** Adds or replaces several at once. */
		ADD_ALL,

		/** Removes an id that may or may not be there. */
		REMOVE,

		/** Compares answers with the map's, and audits. */
		CHECK,

		/** Saves, closes and loads. */
		RESTART,

		/** Saves, and goes on. */
		SAVE,

		/** Goes back to what was saved last, as after a crash. */
		CRASH,

		/** As {@link #RESTART}, with the vector file damaged in between. */
		DAMAGE

	}

	/**
	 * One operation.
	 *
	 * @param seed of its vectors
	 */
	record Operation(Kind kind, long id, long seed) {
	}

	/**
	 * Which index.
	 *
	 * @param mapped whether the vectors lie in a file of their own
	 */
	record Setup(Metric metric, Quantization quantization, boolean mapped) {
	}

	private final Setup setup;

	private final Path file;

	private final Path vectorFile;

	private Map<Long, float[]> model = new HashMap<>();

	private Map<Long, float[]> saved = new HashMap<>();

	private HnswIndex index;

	private ModelRun(Setup setup, Path directory) throws IOException {
		this.setup = setup;
		this.file = directory.resolve("model.hnsw");
		this.vectorFile = directory.resolve("model.f32");
		Files.deleteIfExists(this.vectorFile);
		HnswIndexBuilder builder = HnswIndex.builder(DIMENSIONS)
			.metric(setup.metric())
			.quantization(setup.quantization())
			.m(4)
			.efConstruction(30)
			.threads(1);
		if (setup.mapped()) {
			builder.vectorFile(this.vectorFile);
		}
		this.index = builder.build();
		save();
	}

	/**
	 * Runs operations from an empty index on.
	 * @return the position of the operation that failed and how, or null if none did
	 */
	static Map.@Nullable Entry<Integer, String> failure(Setup setup, Path directory, List<Operation> operations)
			throws IOException {
		ModelRun run = new ModelRun(setup, directory);
		for (int i = 0; i < operations.size(); i++) {
			String problem;
			try {
				problem = run.apply(operations.get(i));
			}
			catch (RuntimeException ex) {
				StackTraceElement[] frames = ex.getStackTrace();
				problem = ex + " at " + Arrays.asList(frames).subList(0, Math.min(4, frames.length));
			}
			if (problem != null) {
				run.index.close();
				return Map.entry(i, problem);
			}
		}
		run.index.close();
		return null;
	}

	private @Nullable String apply(Operation operation) throws IOException {
		Random random = new Random(operation.seed());
		long id = operation.id();
		switch (operation.kind()) {
			case ADD -> {
				float[] vector = TestVectors.gaussian(random, DIMENSIONS);
				this.index.add(id, vector);
				this.model.put(id, vector);
			}
			case ADD_ALL -> addAll(id, random);
			case REMOVE -> {
				boolean removed = this.index.remove(id);
				if (removed != (this.model.remove(id) != null)) {
					return "remove(" + id + ") returned " + removed;
				}
			}
			case CHECK -> {
				return check(id, random);
			}
			case SAVE -> save();
			case RESTART -> {
				save();
				load();
			}
			case CRASH -> load();
			case DAMAGE -> {
				save();
				this.index.close();
				damage(random);
				load();
			}
		}
		return null;
	}

	private void addAll(long first, Random random) {
		long[] ids = new long[20];
		float[][] vectors = new float[ids.length][];
		for (int i = 0; i < ids.length; i++) {
			ids[i] = first + i / 2;
			vectors[i] = TestVectors.gaussian(random, DIMENSIONS);
			this.model.put(ids[i], vectors[i]);
		}
		this.index.addAll(ids, vectors);
	}

	private void save() {
		if (this.setup.mapped()) {
			this.index.saveWithoutVectors(this.file);
		}
		else {
			this.index.save(this.file);
		}
		this.saved = new HashMap<>(this.model);
	}

	private void load() {
		this.index.close();
		this.model = new HashMap<>(this.saved);
		Map<Long, float[]> source = this.saved;
		this.index = this.setup.mapped() ? HnswIndex.load(this.file, this.vectorFile, source::get)
				: HnswIndex.load(this.file);
	}

	private void damage(Random random) throws IOException {
		if (!this.setup.mapped()) {
			return;
		}
		if (random.nextInt(4) == 0) {
			Files.delete(this.vectorFile);
			return;
		}
		try (RandomAccessFile bytes = new RandomAccessFile(this.vectorFile.toFile(), "rw")) {
			int used = 4 * DIMENSIONS * (this.model.size() + 1);
			if (random.nextInt(4) == 0) {
				bytes.setLength(random.nextInt(used));
				return;
			}
			byte[] noise = new byte[1 + random.nextInt(200)];
			random.nextBytes(noise);
			bytes.seek(random.nextInt(used));
			bytes.write(noise);
		}
	}

	private @Nullable String check(long id, Random random) {
		if (this.index.size() != this.model.size()) {
			return "size is " + this.index.size() + ", expected " + this.model.size();
		}
		IndexAudit audit = this.index.audit();
		if (!audit.isConnected()) {
			return "not sound: " + audit;
		}
		float[] vector = this.index.vector(id).orElse(null);
		if (!Arrays.equals(vector, this.model.get(id))) {
			return "vector(" + id + ") is " + Arrays.toString(vector) + ", expected "
					+ Arrays.toString(this.model.get(id));
		}
		float[] query = TestVectors.gaussian(random, DIMENSIONS);
		double[] nearest = this.model.values()
			.stream()
			.mapToDouble((other) -> TestVectors.distance(this.setup.metric(), other, query))
			.sorted()
			.limit(K)
			.toArray();
		String problem = check(query, this.index.search(VectorQuery.of(query).k(K).exact()), nearest, true);
		return (problem != null) ? problem : check(query, this.index.search(query, K), nearest, false);
	}

	private @Nullable String check(float[] query, List<Neighbor> hits, double[] nearest, boolean exact) {
		String which = exact ? "exact" : "approximate";
		if (hits.size() != nearest.length) {
			return hits.size() + " " + which + " hits, expected " + nearest.length;
		}
		for (int i = 0; i < hits.size(); i++) {
			Neighbor hit = hits.get(i);
			float[] vector = this.model.get(hit.id());
			if (vector == null) {
				return which + " hit " + hit.id() + " has been removed";
			}
			double distance = TestVectors.distance(this.setup.metric(), vector, query);
			if (differ(distance, hit.distance())) {
				return which + " hit " + hit.id() + " has distance " + hit.distance() + ", expected " + distance;
			}
			if (exact && differ(nearest[i], hit.distance())) {
				return "exact hit " + i + " has distance " + hit.distance() + ", expected " + nearest[i];
			}
		}
		return null;
	}

	private static boolean differ(double expected, double actual) {
		return Math.abs(expected - actual) > 1e-5 + 1e-5 * Math.abs(expected);
	}

}
