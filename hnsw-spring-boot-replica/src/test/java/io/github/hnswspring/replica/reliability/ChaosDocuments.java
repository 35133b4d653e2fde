package io.github.hnswspring.replica.reliability;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.replica.Replicas;

import org.springframework.ai.document.Document;

/**
 * Documents that say who wrote them. There are shared ones, which all writers change,
 * kept ones, each of one writer, whose texts come again, and those of imports. Stateless.
 */
final class ChaosDocuments {

	/** Shared documents. */
	static final int SHARED = 150;

	/** Kept documents of each writer. */
	static final int KEPT = 4;

	/** Documents of an import. */
	static final int IMPORTED = 400;

	static final int GROUPS = 10;

	/** Values of {@code n} of shared documents. */
	static final int NUMBERS = 6;

	/** From here on, the {@code n} of kept documents, which no filter meets. */
	static final int KEPT_NUMBER = 1_000;

	/** The {@code n} of imported documents. */
	static final int IMPORTED_NUMBER = 99;

	static final String IMPORT_GROUP = "import";

	private ChaosDocuments() {
	}

	static String shared(int number) {
		return "p" + number;
	}

	static String kept(int writer, int number) {
		return "k" + writer + "-" + number;
	}

	static String imported(int number) {
		return "i" + number;
	}

	/** The document of a writer that ends by itself. */
	static String ending(int writer) {
		return "e" + writer;
	}

	/** Whether a document may go by itself. */
	static boolean ends(String id) {
		return id.charAt(0) == 'e';
	}

	/** A document of a writer's source; the store gives it an id of its own. */
	static String sourced(int writer, int number) {
		return "s" + writer + "-" + number;
	}

	/** What we call a document: its id, or what its text says where that is not ours. */
	static String name(String id, String text) {
		return text.startsWith("s") ? text.substring(0, text.indexOf(' ')) : id;
	}

	/** What a kept document says whose {@code n} is that. */
	static String keptWords(int n) {
		return "the same " + n;
	}

	/** The group of a document, which never changes. */
	static String group(String id) {
		return switch (id.charAt(0)) {
			case 'p' -> "g" + Integer.parseInt(id.substring(1)) % GROUPS;
			case 'k', 'e', 's' -> "kept";
			default -> IMPORT_GROUP;
		};
	}

	/** The ids of a group. */
	static List<String> members(String group) {
		return java.util.stream.IntStream.range(0, SHARED)
			.mapToObj(ChaosDocuments::shared)
			.filter((id) -> group(id).equals(group))
			.toList();
	}

	/**
	 * A document.
	 * @param words what the text says beside the id
	 * @param operation which writes it
	 */
	static Document document(String id, String words, String operation, int n) {
		Map<String, Object> metadata = new LinkedHashMap<>();
		metadata.put("group", group(id));
		metadata.put("n", n);
		metadata.put("operation", operation);
		return new Document(id, id + " says " + words, metadata);
	}

	/** All of a document, in one line. */
	static String line(String text, Map<String, Object> metadata, float[] vector) {
		ByteBuffer bytes = ByteBuffer.allocate(vector.length * 4);
		bytes.asFloatBuffer().put(vector);
		return text + "\t" + new TreeMap<>(metadata) + "\t" + HexFormat.of().formatHex(bytes.array());
	}

	/** The operation a line of {@link #line} is from. */
	static String operation(String line) {
		return between(line, "operation=", "}");
	}

	/** The {@code n} of a line. */
	static int number(String line) {
		return Integer.parseInt(between(line, "n=", ","));
	}

	private static String between(String line, String begin, String end) {
		int from = line.indexOf(begin, line.indexOf('\t')) + begin.length();
		return line.substring(from, line.indexOf(end, from));
	}

	/** What is wrong with a line, or an empty text. */
	static String wrong(String id, String line) {
		String[] parts = line.split("\t");
		TestEmbeddingModel model = Replicas.model();
		if (!parts[0].startsWith(id + " says ")) {
			return "has the text of another one";
		}
		if (!line.equals(line(parts[0], Map.of("group", group(id), "n", number(line), "operation", operation(line)),
				model.vector(parts[0]))) && !ends(id)) {
			return "has other metadata or another vector than were written";
		}
		return "";
	}

}
