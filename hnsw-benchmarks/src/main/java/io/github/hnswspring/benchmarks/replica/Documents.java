package io.github.hnswspring.benchmarks.replica;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

import org.springframework.ai.document.Document;

/**
 * Documents around given vectors: about 600 characters of words, of which a database
 * saves nothing by compressing them as it would of a letter repeated, and metadata of
 * which a tenth, a fiftieth and a thousandth have the same. Thread-safe: stateless.
 */
final class Documents {

	/** One of ten documents passes. */
	static final String TENTH = "region == 'region-3'";

	/** One of fifty. */
	static final String FIFTIETH = "product == 'product-7'";

	/** One of a thousand. */
	static final String THOUSANDTH = "customer == 'customer-42'";

	private static final int CHARACTERS = 600;

	private static final List<String> SYLLABLES = List.of("ra", "ven", "tor", "mi", "sel", "du", "kan", "lo", "pri",
			"est", "ga", "hul", "ne", "bor", "tis", "wy");

	private Documents() {
	}

	/**
	 * The document of a row; its text begins with the number of the row.
	 * @param row the row
	 * @return the document
	 */
	static Document of(int row) {
		return new Document(id(row), text(row), Map.of("region", "region-" + row % 10, "product", "product-" + row % 50,
				"customer", "customer-" + row % 1000, "page", row % 300));
	}

	static String id(int row) {
		return new UUID(0x5bd1_e995_9e37_4000L, 0x8000_0000_0000_0000L | row).toString();
	}

	static int row(String id) {
		return (int) UUID.fromString(id).getLeastSignificantBits();
	}

	private static String text(int row) {
		Random random = new Random(row);
		StringBuilder text = new StringBuilder(CHARACTERS + 10).append(row);
		while (text.length() < CHARACTERS) {
			text.append(' ');
			for (int syllables = 1 + random.nextInt(4); syllables > 0; syllables--) {
				text.append(SYLLABLES.get(random.nextInt(SYLLABLES.size())));
			}
		}
		return text.toString();
	}

	/**
	 * Whether a document passes one of the filters.
	 * @param row its row
	 * @param filter one of those above, or an empty text for no filter
	 * @return whether it passes
	 */
	static boolean passes(int row, String filter) {
		return switch (filter) {
			case TENTH -> row % 10 == 3;
			case FIFTIETH -> row % 50 == 7;
			case THOUSANDTH -> row % 1000 == 42;
			default -> true;
		};
	}

}
