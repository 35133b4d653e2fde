package io.github.hnswspring.vectorstore.session;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.vectorstore.StoreSeams;
import io.github.hnswspring.vectorstore.filter.RandomMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder;

import static org.assertj.core.api.Assertions.assertThat;

/** What the store writes itself is never taken for damage, and what is damage is. */
class IntegrityCheckTests {

	@Test
	void metadataOfAllKindsIsSoundAfterARestart(@TempDir Path directory) {
		long seed = Long.getLong("hnsw.test.seed", System.nanoTime());
		System.out.println("IntegrityCheckTests seed " + seed);
		Random random = new Random(seed);
		TestEmbeddingModel model = new TestEmbeddingModel(4, "words");
		int stored = 0;
		long lastChange;
		try (HnswVectorStore store = open(directory, model)) {
			for (int i = 0; i < 800 && stored < 400; i++) {
				try {
					store.add(List.of(new Document("d" + i, "text " + i, RandomMetadata.of(random, 3))));
					stored++;
				}
				catch (IllegalArgumentException ex) {
					// Some kinds of values are refused.
				}
			}
			List<String> some = new ArrayList<>();
			for (int i = 0; i < 50; i++) {
				some.add("d" + random.nextInt(stored));
			}
			store.delete(some);
			lastChange = store.status().lastChange();
		}
		assertThat(stored).as("seed " + seed).isGreaterThan(100);
		try (HnswVectorStore store = open(directory, model)) {
			assertThat(store.status().damagedRows()).isZero();
			assertThat(store.status().damage()).isNull();
			assertThat(store.status().lastChange()).as("nothing was derived anew, seed " + seed).isEqualTo(lastChange);
		}
	}

	/** A check of an open store, of what another process may have damaged since. */
	private static IntegrityCheck check(StoreSession session) {
		return new IntegrityCheck(session.database(), session.index(), session.text(), session.writer(),
				session.health().damagedRows());
	}

	@Test
	void whatFiltersAreAnsweredFromIsDerivedAnewFromSoundRows(@TempDir Path directory) throws SQLException {
		try (HnswVectorStore store = open(directory, new TestEmbeddingModel(4, "words"))) {
			store.add(List.of(new Document("a", "river", Map.of("n", 4))));
			StoreSession session = StoreSeams.session(store);
			session.database()
				.update((connection) -> connection.execute("UPDATE attribute SET value = 5 WHERE value = 4"));
			check(session).runIfSmall();
			assertThat(store.count(new FilterExpressionBuilder().eq("n", 4).build())).isEqualTo(1);
			assertThat(store.status().damage()).isNull();
		}
	}

	@Test
	void besideADamagedRowNothingIsDerivedAnewAndBothAreTold(@TempDir Path directory) throws SQLException {
		try (HnswVectorStore store = open(directory, new TestEmbeddingModel(4, "words"))) {
			store.add(List.of(new Document("a", "river", Map.of("n", 4)), new Document("b", "lake", Map.of("n", 6))));
			StoreSession session = StoreSeams.session(store);
			session.database().writerLock().lock();
			try {
				session.database().update((connection) -> {
					connection.execute("UPDATE document SET text = 'x', content_checksum = 5 WHERE id = 'b'");
					connection.execute("UPDATE attribute SET value = 5 WHERE value = 4");
				});
				session.writer().noticeOthers();
				check(session).runIfSmall();
			}
			finally {
				session.database().writerLock().unlock();
			}
			assertThat(store.status().damagedRows()).isEqualTo(1);
			assertThat(store.status().damage()).contains("tables that filters are answered from do not agree",
					"until then searches");
			assertThat(store.count(new FilterExpressionBuilder().eq("n", 5).build())).as("left as it is").isEqualTo(1);
		}
	}

	@Test
	void aStopEndsTheCheckWithoutAFinding(@TempDir Path directory) throws SQLException {
		try (HnswVectorStore store = open(directory, new TestEmbeddingModel(4, "words"))) {
			store.add(List.of(new Document("a", "river", Map.of("n", 4))));
			StoreSession session = StoreSeams.session(store);
			session.database()
				.update((connection) -> connection.execute("UPDATE attribute SET value = 5 WHERE value = 4"));
			boolean[] asked = new boolean[1];
			check(session).run(() -> {
				// Goes on until it is in the middle of the rows.
				boolean stopping = asked[0];
				asked[0] = true;
				return stopping;
			});
			assertThat(store.count(new FilterExpressionBuilder().eq("n", 5).build())).as("left as it is").isEqualTo(1);
			assertThat(store.status().damage()).isNull();
		}
	}

	@Test
	void aLargerStoreIsNotCheckedBeforeItOpens(@TempDir Path directory) throws SQLException {
		TestEmbeddingModel model = new TestEmbeddingModel(4, "words");
		try (HnswVectorStore store = open(directory, model)) {
			StoreFixture.addDirectly(store, model, StoreFixture.documents("d", 501, new Random(1)));
			StoreSession session = StoreSeams.session(store);
			session.database()
				.update((connection) -> connection.execute("UPDATE attribute SET value = 77 WHERE value = 4"));
			check(session).runIfSmall();
			assertThat(store.count(new FilterExpressionBuilder().eq("number", 4).build())).isZero();
			check(session).run(() -> false);
			assertThat(store.count(new FilterExpressionBuilder().eq("number", 4).build())).isEqualTo(1);
		}
	}

	private static HnswVectorStore open(Path directory, TestEmbeddingModel model) {
		HnswVectorStore store = HnswVectorStore.builder(model).directory(directory).build();
		store.start();
		return store;
	}

}
