package io.github.hnswspring.vectorstore.reliability;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;

import io.github.hnswspring.fixtures.Walks;
import io.github.hnswspring.reliability.ReliabilityReport;
import io.github.hnswspring.vectorstore.DocumentPageRequest;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.StoreSeams;
import io.github.hnswspring.vectorstore.storage.ConnectionSource;
import io.github.hnswspring.vectorstore.storage.SqliteConnectionSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;

/** Nothing grows: a store of bounded size is used in every way, for as long as asked. */
@EnabledOnOs(OS.LINUX)
@Walks
class SoakTests {

	private static final String PROMISE = "Bounded";

	@TempDir
	Path directory;

	private final long seed = Long.getLong("hnsw.reliability.seed", System.nanoTime() & 0xFFFFFF);

	@Test
	@Tag("reliability")
	void nothingGrowsWithinHalfAMinute() throws Exception {
		soak("nothingGrowsWithinHalfAMinute", Duration.ofSeconds(30));
	}

	@Test
	@Tag("reliability-long")
	void nothingGrowsWithinAnHour() throws Exception {
		soak("nothingGrowsWithinAnHour", duration(System.getProperty("hnsw.reliability.soak", "PT1H")));
	}

	private static Duration duration(String text) {
		return text.startsWith("P") ? Duration.parse(text) : Duration.ofSeconds(Long.parseLong(text));
	}

	private void soak(String test, Duration duration) throws Exception {
		System.out.println("[reliability] soak of " + duration + " with seed " + this.seed);
		try (Soak soak = new Soak(this.directory, this.seed, UnaryOperator.identity())) {
			SoakSeries series = soak.run(duration);
			series.write(ReliabilityReport.DIRECTORY.resolve("soak-" + test + ".csv"));
			assertThat(soak.failures()).as("seed " + this.seed).isEmpty();
			assertThat(series.growth()).as("seed " + this.seed).isEmpty();
			assertHoldsWhatWasWritten(soak);
			soak.store().stop();
			soak.store().start();
			assertHoldsWhatWasWritten(soak);
			ReliabilityReport.record(PROMISE, "SoakTests." + test,
					duration.toSeconds() + " s, " + soak.operations() + " operations of 5 threads, " + soak.restarts()
							+ " restarts, compactions and rebuilds, " + soak.expected().size() + " documents, "
							+ series.size() + " samples; medians of the second, third and last quarter: "
							+ series.levels(),
					this.seed);
		}
	}

	private void assertHoldsWhatWasWritten(Soak soak) {
		HnswVectorStore store = soak.store();
		soak.awaitReady();
		Map<String, String> found = new TreeMap<>();
		DocumentPageRequest page = DocumentPageRequest.first(500);
		while (page != null) {
			var listed = store.list(null, page);
			listed.documents().forEach((document) -> found.put(document.getId(), Soak.text(document)));
			page = listed.next();
		}
		assertThat(found).as("seed " + this.seed).isEqualTo(soak.expected());
		assertThat(store.index().statistics().size()).isEqualTo(found.size());
		assertThat(store.index().audit().isSound()).isTrue();
		List<Document> some = store.list(null, DocumentPageRequest.first(200)).documents();
		int walkedTo = 0;
		for (Document document : some) {
			float[] vector = soak.model().vector(document.getText());
			HnswSearchRequest nearest = HnswSearchRequest.of(SearchRequest.builder().topK(1).build())
				.withVector(vector);
			assertThat(store.similaritySearch(nearest.withExactSearch())).extracting(Document::getId)
				.containsExactly(document.getId());
			walkedTo += store.similaritySearch(nearest).get(0).getId().equals(document.getId()) ? 1 : 0;
		}
		// So sparse a graph misses three in a thousand.
		assertThat(walkedTo).as("found along the links, seed " + this.seed).isGreaterThan(some.size() * 96 / 100);
	}

	@Test
	@Tag("reliability")
	void aLeakIsCaught() throws Exception {
		Queue<Connection> leaked = new ConcurrentLinkedQueue<>();
		try (Soak soak = new Soak(this.directory, this.seed, (builder) -> StoreSeams.connections(builder,
				(file, mode) -> leaking(new SqliteConnectionSource(), file, mode, leaked)))) {
			SoakSeries series = soak.run(Duration.ofSeconds(40));
			series.write(ReliabilityReport.DIRECTORY.resolve("soak-aLeakIsCaught.csv"));
			assertThat(soak.failures()).isEmpty();
			List<String> growth = series.growth();
			assertThat(growth).anySatisfy((grown) -> assertThat(grown).contains("DESCRIPTORS"));
			ReliabilityReport.record("A harness that can fail: planted connection leak", "SoakTests.aLeakIsCaught",
					"caught: " + String.join("; ", growth), this.seed);
		}
		finally {
			for (Connection connection : leaked) {
				connection.close();
			}
		}
	}

	/** Opens two connections where one is wanted and forgets the second. */
	private static Connection leaking(ConnectionSource source, Path file, ConnectionSource.Mode mode,
			Queue<Connection> leaked) throws SQLException {
		Connection wanted = source.open(file, mode);
		leaked.add(source.open(file, ConnectionSource.Mode.READ));
		return wanted;
	}

}
