package io.github.hnswspring.vectorstore.reliability;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.reliability.ReliabilityReport;
import io.github.hnswspring.vectorstore.CorruptStoreException;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.StoreException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Damage to the trees of the database, which no checksum of a row can tell: rows that
 * vanish from their page, keys that lead astray, one page in two trees. It is told at the
 * start, and nothing is repaired, for that could take the rest along.
 */
class DamagedTreeTests {

	private static final int PAGE = 4096;

	private static final int TABLE_LEAF = 0x0d;

	private static final int TABLE_INTERIOR = 0x05;

	private static final int INDEX_LEAF = 0x0a;

	private static final int INDEX_INTERIOR = 0x02;

	@TempDir(factory = MemoryTempDir.class)
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel(8, "words");

	private final RebuildWarnings quiet = new RebuildWarnings();

	private byte[] sound;

	private int rootOfDocuments;

	/** Pages of a tree whose keys have gaps. */
	private final Set<Integer> sparse = new HashSet<>();

	@BeforeEach
	void makeAStore() throws Exception {
		try (HnswVectorStore store = open()) {
			List<Document> documents = new ArrayList<>();
			for (int i = 0; i < 400; i++) {
				documents.add(new Document("document-with-a-long-id-" + i, "text of " + i + " and more".repeat(40),
						Map.of("number", i, "source", "a file of some name " + i % 50)));
			}
			store.add(documents);
		}
		this.sound = Files.readAllBytes(database());
		try (Connection connection = connect();
				Statement statement = connection.createStatement();
				ResultSet root = statement.executeQuery("SELECT rootpage FROM sqlite_schema WHERE name = 'document'")) {
			this.rootOfDocuments = root.getInt(1);
			try (ResultSet text = statement
				.executeQuery("SELECT rootpage FROM sqlite_schema WHERE name = 'document_text_data'")) {
				this.sparse.add(text.getInt(1));
			}
		}
	}

	private HnswVectorStore open() {
		HnswVectorStore store = HnswVectorStore.builder(this.model).directory(this.directory.resolve("store")).build();
		store.start();
		return store;
	}

	private Path database() {
		return this.directory.resolve("store/hnsw.db");
	}

	private Connection connect() throws SQLException {
		return DriverManager.getConnection("jdbc:sqlite:" + database());
	}

	@Test
	void brokenTreesAreToldAndLeftAsTheyAre() throws Exception {
		int cases = 0;
		for (int page = 1; page < this.sound.length / PAGE; page++) {
			int type = this.sound[page * PAGE];
			if (type == TABLE_LEAF || type == INDEX_LEAF) {
				byte[] fewer = this.sound.clone();
				ByteBuffer cells = ByteBuffer.wrap(fewer, page * PAGE + 3, 2).slice();
				if (cells.getShort(0) > 0) {
					cells.putShort(0, (short) (cells.getShort(0) - 1));
					isTold(page + 1, "page " + (page + 1) + " has a cell less", fewer);
					cases++;
				}
			}
			else if (type == TABLE_INTERIOR || type == INDEX_INTERIOR) {
				int first = page * PAGE + ByteBuffer.wrap(this.sound).getShort(page * PAGE + 12);
				byte[] astray = this.sound.clone();
				ByteBuffer.wrap(astray).putInt(first, this.rootOfDocuments);
				isTold(page + 1, "page " + (page + 1) + " leads to another tree", astray);
				cases++;
				if (type == TABLE_INTERIOR) {
					byte[] key = this.sound.clone();
					key[first + 4] ^= 1;
					isTold(page + 1, "page " + (page + 1) + " has a wrong key", key);
					cases++;
				}
			}
		}
		assertThat(cases).isGreaterThan(50);
		ReliabilityReport
			.record("Damage to the database is told", "DamagedTreeTests.brokenTreesAreToldAndLeftAsTheyAre", cases
					+ " times a page of the database's trees had a cell less, a wrong key or a way into another tree: "
					+ "told at open each time, no row lost by a repair");
	}

	/** Keys of the text index have gaps, and another one in a gap leads the same way. */
	private static boolean hasAll(HnswVectorStore store) {
		SearchRequest request = SearchRequest.builder().query("text").topK(1_000).build();
		return store.count() == 400
				&& store.similaritySearch(HnswSearchRequest.of(request).withMode(SearchMode.TEXT)).size() == 400;
	}

	private void isTold(int page, String where, byte[] damaged) throws IOException {
		Files.write(database(), damaged);
		this.quiet.wasWarnedOf(this.directory);
		List<Long> before = keys();
		try (HnswVectorStore store = open()) {
			// The text index is all that may be emptied, if the trees themselves are
			// sound.
			boolean emptied = this.quiet.wasWarnedOf(this.directory, "The text index");
			if (!emptied && !(this.sparse.contains(page) && hasAll(store))) {
				assertThat(store.status().damage()).as(where).contains("hnsw.db");
			}
		}
		catch (CorruptStoreException | StoreException ex) {
			assertThat(ex).as(where).hasMessageContaining("hnsw.db");
		}
		assertThat(keys()).as(where).isEqualTo(before);
	}

	/** As far as they can be read. */
	private List<Long> keys() {
		List<Long> keys = new ArrayList<>();
		try (Connection connection = connect();
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery("SELECT key FROM document NOT INDEXED ORDER BY key")) {
			while (result.next()) {
				keys.add(result.getLong(1));
			}
		}
		catch (SQLException ex) {
			keys.add(-1L);
		}
		return keys;
	}

	@AfterEach
	void stopListening() {
		this.quiet.close();
	}

}
