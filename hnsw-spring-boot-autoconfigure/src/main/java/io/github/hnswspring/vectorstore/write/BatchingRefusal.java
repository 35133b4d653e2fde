package io.github.hnswspring.vectorstore.write;

import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.BatchingStrategy;
import org.springframework.ai.embedding.TokenCountBatchingStrategy;
import org.springframework.ai.tokenizer.JTokkitTokenCountEstimator;
import org.springframework.util.StringUtils;

/**
 * A document that a batching strategy refuses even alone, mostly because it is too long.
 * Strategies neither name it nor tell their limit, so that is found out by asking.
 */
final class BatchingRefusal {

	private BatchingRefusal() {
	}

	/** Why the strategy refuses a document, or {@code null} if it does not. */
	static @Nullable RuntimeException of(Document document, BatchingStrategy batching) {
		try {
			batching.batch(List.of(document));
			return null;
		}
		catch (RuntimeException ex) {
			return ex;
		}
	}

	/** Whether the strategy accepts a document nothing can be wrong with. */
	static boolean acceptsAny(BatchingStrategy batching) {
		return of(new Document("a"), batching) == null;
	}

	/** Names a strategy that does not work, and says why. */
	static String failure(BatchingStrategy batching, RuntimeException failure) {
		return "Batching strategy " + batching.getClass().getName() + " failed: " + reason(failure);
	}

	/** Names the document, its size, the limit and what to do. */
	static String describe(String name, Document document, BatchingStrategy batching, RuntimeException refusal) {
		String text = Objects.requireNonNullElse(document.getText(), "");
		int accepted = longestAccepted(document, text, batching);
		if (!isLimit(document, text, accepted, batching)) {
			return "The batching strategy " + batching.getClass().getName() + " fails for " + name + ", which is "
					+ "not for its length: " + reason(refusal) + ". Correct the strategy or the document, then add "
					+ "it again";
		}
		boolean countsTokens = batching instanceof TokenCountBatchingStrategy;
		return StringUtils.capitalize(name) + " is too long for " + batching.getClass().getName() + ": it has "
				+ size(text, countsTokens) + ", of which at most the first "
				+ size(text.substring(0, accepted), countsTokens) + " are accepted (" + reason(refusal)
				+ "). Split it, for example with TokenTextSplitter, or, if the embedding model takes longer texts, "
				+ "use a BatchingStrategy with a higher limit";
	}

	private static String reason(RuntimeException failure) {
		return Objects.requireNonNullElse(failure.getMessage(), failure.getClass().getName());
	}

	/**
	 * Whether it is the length at which the text begins to be refused. If so, the latter
	 * half of its shortest beginning that is refused is accepted for itself; if it is
	 * something in the text, that half still ends with it.
	 */
	private static boolean isLimit(Document document, String text, int accepted, BatchingStrategy batching) {
		if (accepted == 0) {
			return false;
		}
		int refused = Math.min(text.length(), accepted + 1);
		return of(withText(document, text.substring(refused / 2, refused)), batching) == null;
	}

	private static String size(String text, boolean countsTokens) {
		return text.length() + " characters" + (countsTokens ? " (about " + Tokens.count(text) + " tokens)" : "");
	}

	private static int longestAccepted(Document document, String text, BatchingStrategy batching) {
		int accepted = 0;
		int refused = text.length();
		while (refused - accepted > 1) {
			int middle = (accepted + refused) >>> 1;
			if (of(withText(document, text.substring(0, middle)), batching) == null) {
				accepted = middle;
			}
			else {
				refused = middle;
			}
		}
		return accepted;
	}

	private static Document withText(Document document, String text) {
		Document other = document.mutate().text(text).build();
		other.setContentFormatter(document.getContentFormatter());
		return other;
	}

	/** Loaded when it is needed, since its table is large. */
	private static final class Tokens {

		private static final JTokkitTokenCountEstimator ESTIMATOR = new JTokkitTokenCountEstimator();

		static int count(String text) {
			return ESTIMATOR.estimate(text);
		}

	}

}
