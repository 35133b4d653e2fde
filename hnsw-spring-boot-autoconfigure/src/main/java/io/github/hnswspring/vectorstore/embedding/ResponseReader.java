package io.github.hnswspring.vectorstore.embedding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingResponse;

/**
 * Finds out which vector of a response belongs to which text: the index of an
 * {@code Embedding} says so, not its place in the list. Confined to one request.
 *
 * <p>
 * Known forms beside 0 to n - 1, in any order: 1 to n ({@code TransformersEmbeddingModel}
 * counts so), no index at all (the place counts), and one index left out where it would
 * be 0 (services that do not write zeros) and could not be n just as well. Anything else
 * is refused: a vector under the wrong text would give wrong results without any error.
 */
final class ResponseReader {

	private static final String REMEDY = "Correct the model, or have it asked for one text at a time by a "
			+ "BatchingStrategy of one document per batch";

	private final EmbeddingModel model;

	private final List<String> names;

	/**
	 * Creates a reader.
	 * @param model the model that answered
	 * @param names what messages call the texts it was asked for
	 */
	ResponseReader(EmbeddingModel model, List<String> names) {
		this.model = model;
		this.names = names;
	}

	/** One vector per text, in their order; {@code null} where the model gave none. */
	// Custom models may return null, whatever the signatures promise.
	@SuppressWarnings({ "ConstantValue", "NullAway" })
	List<float @Nullable []> vectors(@Nullable EmbeddingResponse response) {
		if (response == null || response.getResults() == null) {
			throw new IllegalStateException(modelName() + " returned no response for " + texts()
					+ ". It should have thrown an exception that says why: look at its log and its service, then try "
					+ "again");
		}
		List<Embedding> results = response.getResults().stream().filter(Objects::nonNull).toList();
		if (results.isEmpty() && this.names.size() == 1) {
			// Left out, and there is no doubt which.
			return Collections.singletonList(null);
		}
		if (results.size() != this.names.size()) {
			throw new IllegalStateException(modelName() + " returned " + results.size() + " vectors for " + texts()
					+ ", expected one for each. Some models leave texts out that they cannot embed, such as empty "
					+ "ones: a BatchingStrategy of one document per batch shows which. Otherwise look at its log and "
					+ "its service, then try again");
		}
		int[] indexes = indexes(results);
		List<float @Nullable []> vectors = new ArrayList<>(Collections.nCopies(results.size(), null));
		for (int i = 0; i < indexes.length; i++) {
			vectors.set(indexes[i], results.get(i).getOutput());
		}
		return vectors;
	}

	@SuppressWarnings({ "ConstantValue", "NullAway" })
	private int[] indexes(List<Embedding> results) {
		if (results.stream().allMatch((result) -> result.getIndex() == null)) {
			return IntStream.range(0, results.size()).toArray();
		}
		int[] indexes = results.stream()
			.mapToInt((result) -> (result.getIndex() != null) ? result.getIndex() : 0)
			.toArray();
		int[] sorted = Arrays.stream(indexes).sorted().toArray();
		if (mayCountFromOne(results)) {
			throw new IllegalStateException(modelName() + " returned vectors for " + texts()
					+ " of which one has no index: it may be the first, if they count from 0, or the last, if from 1. "
					+ REMEDY);
		}
		if (Arrays.equals(sorted, IntStream.range(0, sorted.length).toArray())) {
			return indexes;
		}
		if (Arrays.equals(sorted, IntStream.rangeClosed(1, sorted.length).toArray())) {
			return Arrays.stream(indexes).map((index) -> index - 1).toArray();
		}
		throw new IllegalStateException(modelName() + " returned vectors for " + texts()
				+ " whose indexes do not say which text each belongs to: " + problems(sorted) + ". " + REMEDY);
	}

	/**
	 * Whether the one index that is left out makes them count from 1 straight on, so that
	 * it need not be 0.
	 */
	@SuppressWarnings({ "ConstantValue", "NullAway" })
	private static boolean mayCountFromOne(List<Embedding> results) {
		int count = results.size();
		if (results.stream().filter((result) -> result.getIndex() == null).count() != 1) {
			return false;
		}
		int[] indexes = results.stream()
			.mapToInt((result) -> (result.getIndex() != null) ? result.getIndex() : count)
			.toArray();
		boolean up = Arrays.equals(indexes, IntStream.rangeClosed(1, count).toArray());
		// Two of them, the first without an index, are 0 and 1 straight on as well.
		boolean down = count > 2 && Arrays.equals(indexes, IntStream.range(0, count).map((i) -> count - i).toArray());
		return up || down;
	}

	private static String problems(int[] sorted) {
		List<String> problems = new ArrayList<>();
		int last = sorted.length - 1;
		IntStream.of(sorted).distinct().forEach((index) -> {
			long times = IntStream.of(sorted).filter((other) -> other == index).count();
			if (index < 0 || index > last) {
				problems.add(index + " is not within 0 to " + last);
			}
			else if (times > 1) {
				problems.add(index + " comes " + times + " times");
			}
		});
		List<Integer> missing = IntStream.rangeClosed(0, last)
			.filter((index) -> Arrays.binarySearch(sorted, index) < 0)
			.boxed()
			.toList();
		if (!missing.isEmpty()) {
			problems.add(missing.stream().limit(10).map(String::valueOf).collect(Collectors.joining(", "))
					+ ((missing.size() > 10) ? " and others" : "") + ((missing.size() > 1) ? " are" : " is")
					+ " missing");
		}
		return problems.stream().limit(10).collect(Collectors.joining(", "));
	}

	private String modelName() {
		return "Embedding model " + this.model.getClass().getName();
	}

	private String texts() {
		int count = this.names.size();
		return (count == 1) ? this.names.get(0)
				: count + " texts (" + this.names.get(0) + " to " + this.names.get(count - 1) + ")";
	}

}
