package io.github.hnswspring.benchmarks.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Finds or makes data sets by name and keeps their prepared form in a directory, so that
 * only the first run pays for generating vectors and true neighbours. Confined to one
 * thread.
 */
public final class Datasets {

	private static final Pattern GENERATED = Pattern.compile("text-(\\d+)x(\\d+)");

	private static final Pattern FAMILY = Pattern
		.compile("(" + String.join("|", Family.labels()) + ")-(\\d+)x(\\d+)-([a-z]+)");

	private final Path directory;

	private final @Nullable Path realData;

	private final int maxQueries;

	private final Consumer<String> progress;

	/**
	 * Creates the collection.
	 * @param directory where prepared data sets are kept
	 * @param realData where the real data sets lie, or {@code null} if there are none
	 * @param maxQueries most queries a set keeps
	 * @param progress told what is going on
	 */
	public Datasets(Path directory, @Nullable Path realData, int maxQueries, Consumer<String> progress) {
		this.directory = directory;
		this.realData = realData;
		this.maxQueries = maxQueries;
		this.progress = progress;
	}

	/**
	 * Gives a data set by name, preparing it if needed.
	 * @param name {@code passages384}, {@code mnist784}, {@code text-}n{@code x}d, a
	 * {@linkplain Family#dataset family}, {@code hdf5:}file or
	 * {@code limited-}n{@code :}name for the first n vectors of another set
	 * @return the data set
	 */
	public Dataset get(String name) {
		VectorSource source = source(name);
		Path home = this.directory.resolve(source.name() + "-q" + this.maxQueries + "-t" + Dataset.TRUTH_DEPTH);
		Dataset dataset = new Dataset(source.name(), source.space(), home.resolve("base.fbin"),
				home.resolve("query.fbin"), home.resolve("truth.fbin"));
		if (!Files.exists(dataset.truthFile())) {
			prepare(source, dataset);
		}
		return dataset;
	}

	private VectorSource source(String name) {
		int colon = name.indexOf(':');
		if (name.startsWith("limited-") && colon > 0) {
			int limit = Integer.parseInt(name.substring("limited-".length(), colon));
			return new LimitedSource(source(name.substring(colon + 1)), limit);
		}
		if (name.startsWith("hdf5:")) {
			return new Hdf5Source(Path.of(name.substring("hdf5:".length())));
		}
		Matcher generated = GENERATED.matcher(name);
		if (generated.matches()) {
			return new GeneratedTextSource(Integer.parseInt(generated.group(1)), Integer.parseInt(generated.group(2)));
		}
		Matcher family = FAMILY.matcher(name);
		if (family.matches()) {
			return new FamilySource(Family.of(family.group(1)), Integer.parseInt(family.group(2)),
					Integer.parseInt(family.group(3)), Space.of(family.group(4)));
		}
		return switch (name) {
			case "passages384" -> new PassagesSource(real(name));
			case "mnist784" -> new MnistSource(real(name));
			default -> throw new IllegalArgumentException("No data set is called '" + name
					+ "'; there are passages384 and mnist784 (with --data), text-<n>x<dimensions>, "
					+ "<family>-<n>x<dimensions>-<cosine, dot or euclidean> with a family of " + Family.labels()
					+ ", hdf5:<file> and limited-<n>:<name>");
		};
	}

	private Path real(String name) {
		if (this.realData == null) {
			throw new IllegalArgumentException("The data set " + name + " is read from files: pass --data <directory>");
		}
		Path path = this.realData.resolve(name);
		if (!Files.isDirectory(path)) {
			throw new IllegalArgumentException(
					"The data set " + name + " is absent: " + path + " is no directory; pass another --data");
		}
		return path;
	}

	private void prepare(VectorSource source, Dataset dataset) {
		try (VectorSource.Reader reader = source.open()) {
			int queries = Math.min(this.maxQueries, reader.queries());
			this.progress.accept("preparing " + source.name() + ": " + reader.rows() + " x " + reader.dimensions());
			VectorFile.write(dataset.baseFile(), reader.rows(), reader.dimensions(), reader::row);
			VectorFile.write(dataset.queryFile(), queries, reader.dimensions(), reader::query);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Could not read the data set " + source.name(), ex);
		}
		this.progress.accept("searching the true neighbours of " + source.name());
		float[][] queries = dataset.queries().rows(dataset.queries().rows());
		float[][] truth = new ExactSearch(dataset.space(), dataset.base()).distances(queries, Dataset.TRUTH_DEPTH,
				(row) -> true, (share) -> this.progress.accept("truth " + Math.round(share * 100) + " %"));
		VectorFile.write(dataset.truthFile(), truth.length, Dataset.TRUTH_DEPTH, (row) -> truth[row]);
	}

}
