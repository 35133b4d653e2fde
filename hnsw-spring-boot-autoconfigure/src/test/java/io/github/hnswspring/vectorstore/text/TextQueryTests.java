package io.github.hnswspring.vectorstore.text;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.hnswspring.vectorstore.storage.SqlConnection;
import io.github.hnswspring.vectorstore.storage.SqliteConnectionSource;
import io.github.hnswspring.vectorstore.storage.StoreDatabase;
import io.github.hnswspring.vectorstore.storage.StoreSchema;
import io.github.hnswspring.vectorstore.storage.TextTable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** Leaving documents out of the ranking does not change what is best. */
class TextQueryTests {

	private static final int DOCUMENTS = 1_500;

	private static final int QUESTIONS = 150;

	/** A word that counts for nothing may still turn what is all but a tie. */
	private static final double TIE = 1e-4;

	private static final List<String> FORMS = List.of("organ", "organs", "organic", "organization", "organize",
			"general", "generals", "generally", "generation", "universe", "university", "universal");

	private TextAnalysis analysis = TextAnalysis.of(null);

	private final TermFrequencies frequencies = new TermFrequencies();

	@TempDir
	Path directory;

	private StoreDatabase database;

	private Random random;

	@BeforeEach
	void open() throws Exception {
		long seed = Long.getLong("hnsw.test.seed", System.nanoTime());
		System.out.println("TextQueryTests seed " + seed);
		this.random = new Random(seed);
		this.database = StoreDatabase.open(this.directory.resolve("text.db"), new SqliteConnectionSource());
		this.database.update(StoreSchema::create);
	}

	private void fill() throws Exception {
		this.database.update((connection) -> {
			for (long key = 1; key <= DOCUMENTS; key++) {
				insert(connection, key, words(5 + this.random.nextInt(60)));
			}
		});
	}

	private void insert(SqlConnection connection, long key, String text) throws SQLException {
		TextTokens tokens = this.analysis.document(text);
		TextTable.insert(connection, key, tokens.words(), tokens.stems(), tokens.identifiers());
	}

	@AfterEach
	void close() throws Exception {
		this.database.close();
	}

	/** As in any language, a few words are in every text and most are in few. */
	private String words(int count) {
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < count; i++) {
			text.append(' ').append(word());
		}
		return text.toString();
	}

	private String word() {
		if (this.random.nextInt(6) == 0) {
			return FORMS.get(this.random.nextInt(FORMS.size()));
		}
		return "w" + (char) ('a' + this.random.nextInt(2)) + (int) Math.pow(1_000, this.random.nextDouble());
	}

	private List<TextHit> search(String question, int limit) throws Exception {
		Collection<QueryTerm> terms = this.analysis.question(question);
		return this.database
			.read((connection) -> new TextQuery(connection, this.frequencies).search(terms, limit, null));
	}

	@Test
	void theBestAreThoseOfAllDocuments() throws Exception {
		fill();
		assertTheBestAreThoseOfAll();
	}

	/** SQLite goes on counting them. */
	@Test
	void soTheyAreWhenManyDocumentsAreDeleted() throws Exception {
		fill();
		this.database.update((connection) -> {
			for (long key = 1; key <= DOCUMENTS; key += 2) {
				TextTable.delete(connection, key);
			}
		});
		assertTheBestAreThoseOfAll();
	}

	/** The letters of a word may be those of a stem that many other words have. */
	@Test
	void soTheyAreWithStems() throws Exception {
		this.analysis = TextAnalysis.of("en");
		fill();
		assertTheBestAreThoseOfAll();
	}

	/** Of a common word and a rare one in long documents, both ways round. */
	@Test
	void aBoundIsOneWhateverIsDeleted() throws Exception {
		this.database.update((connection) -> {
			for (long key = 1; key <= 1_000; key++) {
				insert(connection, key, (key <= 10) ? "rareword" + " filler".repeat(150)
						: (key <= 210) ? "common common common common" : "other n" + key);
			}
		});
		this.database.update((connection) -> {
			for (long key = 300; key < 800; key++) {
				TextTable.delete(connection, key);
			}
		});
		assertThat(search("rareword common", 10)).extracting(TextHit::score)
			.isEqualTo(search("rareword common", 400).subList(0, 10).stream().map(TextHit::score).toList());
	}

	/**
	 * Equal documents come in the order in which they were stored, whatever is asked for.
	 */
	@Test
	void tiesDoNotDependOnTheLimit() throws Exception {
		this.database.update((connection) -> {
			for (long key = 1; key <= 400; key++) {
				insert(connection, key, (key % 7 == 0) ? "the harbour at night" : "the other n" + key % 50);
			}
		});
		List<TextHit> all = search("the harbour at night other", 400);
		for (int limit : new int[] { 1, 5, 40, 57, 58, 200 }) {
			assertThat(search("the harbour at night other", limit)).isEqualTo(all.subList(0, limit));
		}
	}

	@Test
	void theTellingWordMayComeLastInALongQuestion() throws Exception {
		this.database.update((connection) -> insert(connection, 1, "error ZX81000 at the end"));
		StringBuilder question = new StringBuilder();
		for (int i = 0; i < 1_100; i++) {
			question.append("w").append(i).append(' ');
		}
		assertThat(search(question + "ZX81000", 3)).hasSize(1);
	}

	private void assertTheBestAreThoseOfAll() throws Exception {
		for (int i = 0; i < QUESTIONS; i++) {
			String question = words(1 + this.random.nextInt(9));
			// So many that no document is left out.
			List<TextHit> all = search(question, DOCUMENTS + 1);
			int limit = 1 + this.random.nextInt(120);
			List<TextHit> best = search(question, limit);
			assertThat(best).as(question).hasSize(Math.min(limit, all.size()));
			Set<Long> seen = new HashSet<>();
			for (int rank = 0; rank < best.size(); rank++) {
				TextHit hit = best.get(rank);
				assertThat(seen.add(hit.key())).as("once").isTrue();
				assertThat(hit.score()).as("rank %s of '%s'", rank, question)
					.isCloseTo(all.get(rank).score(), within(TIE));
			}
		}
	}

	@Test
	void wordsOfEveryDocumentAreAnAnswerWhereThereIsNoOther() throws Exception {
		fill();
		this.database.update((connection) -> insert(connection, DOCUMENTS + 1, "unique"));
		assertThat(search("wa1 wb1", 50)).hasSize(50);
		assertThat(search("unique wa1 wb1", 50)).hasSize(50).first().extracting(TextHit::key).isEqualTo(DOCUMENTS + 1L);
	}

}
