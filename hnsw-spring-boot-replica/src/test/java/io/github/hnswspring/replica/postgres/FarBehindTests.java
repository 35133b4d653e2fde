package io.github.hnswspring.replica.postgres;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import io.github.hnswspring.replica.KeyedTruth;
import io.github.hnswspring.replica.ReplicaSettings;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import io.github.hnswspring.replica.Replicas;
import io.github.hnswspring.replica.ResyncReason;
import io.github.hnswspring.replica.StoredSink;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.IndexState;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.TextIndexState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * A replica that has some documents and lacks more than it has gets these as a new one
 * does, past its indexes, and is equal to the truth afterwards.
 */
class FarBehindTests extends SharedTestSupport {

	private static final int FEW = 300;

	private static final int ROWS = 3_000;

	private ReplicatedVectorStore behind;

	/** The documents of the replica and those in its graph, after each part it took. */
	private final List<int[]> parts = new ArrayList<>();

	private Runnable beforeLook = () -> {
	};

	@AfterEach
	void close() {
		if (this.behind != null) {
			this.behind.close();
		}
	}

	/** The same directory each time. */
	private void begin(Consumer<Integer> afterPart) {
		KeyedTruth truth = new PostgresTruth(this.pool, Replicas.shared());
		KeyedTruth watched = watched(KeyedTruth.class, truth, "follow", (arguments) -> {
			this.beforeLook.run();
			int[] taken = new int[1];
			arguments[1] = watched(StoredSink.class, arguments[1], "take", (ignored) -> {
				this.parts
					.add(new int[] { (int) this.behind.status().documents(), this.behind.index().statistics().size() });
				afterPart.accept(++taken[0]);
			});
		});
		this.parts.clear();
		this.behind = new ReplicatedVectorStore(
				HnswVectorStore.builder(this.model).directory(this.directory.resolve("behind")), watched,
				new ReplicaSettings(Duration.ofHours(1), Duration.ofSeconds(20), null));
		this.behind.start();
	}

	/** Is called before each call of one method, and so after the part before. */
	private static <T> T watched(Class<T> type, Object target, String name, Consumer<Object[]> before) {
		return type
			.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (proxy, method, arguments) -> {
				if (method.getName().equals(name)) {
					before.accept(arguments);
				}
				try {
					return method.invoke(target, arguments);
				}
				catch (InvocationTargetException ex) {
					throw ex.getCause();
				}
			}));
	}

	private static List<Document> documents(int from, int to) {
		return IntStream.range(from, to).mapToObj((i) -> document("d" + i, "river" + i + " lake" + i, i % 10)).toList();
	}

	/** Is stopped with a few documents that are in its indexes. */
	private ReplicatedVectorStore stoppedWithFew() {
		ReplicatedVectorStore one = started("one");
		one.add(documents(0, FEW));
		begin((part) -> {
		});
		awaitIndexes(FEW);
		this.behind.close();
		return one;
	}

	@Test
	void whatWasAwayForLongerThanTheLogReaches() {
		ReplicatedVectorStore one = stoppedWithFew();
		change(one);
		this.database.execute("delete from hnsw.change where number < (select last_change from hnsw.store)");
		begin((part) -> {
		});
		assertThat(this.behind.replicaStatus().lastResync()).isNotNull();
		assertFilledPastItsIndexes(FEW);
		assertComplete(one);
	}

	@Test
	void whatFollowsVeryManyChanges() {
		ReplicatedVectorStore one = stoppedWithFew();
		change(one);
		begin((part) -> {
		});
		assertThat(this.behind.replicaStatus().resyncs()).isEmpty();
		assertFilledPastItsIndexes(FEW);
		assertComplete(one);
	}

	/** New documents, and of the former ones one is gone and one another one. */
	private static void change(ReplicatedVectorStore one) {
		one.delete(List.of("d5"));
		one.add(documents(FEW, ROWS));
		one.add(List.of(document("d7", "river7 lake7", 9), document("d8", "a tiger", 8)));
	}

	@Test
	void whatWasCutOffInItsFirstCopy() {
		ReplicatedVectorStore one = started("one");
		one.add(documents(0, ROWS));
		assertThatThrownBy(() -> begin((part) -> {
			if (part == 3) {
				throw new IllegalStateException("cut off");
			}
		})).hasStackTraceContaining("cut off");
		this.behind.close();
		change(one);
		// As they are when the database was away for a while.
		this.beforeLook = () -> awaitIndexes(this.behind.status().documents());
		begin((part) -> {
		});
		assertThat(this.behind.replicaStatus().resyncs()).containsOnlyKeys(ResyncReason.FIRST);
		assertFilledPastItsIndexes(1_000);
		assertComplete(one);
	}

	private void assertFilledPastItsIndexes(int indexedBefore) {
		assertThat(this.parts).hasSizeGreaterThan(1);
		int[] last = this.parts.get(this.parts.size() - 1);
		assertThat(last[0]).as("documents").isGreaterThan(indexedBefore + 500);
		assertThat(last[1]).as("documents in the graph").isLessThanOrEqualTo(indexedBefore);
	}

	private void awaitIndexes(long size) {
		Replicas.await("the indexes",
				() -> this.behind.status().indexState() == IndexState.READY
						&& this.behind.status().textIndexState() == TextIndexState.READY
						&& this.behind.index().statistics().size() == size);
	}

	private void assertComplete(ReplicatedVectorStore one) {
		assertAnswers(one);
		assertInStep(one, this.behind);
		awaitIndexes(one.count());
		assertAnswers(one);
	}

	private void assertAnswers(ReplicatedVectorStore one) {
		for (String query : List.of("river3 lake3", "river5 lake5", "a tiger", "river2345 lake2345",
				"lake" + (ROWS - 1))) {
			SearchRequest request = SearchRequest.builder().query(query).topK(3).similarityThresholdAll().build();
			for (SearchMode mode : List.of(SearchMode.DENSE, SearchMode.TEXT)) {
				HnswSearchRequest asked = HnswSearchRequest.of(request).withMode(mode).withExactSearch();
				assertThat(answers(this.behind, asked)).isEqualTo(answers(one, asked));
			}
		}
		assertThat(this.behind.count(HnswSearchRequest.parseFilter("n == 3")))
			.isEqualTo(one.count(HnswSearchRequest.parseFilter("n == 3")));
	}

	private static List<String> answers(ReplicatedVectorStore store, HnswSearchRequest request) {
		return store.similaritySearch(request).stream().map((each) -> each.getId() + " " + each.getScore()).toList();
	}

}
