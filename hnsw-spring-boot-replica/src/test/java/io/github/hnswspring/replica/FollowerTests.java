package io.github.hnswspring.replica;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.github.hnswspring.fixtures.Concurrently;
import io.github.hnswspring.vectorstore.CorruptStoreException;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.ReplicaRow;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is read of the truth and what this instance writes cross each other at every
 * point, and the replica never goes back.
 */
class FollowerTests {

	@TempDir
	Path directory;

	private final MemoryTruth truth = new MemoryTruth();

	private ReplicatedVectorStore store;

	@BeforeEach
	void start() {
		this.truth.store(row("a", "first"));
		this.store = new ReplicatedVectorStore(HnswVectorStore.builder(Replicas.model()).directory(this.directory),
				this.truth, Replicas.idle());
		this.store.start();
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	@Test
	void whatWasReadBeforeAnOwnWriteDoesNotTakeItsPlace() {
		this.truth.store(row("a", "of another"));
		this.truth.whileFollowing = () -> add("a", "own");
		this.store.look();
		assertThat(text("a")).isEqualTo("own");
		this.store.look();
		assertThat(text("a")).isEqualTo("own");
	}

	@Test
	void norDoesWhatWasReadBeforeAnOwnDeletion() {
		this.truth.store(row("a", "of another"));
		this.truth.whileFollowing = () -> this.store.delete(List.of("a"));
		this.store.look();
		assertThat(this.store.exists("a")).isFalse();
	}

	@Test
	void norInAComparisonOfEverything() {
		this.truth.store(row("gone", "soon"));
		this.store.look();
		this.truth.always = ResyncReason.OTHER_TRUTH;
		this.truth.whileFollowing = () -> {
			add("a", "own");
			add("new", "new");
			this.store.delete(List.of("gone"));
		};
		this.store.look();
		assertThat(text("a")).isEqualTo("own");
		assertThat(text("new")).isEqualTo("new");
		assertThat(this.store.exists("gone")).isFalse();
	}

	@Test
	void anOwnWriteDoesNotTakeThePlaceOfALaterOneThatWasFollowed() {
		this.truth.afterCommit = () -> {
			this.truth.store(row("a", "later"));
			this.store.look();
		};
		add("a", "own");
		assertThat(text("a")).isEqualTo("later");
	}

	@Test
	void anOwnDeletionDoesNotTakeThePlaceOfALaterWriteThatWasFollowed() {
		this.truth.afterCommit = () -> {
			this.truth.store(row("a", "later"));
			this.store.look();
		};
		this.store.delete(List.of("a"));
		assertThat(text("a")).isEqualTo("later");
	}

	@Test
	void whatIsFollowedBeforeTheCallThatWroteItReturnsIsPaidForOnce() {
		this.truth.afterCommit = () -> this.store.look();
		add("a", "own");
		add("b", "own");
		assertThat(text("b")).isEqualTo("own");
		assertThat(this.store.status().embeddingsComputed()).isOne();
	}

	@Test
	void aReplicaThatCannotBeReadWhileItFollowsIsMadeAnew() {
		this.truth.store(row("b", "second"));
		this.truth.whileFollowing = () -> {
			throw new CorruptStoreException(this.directory, "the disk image is malformed", null);
		};
		this.store.look();
		assertThat(text("a")).isEqualTo("first");
		assertThat(text("b")).isEqualTo("second");
		assertThat(this.store.replicaStatus().rebuilds()).isOne();
	}

	@Test
	void aComparisonThatDoesNotEndIsTold() {
		this.truth.always = ResyncReason.OTHER_HISTORY;
		for (int i = 0; i < 5; i++) {
			this.store.look();
		}
		assertThat(this.store.replicaStatus().state()).isEqualTo(ReplicaStatus.State.BROKEN);
		assertThat(this.store.replicaStatus().failure()).contains("again and again", ResyncReason.OTHER_HISTORY.text());
		this.truth.always = null;
		this.store.look();
		assertThat(this.store.replicaStatus().state()).isEqualTo(ReplicaStatus.State.FOLLOWING);
		assertThat(this.store.replicaStatus().failure()).isNull();
	}

	@Test
	void comparisonsThatDoNotEndBecomeRarer() {
		this.store.close();
		this.truth.always = ResyncReason.OTHER_HISTORY;
		this.store = new ReplicatedVectorStore(HnswVectorStore.builder(Replicas.model()).directory(this.directory),
				this.truth, Replicas.settings());
		this.store.start();
		long begin = System.nanoTime();
		int first = this.truth.looks.get();
		Replicas.await("eight more", () -> this.truth.looks.get() >= first + 8);
		assertThat(Duration.ofNanos(System.nanoTime() - begin)).as("10 ms, and each time twice as long")
			.isGreaterThan(Duration.ofSeconds(2));
	}

	@Test
	void anOwnWriteDoesNotWaitForWhatIsBeingRead() {
		this.truth.store(row("b", "of another"));
		this.truth.whileFollowing = () -> Concurrently.run(() -> add("a", "own"))
			.orTimeout(10, TimeUnit.SECONDS)
			.join();
		this.store.look();
		assertThat(text("a")).isEqualTo("own");
		assertThat(text("b")).isEqualTo("of another");
	}

	private void add(String id, String text) {
		this.store.add(List.of(new Document(id, text, Map.of())));
	}

	private String text(String id) {
		return String.valueOf(this.store.get(List.of(id)).get(0).getText());
	}

	private static ReplicaRow row(String id, String text) {
		return new ReplicaRow(id, text, Map.of(), Replicas.model().vector(text));
	}

}
