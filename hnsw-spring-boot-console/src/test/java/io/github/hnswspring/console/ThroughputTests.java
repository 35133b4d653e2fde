package io.github.hnswspring.console;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the console costs an application that is asked by its users: the same requests go
 * to an application without and to one with a console, whose overview is open in a
 * browser, in turns; the median of the ratios counts. Only where nothing else runs on the
 * machine do the figures mean anything, so it runs with the profile {@code reliability}.
 */
@Tag("reliability")
class ThroughputTests {

	private static final int DOCUMENTS = Integer.getInteger("console.documents", 20_000);

	private static final int ROUNDS = Integer.getInteger("console.rounds", 40);

	private static final int REQUESTS = 300;

	/** As often as the overview asks. */
	private static final int EVERY_SECONDS = 3;

	private static final double LEAST = 0.97;

	private final HttpClient client = HttpClient.newHttpClient();

	@TempDir
	private Path directory;

	/** An application with a store, and users who search. */
	@SpringBootConfiguration(proxyBeanMethods = false)
	@Import(Searches.class)
	static class SearchedApplication extends ConsoleApplication {

	}

	/** What users ask. */
	@RestController
	static class Searches {

		private final HnswVectorStore store;

		Searches(HnswVectorStore hnswVectorStore) {
			this.store = hnswVectorStore;
		}

		@GetMapping("/search")
		List<String> search(@RequestParam("query") String query) {
			return this.store.similaritySearch(SearchRequest.builder().query(query).topK(10).build())
				.stream()
				.map(Document::getId)
				.toList();
		}

	}

	@Test
	void searchesAreAnsweredAsFastAsWithoutIt() throws Exception {
		ScheduledExecutorService overview = pool();
		try (ConfigurableApplicationContext without = start("without", false);
				ConfigurableApplicationContext with = start("with", true)) {
			overview.scheduleAtFixedRate(() -> open(with), 0, EVERY_SECONDS, TimeUnit.SECONDS);
			List<String> queries = queries();
			seconds(without, queries);
			seconds(with, queries);
			double[] ratios = new double[ROUNDS];
			for (int round = 0; round < ROUNDS; round++) {
				// Whoever comes second finds a warmer machine, so they change places.
				boolean first = round % 2 == 0;
				double one = seconds(first ? without : with, queries);
				double other = seconds(first ? with : without, queries);
				ratios[round] = first ? one / other : other / one;
			}
			Arrays.sort(ratios);
			double median = (ratios[(ROUNDS - 1) / 2] + ratios[ROUNDS / 2]) / 2;
			System.out.printf(Locale.ROOT,
					"Searches with the console on, %,d documents, %d rounds of %d requests: %.3f of the throughput "
							+ "without (quartiles %.3f to %.3f)%n",
					DOCUMENTS, ROUNDS, REQUESTS, median, ratios[ROUNDS / 4], ratios[ROUNDS - 1 - ROUNDS / 4]);
			assertThat(median).isGreaterThanOrEqualTo(LEAST);
		}
		finally {
			overview.shutdownNow();
		}
	}

	private static ScheduledExecutorService pool() {
		return Executors.newSingleThreadScheduledExecutor((task) -> {
			Thread thread = new Thread(task, "overview");
			thread.setDaemon(true);
			return thread;
		});
	}

	private ConfigurableApplicationContext start(String name, boolean console) {
		ConfigurableApplicationContext context = ConsoleApplication.run(SearchedApplication.class,
				this.directory.resolve(name), "--hnsw.console.enabled=" + console);
		HnswVectorStore store = context.getBean("hnswVectorStore", HnswVectorStore.class);
		Random random = new Random(5);
		List<Document> documents = new ArrayList<>();
		for (int i = 0; i < DOCUMENTS; i++) {
			documents.add(new Document("n" + i, text(random, 14), Map.of("number", i)));
		}
		store.add(documents);
		return context;
	}

	private static String text(Random random, int words) {
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < words; i++) {
			text.append(Integer.toString(random.nextInt(1_500) + 40, 36)).append(' ');
		}
		return text.toString();
	}

	private static List<String> queries() {
		Random random = new Random(9);
		List<String> queries = new ArrayList<>();
		for (int i = 0; i < REQUESTS; i++) {
			queries.add(text(random, 5));
		}
		return queries;
	}

	private double seconds(ConfigurableApplicationContext context, List<String> queries) throws Exception {
		long start = System.nanoTime();
		for (String query : queries) {
			HttpResponse<String> answer = this.client.send(
					request(context, "/search?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8)).build(),
					HttpResponse.BodyHandlers.ofString());
			assertThat(answer.statusCode()).isEqualTo(200);
		}
		return (System.nanoTime() - start) / 1e9;
	}

	private static HttpRequest.Builder request(ConfigurableApplicationContext context, String path) {
		String port = context.getEnvironment().getRequiredProperty("local.server.port");
		return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
	}

	private void open(ConfigurableApplicationContext context) {
		try {
			HttpResponse<String> answer = this.client.send(
					request(context, "/hnsw-console/api/stores").header(Console.HEADER, "1").build(),
					HttpResponse.BodyHandlers.ofString());
			assertThat(answer.statusCode()).isEqualTo(200);
		}
		catch (IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
