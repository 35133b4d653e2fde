package io.github.hnswspring.replica.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import io.github.hnswspring.fixtures.Concurrently;
import io.github.hnswspring.replica.Publication;
import io.github.hnswspring.replica.PublicationPlace;
import io.github.hnswspring.replica.ReplicaConfigurationException;
import io.github.hnswspring.replica.ReplicaSettings;
import io.github.hnswspring.replica.Replicas;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import io.github.hnswspring.replica.ResyncReason;
import io.github.hnswspring.vectorstore.IndexState;
import io.github.hnswspring.vectorstore.StoreException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Instances that share nothing but the database begin with a copy that is in it. */
class PublishedTablesTests extends SharedTestSupport {

	/** Of several parts together. */
	private static final int ROWS = 60;

	private final List<ReplicatedVectorStore> publishers = new ArrayList<>();

	@AfterEach
	void closePublishers() {
		this.publishers.forEach(ReplicatedVectorStore::close);
	}

	private ReplicatedVectorStore startedWith(String name, @Nullable Duration interval) {
		ReplicatedVectorStore store = Replicas.shared(this.model, this.faulty, Replicas.shared(),
				new ReplicaSettings(Duration.ofHours(1), Replicas.PATIENCE, null, new Publication(null, interval),
						false),
				this.directory.resolve(name), (builder) -> {
				});
		this.publishers.add(store);
		store.start();
		return store;
	}

	private ReplicatedVectorStore filled() {
		ReplicatedVectorStore store = startedWith("one", null);
		List<Document> documents = new ArrayList<>();
		for (int i = 0; i < ROWS; i++) {
			documents.add(new Document("d" + i, "river" + i + " lake" + i, Map.of("long", "x".repeat(50_000))));
		}
		store.add(documents);
		return store;
	}

	private JdbcTemplate jdbc() {
		return this.database.jdbc();
	}

	private Set<String> copies() {
		return new HashSet<>(jdbc().queryForList("select distinct copy from hnsw.published_part", String.class));
	}

	@Test
	void aNewInstanceBeginsWithTheCopyAndReadsWhatHasChangedSince() {
		ReplicatedVectorStore one = filled();
		assertThat(one.publish()).isTrue();
		assertThat(jdbc().queryForObject("select count(*) from hnsw.published_part", Long.class)).isGreaterThan(3);
		assertThat(this.directory.resolve("one").resolve("publishing")).doesNotExist();
		one.add(List.of(document("later", "a letter", 1)));
		one.delete(List.of("d7"));
		ReplicatedVectorStore two = startedWith("two", null);
		assertThat(two.replicaStatus().resyncs()).isEmpty();
		assertInStep(one, two);
		assertThat(two.status().indexState()).isEqualTo(IndexState.READY);
		assertThat(two.similaritySearch(SearchRequest.builder().query("a letter").topK(1).build()))
			.extracting(Document::getId)
			.containsExactly("later");
	}

	@Test
	void twoCopiesAreKeptAndTheLastCounts() {
		ReplicatedVectorStore one = filled();
		assertThat(one.publish()).isTrue();
		Set<String> first = copies();
		assertThat(one.publish()).isTrue();
		assertThat(copies()).hasSize(2).containsAll(first);
		assertThat(one.publish()).isTrue();
		assertThat(copies()).hasSize(2).doesNotContainAnyElementsOf(first);
		assertThat(startedWith("two", null).replicaStatus().resyncs()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = {
			"update hnsw.published_part set content = set_byte(content, 99, get_byte(content, 99) # 1) "
					+ "where number = 1",
			"delete from hnsw.published_part where number = 1", "delete from hnsw.published_part",
			"update hnsw.published set manifest = 'hnsw-published 1'",
			"update hnsw.published set manifest = replace(manifest, 'shared store default', 'shared store other')",
			"delete from hnsw.published" })
	void whatIsDamagedOrMissingIsReadFromTheDocumentsInstead(String damage) {
		ReplicatedVectorStore one = filled();
		assertThat(one.publish()).isTrue();
		this.database.execute(damage);
		ReplicatedVectorStore two = startedWith("two", null);
		assertThat(two.replicaStatus().resyncs()).containsOnlyKeys(ResyncReason.FIRST);
		assertInStep(one, two);
		assertThat(one.publish()).isTrue();
		assertThat(startedWith("three", null).replicaStatus().resyncs()).isEmpty();
	}

	@Test
	void whatAPublisherLeftThatWasKilledGoes() throws IOException {
		ReplicatedVectorStore one = filled();
		Path staging = this.directory.resolve("one").resolve("publishing");
		Files.createDirectories(staging);
		Files.writeString(staging.resolve("hnsw.db"), "half of it");
		jdbc().update("insert into hnsw.published_part (store, copy, file, number, content) "
				+ "select id, 'replica-killed', 'hnsw.db', 0, 'x' from hnsw.store");
		assertThat(one.publish()).isTrue();
		assertThat(staging).doesNotExist();
		assertThat(copies()).hasSize(1).doesNotContain("replica-killed");
	}

	@Test
	void oneInstancePublishesAtATime() {
		ReplicatedVectorStore one = filled();
		jdbc().update("insert into hnsw.lease (store, name, holder, until) select id, 'hnsw publishing', ?, "
				+ "clock_timestamp() + interval '1 minute' from hnsw.store", UUID.randomUUID());
		assertThat(one.publish()).isFalse();
		jdbc().update("update hnsw.lease set until = clock_timestamp() - interval '1 second'");
		assertThat(one.publish()).isTrue();
		assertThat(jdbc().queryForObject("select count(*) from hnsw.lease", Long.class)).isZero();
	}

	@Test
	void whoHasLostItsPartsToAnotherDoesNotCount() throws IOException {
		ReplicatedVectorStore one = filled();
		assertThat(one.publish()).isTrue();
		String counts = jdbc().queryForObject("select manifest from hnsw.published", String.class);
		PublicationPlace frozen = new PostgresTruth(this.pool, Replicas.shared()).publications(one,
				this.directory.resolve("staging"));
		try (OutputStream out = frozen.store("replica-frozen", "hnsw.db")) {
			out.write(new byte[3_000_000]);
		}
		assertThat(one.publish()).isTrue();
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> frozen.count("replica-frozen", "nonsense"))
			.withMessageContaining("another instance");
		assertThat(jdbc().queryForObject("select manifest from hnsw.published", String.class)).isNotEqualTo(counts)
			.startsWith("hnsw-published 1");
	}

	@Test
	void bytesComeBackAsTheyWere() throws IOException {
		ReplicatedVectorStore one = filled();
		PublicationPlace place = new PostgresTruth(this.pool, Replicas.shared()).publications(one,
				this.directory.resolve("staging"));
		for (int length : new int[] { 0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 20 }) {
			byte[] bytes = new byte[length];
			new Random(length).nextBytes(bytes);
			try (OutputStream out = place.store("replica-a", "file" + length)) {
				out.write(bytes, 0, length / 3);
				out.write(bytes, length / 3, length - length / 3);
			}
			try (InputStream in = place.read("replica-a", "file" + length)) {
				assertThat(in.readAllBytes()).as(length + " bytes").isEqualTo(bytes);
			}
		}
	}

	@Test
	void withAnIntervalAnInstancePublishesByItself() {
		ReplicatedVectorStore one = startedWith("one", Duration.ofMillis(50));
		one.add(List.of(document("a", "a river", 1)));
		Replicas.await("something to be published",
				() -> !jdbc().queryForList("select store from hnsw.published").isEmpty());
		assertThat(startedWith("two", null).replicaStatus().resyncs()).isEmpty();
	}

	@Test
	void whatHasNotChangedIsNotPublishedAgain() throws Exception {
		ReplicatedVectorStore one = startedWith("one", Duration.ofMillis(50));
		one.add(List.of(document("a", "a river", 1)));
		Replicas.await("something to be published", () -> manifest() != null);
		one.add(List.of(document("b", "a lake", 2)));
		String before = manifest();
		Replicas.await("what has changed to be published", () -> !Objects.equals(before, manifest()));
		// The last change may have been on its way when that was published.
		TimeUnit.MILLISECONDS.sleep(500);
		String last = manifest();
		TimeUnit.MILLISECONDS.sleep(500);
		assertThat(manifest()).isEqualTo(last);
		this.database.execute("delete from hnsw.published");
		Replicas.await("what somebody has removed to be published", () -> manifest() != null);
	}

	private @Nullable String manifest() {
		List<String> manifests = jdbc().queryForList("select manifest from hnsw.published", String.class);
		return manifests.isEmpty() ? null : manifests.get(0);
	}

	@Test
	void aStartThatFailedLeavesNothingThatKeepsTheNextFromBeginningWithIt() {
		ReplicatedVectorStore one = filled();
		assertThat(one.publish()).isTrue();
		this.database.execute("drop role if exists nobody", "create role nobody login");
		ReplicaSettings settings = new ReplicaSettings(Duration.ofHours(1), Replicas.PATIENCE, null,
				new Publication(null, null), false);
		try (HikariDataSource without = this.database.pool("nobody", 2);
				ReplicatedVectorStore two = Replicas.shared(this.model, without, Replicas.shared(), settings,
						this.directory.resolve("two"), (builder) -> {
						})) {
			assertThatExceptionOfType(ReplicaConfigurationException.class).isThrownBy(two::start);
		}
		this.database.execute("drop role nobody");
		assertThat(startedWith("two", null).replicaStatus().resyncs()).isEmpty();
	}

	@Test
	void whoGoesOnAfterAnotherHasPublishedLeavesThatAlone() throws IOException {
		ReplicatedVectorStore one = filled();
		assertThat(one.publish()).isTrue();
		PublicationPlace frozen = new PostgresTruth(this.pool, Replicas.shared()).publications(one,
				this.directory.resolve("staging"));
		frozen.retain(List.of("replica-before-the-freeze"));
		assertThat(startedWith("two", null).replicaStatus().resyncs()).isEmpty();
	}

	@Test
	void aDatabaseThatFailsSaysSoAndWhatWasPublishedCounts() {
		ReplicatedVectorStore one = filled();
		assertThat(one.publish()).isTrue();
		this.database.execute("alter table hnsw.published_part add check (number < 1) not valid");
		assertThatExceptionOfType(StoreException.class).isThrownBy(one::publish)
			.withMessageContaining("not published in the database")
			.withMessageContaining("check constraint")
			.withMessageContaining("still counts");
		assertThat(startedWith("two", null).replicaStatus().resyncs()).isEmpty();
	}

	@Test
	void aStopDoesNotWaitForADatabaseThatDoesNotTakeACopy() throws Exception {
		ReplicatedVectorStore one = startedWith("one", Duration.ofMillis(50));
		try (Connection other = this.database.plain().getConnection(); Statement statement = other.createStatement()) {
			other.setAutoCommit(false);
			statement.execute("lock table hnsw.published_part in access exclusive mode");
			Replicas.await("a publication that waits", () -> jdbc().queryForObject(
					"select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%published_part%'",
					Long.class) > 0);
			CompletableFuture<Void> stop = Concurrently.run(one::stop);
			stop.get(20, TimeUnit.SECONDS);
			other.rollback();
		}
		one.start();
		assertThat(one.count()).isZero();
	}

	@Test
	void whoWasNotToldWhereSaysSo() {
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(started("one")::publish)
			.withMessageContaining("hnsw.replica.published");
	}

}
