package io.github.hnswspring.vectorstore;

import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.BatchingStrategy;
import org.springframework.ai.embedding.TokenCountBatchingStrategy;
import org.springframework.ai.tokenizer.JTokkitTokenCountEstimator;

/**
 * A document that a batching strategy refuses even alone. Strategies neither name it nor
 * tell their limit, so that is found out by asking.
 */
final class OverlongDocument {

	private OverlongDocument() {
	}

	/** Why the strategy refuses a document, or {@code null} if it does not. */
	static @Nullable RuntimeException refusal(Document document, BatchingStrategy batching) {
		try {
			batching.batch(List.of(document));
			return null;
		}
		catch (RuntimeException ex) {
			return ex;
		}
	}

	/** Whether the strategy accepts a document that can hardly be too long. */
	static boolean acceptsShortOnes(BatchingStrategy batching) {
		return refusal(new Document("a"), batching) == null;
	}

	/** Names the document, its size, the limit and what to do. */
	static String describe(Document document, BatchingStrategy batching, RuntimeException refusal) {
		String text = Objects.requireNonNullElse(document.getText(), "");
		String accepted = text.substring(0, longestAccepted(document, text, batching));
		boolean countsTokens = batching instanceof TokenCountBatchingStrategy;
		return "Document '" + document.getId() + "' is too long for " + batching.getClass().getName() + ": it has "
				+ size(text, countsTokens) + ", of which at most the first " + size(accepted, countsTokens)
				+ " are accepted (" + refusal.getMessage() + "). Split it, for example with TokenTextSplitter, or, if "
				+ "the embedding model takes longer texts, use a BatchingStrategy with a higher limit";
	}

	private static String size(String text, boolean countsTokens) {
		return text.length() + " characters" + (countsTokens ? " (about " + Tokens.count(text) + " tokens)" : "");
	}

	private static int longestAccepted(Document document, String text, BatchingStrategy batching) {
		int accepted = 0;
		int refused = text.length();
		while (refused - accepted > 1) {
			int middle = (accepted + refused) >>> 1;
			Document beginning = document.mutate().text(text.substring(0, middle)).build();
			beginning.setContentFormatter(document.getContentFormatter());
			if (refusal(beginning, batching) == null) {
				accepted = middle;
			}
			else {
				refused = middle;
			}
		}
		return accepted;
	}

	/** Loaded when it is needed, since its table is large. */
	private static final class Tokens {

		private static final JTokkitTokenCountEstimator ESTIMATOR = new JTokkitTokenCountEstimator();

		static int count(String text) {
			return ESTIMATOR.estimate(text);
		}

	}

}
