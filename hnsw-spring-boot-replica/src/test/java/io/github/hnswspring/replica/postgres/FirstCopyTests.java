package io.github.hnswspring.replica.postgres;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.github.hnswspring.fixtures.Concurrently;
import io.github.hnswspring.replica.Publication;
import io.github.hnswspring.replica.ReplicaSettings;
import io.github.hnswspring.replica.Replicas;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import io.github.hnswspring.replica.ResyncReason;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.IndexState;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.TextIndexState;
import org.junit.jupiter.api.Test;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A new instance of a large store answers from all of it once it has started; its indexes
 * follow.
 */
class FirstCopyTests extends SharedTestSupport {

	private static final int ROWS = 2_500;

	@Test
	void aNewInstanceIsFilledPastItsIndexesAndAnswersFromAllOfIt() {
		ReplicatedVectorStore one = started("one");
		add(one);
		ReplicatedVectorStore two = started("two");
		assertThat(two.replicaStatus().resyncs()).containsOnlyKeys(ResyncReason.FIRST);
		assertThat(words(two, "lake" + (ROWS - 1))).as("the last words to be indexed")
			.containsExactly("d" + (ROWS - 1));
		assertThat(two.count()).isEqualTo(ROWS);
		assertFinds(two, 1_234);
		two.add(List.of(document("d1234", "something else", 1)));
		assertInStep(one, two);
		Replicas.await("the indexes", () -> two.status().indexState() == IndexState.READY
				&& two.status().textIndexState() == TextIndexState.READY);
		assertThat(two.index().size()).isEqualTo(ROWS);
		assertFinds(two, 2_345);
		assertThat(words(two, "else")).containsExactly("d1234");
		assertInStep(one, two);
	}

	@Test
	void noMoreThanTwoReadAllOfItAtOnce() throws Exception {
		ReplicatedVectorStore one = started("one");
		one.add(List.of(document("a", "a river", 1)));
		JdbcTemplate jdbc = new JdbcTemplate(this.pool);
		for (int place = 1; place <= 2; place++) {
			jdbc.update(
					"insert into hnsw.lease (store, name, holder, until) select id, ?, ?, "
							+ "clock_timestamp() + interval '1 minute' from hnsw.store",
					"first copy " + place, UUID.randomUUID());
		}
		ReplicatedVectorStore two = described("two");
		CompletableFuture<Void> starting = Concurrently.run(two::start);
		assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> starting.get(700, TimeUnit.MILLISECONDS));
		jdbc.update(
				"update hnsw.lease set until = clock_timestamp() - interval '1 second' where name = 'first copy 2'");
		starting.get(60, TimeUnit.SECONDS);
		assertThat(two.count()).isOne();
		assertThat(jdbc.queryForList("select name from hnsw.lease", String.class)).containsExactly("first copy 1");
	}

	@Test
	void orBeginsWithWhatIsPublished() {
		ReplicatedVectorStore one = started("one");
		add(one);
		Path shared = this.directory.resolve("shared");
		assertThat(one.publish(shared)).isTrue();
		one.add(List.of(document("later", "a letter", 1)));
		one.delete(List.of("d7"));
		ReplicaSettings settings = new ReplicaSettings(Replicas.idle().pollInterval(), Replicas.idle().writeTimeout(),
				null, new Publication(shared, null), false);
		try (ReplicatedVectorStore two = Replicas.shared(this.pool, Replicas.shared(), settings,
				this.directory.resolve("two"), (builder) -> {
				})) {
			two.start();
			assertThat(two.replicaStatus().resyncs()).isEmpty();
			assertInStep(one, two);
			assertFinds(two, 1_234);
		}
	}

	private void add(ReplicatedVectorStore store) {
		List<Document> documents = new ArrayList<>();
		for (int i = 0; i < ROWS; i++) {
			documents.add(document("d" + i, "river" + i + " lake" + i, i % 10));
		}
		store.add(documents);
	}

	private static List<String> words(ReplicatedVectorStore store, String words) {
		SearchRequest request = SearchRequest.builder().query(words).topK(1).build();
		return store.similaritySearch(HnswSearchRequest.of(request).withMode(SearchMode.TEXT))
			.stream()
			.map(Document::getId)
			.toList();
	}

	private void assertFinds(ReplicatedVectorStore store, int number) {
		assertThat(store
			.similaritySearch(SearchRequest.builder().query("river" + number + " lake" + number).topK(1).build()))
			.extracting(Document::getId)
			.containsExactly("d" + number);
		assertThat(store.count(HnswSearchRequest.parseFilter("n == 3"))).isEqualTo(ROWS / 10);
	}

}
