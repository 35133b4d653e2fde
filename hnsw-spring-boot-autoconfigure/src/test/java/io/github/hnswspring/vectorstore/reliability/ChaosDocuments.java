package io.github.hnswspring.vectorstore.reliability;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Map;
import java.util.Random;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.storage.StoreDirectory;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;

/**
 * Documents of the chaos run: all about one follows from its part, its name and its
 * version. Stateless.
 */
final class ChaosDocuments {

	/** Parts of the stores, each with one writer; the first two lie behind no wall. */
	static final String PLAIN = "plain";

	static final String CACHE = "cache";

	static final String ACME = "acme";

	static final String SYNCED = "synced";

	static final int GROUPS = 6;

	/** How many texts the model is given at once. */
	static final int BATCH = 4;

	private ChaosDocuments() {
	}

	/**
	 * The model of a generation: other vectors, of other dimensions, for the same texts.
	 */
	static TestEmbeddingModel model(int generation) {
		return new TestEmbeddingModel(dimensions(generation), modelName(generation));
	}

	static int dimensions(int generation) {
		return 16 + 4 * (generation % 32);
	}

	static String modelName(int generation) {
		return "words-" + generation;
	}

	/** The generation of the model by whose vectors a store that is closed answers. */
	static int generation(Path store) {
		String query = """
				SELECT value FROM meta WHERE name = 'embedding_model' || COALESCE(
				(SELECT '.' || value FROM meta WHERE name = 'embedding_generation' AND value <> '0'), '')""";
		try (Connection connection = DriverManager
			.getConnection("jdbc:sqlite:" + store.resolve(StoreDirectory.DATABASE_FILE));
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery(query)) {
			rows.next();
			String name = rows.getString(1);
			return Integer.parseInt(name.substring(name.indexOf('-') + 1));
		}
		catch (SQLException ex) {
			throw new IllegalStateException("Cannot tell the model of " + store, ex);
		}
	}

	static String text(String part, String name, long version) {
		Random random = new Random((part + name).hashCode() * 31L + version);
		StringBuilder text = new StringBuilder(part).append(' ').append(name).append(" v").append(version);
		for (int i = 0; i < 5; i++) {
			text.append(" word").append(random.nextInt(300));
		}
		return text.toString();
	}

	static String group(String name) {
		return "g" + Integer.parseInt(name.substring(name.indexOf('-') + 1)) % GROUPS;
	}

	static Document document(String part, String name, ChaosState state) {
		Document.Builder document = Document.builder()
			.id(name)
			.text(text(part, name, state.version()))
			.metadata("group", group(name))
			.metadata("tag", state.tag());
		if (state.ends() && state.endTo() < Long.MAX_VALUE) {
			document.metadata("expiresAt", Instant.ofEpochMilli(state.endTo()));
		}
		return document.build();
	}

	/** What a document was made from, or {@code null} if it is none of its part. */
	static Map.@Nullable Entry<String, ChaosState> read(String part, Document document) {
		String text = String.valueOf(document.getText());
		String[] words = text.split(" ");
		if (words.length < 3 || !words[0].equals(part) || !words[2].startsWith("v")) {
			return null;
		}
		String name = words[1];
		long version = Long.parseLong(words[2].substring(1));
		Object tag = document.getMetadata().get("tag");
		if (!text.equals(text(part, name, version)) || !group(name).equals(document.getMetadata().get("group"))
				|| !(tag instanceof Integer number)) {
			return null;
		}
		Object end = document.getMetadata().get("expiresAt");
		long millis = (end instanceof Instant instant) ? instant.toEpochMilli() : ChaosState.NEVER;
		return Map.entry(name, new ChaosState(version, number, millis, millis));
	}

}
