package io.github.hnswspring.console;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.ReplicaPosition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/** The console of a running application, asked as a browser asks, and as others do. */
@ExtendWith(OutputCaptureExtension.class)
class ConsoleTests {

	@TempDir
	private static Path directory;

	private static ConfigurableApplicationContext context;

	private static int port;

	private static String startLine = "";

	private final HttpClient client = HttpClient.newHttpClient();

	@BeforeAll
	static void start(CapturedOutput output) {
		context = ConsoleApplication.start(directory, "--hnsw.stores.empty.directory=" + directory.resolve("empty"));
		port = Integer.parseInt(context.getEnvironment().getRequiredProperty("local.server.port"));
		startLine = output.getOut()
			.lines()
			.filter((line) -> line.contains("HNSW console"))
			.collect(Collectors.joining("|"));
	}

	@AfterAll
	static void stop() {
		context.close();
	}

	private HttpResponse<String> get(String path, String... headers) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
		if (headers.length > 0) {
			request.headers(headers);
		}
		return send(request.GET().build());
	}

	private HttpResponse<String> send(HttpRequest request) {
		try {
			return this.client.send(request, HttpResponse.BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private HttpResponse<String> data(String name, String... parameters) {
		List<String> query = new ArrayList<>();
		for (int i = 0; i < parameters.length; i += 2) {
			query.add(parameters[i] + "=" + URLEncoder.encode(parameters[i + 1], StandardCharsets.UTF_8));
		}
		return get("/hnsw-console/api/" + name + "?" + String.join("&", query), Console.HEADER, "1");
	}

	private JsonNode json(String name, String... parameters) {
		HttpResponse<String> response = data(name, parameters);
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		return JsonMapper.shared().readTree(response.body());
	}

	private JsonNode main(String name, String... parameters) {
		List<String> all = new ArrayList<>(List.of(parameters));
		all.addAll(List.of("store", "hnswVectorStore"));
		return json(name, all.toArray(String[]::new));
	}

	private static String refusal(HttpResponse<String> response, int status) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
		assertThat(response.headers().firstValue("Content-Type"))
			.hasValueSatisfying((type) -> assertThat(type).startsWith("application/problem+json"));
		return JsonMapper.shared().readTree(response.body()).get("detail").asString();
	}

	@Test
	void oneLineSaysWhereItIs() {
		assertThat(startLine).contains("http://localhost:" + port + "/hnsw-console/").doesNotContain("|");
	}

	@Test
	void thePageIsServedWithAStrictPolicyAndAllItNamesIsThere() {
		HttpResponse<String> bare = get("/hnsw-console");
		assertThat(bare.statusCode()).isEqualTo(302);
		assertThat(bare.headers().firstValue("Location")).hasValue("/hnsw-console/");
		HttpResponse<String> page = get("/hnsw-console/");
		assertThat(page.body()).contains("<title>HNSW console</title>").doesNotContain("<style", "onclick");
		List<String> names = new ArrayList<>(List.of("index.html"));
		for (int i = 0; i < names.size(); i++) {
			HttpResponse<String> file = get("/hnsw-console/" + names.get(i));
			assertThat(file.statusCode()).as(names.get(i)).isEqualTo(200);
			assertThat(file.headers().firstValue("Content-Security-Policy"))
				.hasValueSatisfying((policy) -> assertThat(policy).startsWith("default-src 'none'")
					.contains("frame-ancestors 'none'", "trusted-types 'none'")
					.doesNotContain("unsafe", "*", "http:", "https:", "data:"));
			assertThat(file.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
			assertThat(file.headers().firstValue("Cross-Origin-Resource-Policy")).hasValue("same-origin");
			Matcher matcher = Pattern.compile("(?:src|href|from) ?=? ?[\"'](?:\\./)?([a-z]+\\.(?:js|css|svg))[\"']")
				.matcher(file.body());
			while (matcher.find()) {
				if (!names.contains(matcher.group(1))) {
					names.add(matcher.group(1));
				}
			}
		}
		assertThat(names).contains("app.js", "app.css", "icon.svg", "overview.js", "walk.js", "health.js");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/hnsw-console/unknown.js", "/hnsw-console/Console.class", "/hnsw-console/page/app.js",
			"/hnsw-console/api/unknown", "/hnsw-console/..%2fapp.js", "/hnsw-console/%2e%2e/x.js",
			"/hnsw-console//app.js" })
	void nothingElseIsServed(String path) {
		assertThat(get(path, Console.HEADER, "1").statusCode()).isIn(400, 404);
	}

	@Test
	void onlyTheConsoleIsTaken() {
		assertThat(get("/hnsw-console-of-others").statusCode()).isEqualTo(404);
		assertThat(get("/hnsw-console-of-others").headers().firstValue("Content-Security-Policy")).isEmpty();
	}

	@Test
	void dataAreForThePageAlone() {
		assertThat(refusal(get("/hnsw-console/api/stores"), 403)).contains(Console.HEADER);
		assertThat(refusal(get("/hnsw-console/api/stores", Console.HEADER, "1", "Origin", "http://evil.example"), 403))
			.contains("evil.example");
		assertThat(refusal(get("/hnsw-console/", "Sec-Fetch-Site", "cross-site"), 403)).contains("another site");
		HttpRequest preflight = HttpRequest
			.newBuilder(URI.create("http://127.0.0.1:" + port + "/hnsw-console/api/stores"))
			.method("OPTIONS", HttpRequest.BodyPublishers.noBody())
			.headers("Origin", "http://evil.example", "Access-Control-Request-Method", "GET",
					"Access-Control-Request-Headers", Console.HEADER)
			.build();
		HttpResponse<String> answer = send(preflight);
		// Whatever its status: without such a header a browser lets no other site ask.
		assertThat(answer.headers().map().keySet())
			.noneMatch((header) -> header.toLowerCase().startsWith("access-control"));
	}

	@Test
	void nothingCanBeSentToIt() {
		for (String method : List.of("POST", "PUT", "DELETE", "PATCH")) {
			HttpRequest request = HttpRequest
				.newBuilder(URI.create("http://127.0.0.1:" + port + "/hnsw-console/api/stores"))
				.method(method, HttpRequest.BodyPublishers.ofString("{}"))
				.header(Console.HEADER, "1")
				.build();
			assertThat(refusal(send(request), 405)).contains("changes nothing", method);
		}
	}

	@ParameterizedTest
	@CsvSource({ "localhost,200", "127.0.0.1,200", "evil.example,421", "localhost.evil.example,421" })
	void aNameThatAnotherSitePointsHereIsNotServed(String host, int status) throws IOException {
		try (Socket socket = new Socket("127.0.0.1", port)) {
			socket.getOutputStream()
				.write(("GET /hnsw-console/ HTTP/1.1\r\nHost: " + host + ":" + port + "\r\nConnection: close\r\n\r\n")
					.getBytes(StandardCharsets.US_ASCII));
			String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assertThat(answer).startsWith("HTTP/1.1 " + status);
			assertThat(answer.contains("<title>")).isEqualTo(status == 200);
		}
	}

	@Test
	void theOverviewHasAllStores() {
		JsonNode stores = json("stores").get("stores");
		assertThat(stores.valueStream().map((store) -> store.get("name").asString())).containsExactly("empty",
				"hnswVectorStore", "notes");
		JsonNode store = stores.get(1);
		assertThat(store.get("documents").asInt()).isEqualTo(50);
		assertThat(store.get("dimensions").asInt()).isEqualTo(256);
		assertThat(store.get("model").asString()).isEqualTo("test-ngrams");
		assertThat(store.get("state").asString()).isEqualTo("READY");
		assertThat(store.get("recall").get("measured").asDouble()).isEqualTo(1);
		assertThat(store.get("recall").get("target").asDouble()).isEqualTo(0.99);
		assertThat(store.get("recall").get("everything").asBoolean()).isTrue();
		assertThat(store.get("diskBytes").asLong()).isPositive();
		assertThat(store.get("heapBytes").asLong()).isPositive();
		assertThat(store.get("embeddingsComputed").asLong()).isGreaterThanOrEqualTo(49);
		assertThat(store.get("problems")).isEmpty();
		assertThat(stores.get(2).get("documents").asInt()).isOne();
	}

	@Test
	void documentsComePageByPageAndThroughAFilter() {
		List<String> ids = new ArrayList<>();
		long after = 0;
		int pages = 0;
		JsonNode next;
		do {
			JsonNode page = main("documents", "after", Long.toString(after), "limit", "20");
			assertThat(page.get("total").asInt()).isEqualTo(50);
			page.get("documents").forEach((document) -> ids.add(document.get("id").asString()));
			next = page.get("next");
			after = next.asLong();
			pages++;
		}
		while (!next.isNull());
		assertThat(ids).hasSize(50).doesNotHaveDuplicates();
		assertThat(pages).isEqualTo(3);
		JsonNode rules = main("documents", "filter", "chapter == 'rules' AND page > 30");
		assertThat(rules.get("total").asInt()).isEqualTo(5);
		assertThat(rules.get("documents"))
			.allMatch((document) -> document.get("metadata").get("chapter").asString().equals("rules"));
		assertThat(refusal(data("documents", "store", "hnswVectorStore", "filter", "chapter ="), 400)).isNotBlank();
	}

	@Test
	void namesTypesAndFrequentValuesAreOffered() {
		JsonNode sample = main("metadata");
		JsonNode chapter = sample.get("keys")
			.valueStream()
			.filter((key) -> key.get("name").asString().equals("chapter"))
			.findFirst()
			.orElseThrow();
		assertThat(chapter.get("types").get(0).asString()).isEqualTo("text");
		assertThat(chapter.get("values").get(0).get("text").asString()).isEqualTo("services");
		assertThat(chapter.get("values").get(0).get("documents").asInt()).isEqualTo(32);
		assertThat(chapter.get("complete").asBoolean()).isTrue();
	}

	@Test
	void aDocumentHasItsTextMetadataAndNearestOthers() {
		JsonNode document = main("document", "id", "doc-12");
		assertThat(document.get("text").asString())
			.isEqualTo("The lighthouse flashes white every four seconds, as page " + "12 says.");
		assertThat(document.get("metadata").get("page").asString()).isEqualTo("12");
		assertThat(document.get("types").get("page").asString()).isEqualTo("number");
		assertThat(document.get("nearest")).hasSize(8)
			.noneMatch((other) -> other.get("id").asString().equals("doc-12"));
		assertThat(document.get("nearest").get(0).get("text").asString()).contains("lighthouse");
		assertThat(refusal(data("document", "store", "hnswVectorStore", "id", "nobody"), 404))
			.contains("There is no document 'nobody'");
	}

	@Test
	void whatADocumentSaysStaysText() {
		JsonNode document = main("document", "id", "hostile" + ConsoleApplication.HOSTILE);
		assertThat(document.get("text").asString()).startsWith(ConsoleApplication.HOSTILE);
		assertThat(document.get("metadata").get("name" + ConsoleApplication.HOSTILE).asString())
			.isEqualTo(ConsoleApplication.HOSTILE);
		HttpResponse<String> raw = data("document", "store", "hnswVectorStore", "id",
				"hostile" + ConsoleApplication.HOSTILE);
		assertThat(raw.headers().firstValue("Content-Type"))
			.hasValueSatisfying((type) -> assertThat(type).startsWith("application/json"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "DENSE", "TEXT", "HYBRID" })
	void aSearchIsShownBesideTheTruthAndIsEmbeddedOnce(String mode) {
		HnswVectorStore store = context.getBean("hnswVectorStore", HnswVectorStore.class);
		long before = store.status().embeddingsComputed();
		JsonNode found = main("search", "query", "when does the lighthouse flash", "mode", mode, "topK", "5");
		assertThat(store.status().embeddingsComputed() - before).isEqualTo(mode.equals("TEXT") ? 0 : 1);
		assertThat(found.get("hits")).isNotEmpty();
		assertThat(found.get("hits").get(0).get("text").asString()).contains("lighthouse");
		assertThat(found.get("plan")).isNotEmpty();
		assertThat(found.get("parts")).allMatch((part) -> part.get("millis").asDouble() > 0);
		assertThat(found.get("exact").isNull()).isEqualTo(mode.equals("TEXT"));
		if (!mode.equals("TEXT")) {
			assertThat(found.get("exact").get("hits")).hasSize(5);
			assertThat(found.get("hits")).allMatch((hit) -> hit.get("onBothSides").asBoolean());
			assertThat(found.get("plan").get(0).asString()).startsWith("Everything is compared");
		}
	}

	@Test
	void whyADocumentIsMissingIsToldWithWhatFindsIt() {
		JsonNode far = main("explanation", "id", "lonely", "query", "lighthouse", "mode", "DENSE", "topK", "3");
		assertThat(far.get("verdict").asString()).isEqualTo("BEYOND_TOP_K");
		String topK = far.get("remedy").get("change").get("topK").asString();
		JsonNode search = main("search", "query", "lighthouse", "mode", "DENSE", "topK", topK);
		assertThat(search.get("hits")).anyMatch((hit) -> hit.get("id").asString().equals("lonely"));

		JsonNode unlike = main("explanation", "id", "doc-2", "query", "lighthouse flashes", "threshold", "0.99");
		assertThat(unlike.get("verdict").asString()).isEqualTo("BELOW_THRESHOLD");
		String threshold = unlike.get("remedy").get("change").get("threshold").asString();
		assertThat(main("search", "query", "lighthouse flashes", "threshold", threshold).get("hits"))
			.anyMatch((hit) -> hit.get("id").asString().equals("doc-2"));

		JsonNode filtered = main("explanation", "id", "doc-2", "query", "lighthouse", "filter", "chapter == 'rules'");
		assertThat(filtered.get("verdict").asString()).isEqualTo("FILTERED_OUT");
		assertThat(filtered.get("facts").toString()).contains("chapter == 'rules'");
		JsonNode nobody = main("explanation", "id", "nobody", "query", "x");
		assertThat(nobody.get("verdict").asString()).isEqualTo("NOT_STORED");
		assertThat(nobody.get("remedy").isNull()).isTrue();
		assertThat(nobody.get("whatElse").asString()).contains("No setting of the search finds it");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					DENSE  | 0.9 | 3  | lonely | FILTERED_OUT, BELOW_THRESHOLD, BEYOND_TOP_K       | filter, threshold, topK
					DENSE  |     | 3  | lonely | FILTERED_OUT, BEYOND_TOP_K                        | filter, topK
					DENSE  | 0.9 | 50 | lonely | FILTERED_OUT, BELOW_THRESHOLD                     | filter, threshold
					HYBRID | 0.9 | 3  | lonely | FILTERED_OUT, BELOW_THRESHOLD, BEYOND_TOP_K       | filter, threshold, topK
					TEXT   | 0.9 | 3  | lonely | FILTERED_OUT, BELOW_THRESHOLD, NO_WORDS_IN_COMMON, BEYOND_TOP_K | filter, threshold, mode, topK
					TEXT   |     | 50 | lonely | FILTERED_OUT, NO_WORDS_IN_COMMON                  | filter, mode
					TEXT   |     | 1  | doc-14 | FILTERED_OUT, BEYOND_TOP_K                        | filter, topK""")
	void allThatKeepsADocumentOutIsToldAndNoMoreIsChangedThanIsNeeded(String mode, String threshold, String topK,
			String id, String verdicts, String fields) {
		Map<String, String> asked = new LinkedHashMap<>(Map.of("query", "lighthouse ferry museum", "mode", mode, "topK",
				topK, "filter", "chapter == 'rules' AND page > 20"));
		if (threshold != null) {
			asked.put("threshold", threshold);
		}
		HnswVectorStore store = context.getBean("hnswVectorStore", HnswVectorStore.class);
		long before = store.status().embeddingsComputed();
		JsonNode explanation = main("explanation", parameters(asked, "id", id));
		assertThat(store.status().embeddingsComputed() - before).as("questions that were embedded")
			.isLessThanOrEqualTo(1);
		assertThat(explanation.get("reasons").valueStream().map((reason) -> reason.get("headline").asString()))
			.hasSize(verdicts.split(", ").length)
			.doesNotHaveDuplicates();
		assertThat(explanation.get("verdict").asString()).isEqualTo("FILTERED_OUT");
		assertThat(explanation.get("whatElse").isNull()).isTrue();
		Map<String, String> change = new LinkedHashMap<>();
		explanation.get("remedy").get("change").forEachEntry((name, value) -> change.put(name, value.asString()));
		assertThat(change.keySet()).containsExactly(fields.split(", "));
		assertThat(isFound(asked, change, id)).as("with all changes").isTrue();
		for (String left : change.keySet()) {
			Map<String, String> fewer = new LinkedHashMap<>(change);
			fewer.remove(left);
			assertThat(isFound(asked, fewer, id)).as("without the change of " + left).isFalse();
		}
	}

	private boolean isFound(Map<String, String> asked, Map<String, String> change, String id) {
		Map<String, String> changed = new LinkedHashMap<>(asked);
		changed.putAll(change);
		return main("search", parameters(changed)).get("hits")
			.valueStream()
			.anyMatch((hit) -> hit.get("id").asString().equals(id));
	}

	private static String[] parameters(Map<String, String> asked, String... more) {
		List<String> all = new ArrayList<>(List.of(more));
		asked.forEach((name, value) -> all.addAll(List.of(name, value)));
		return all.toArray(String[]::new);
	}

	@Test
	void documentsAreFoundByTheirWordsToBeExplained() {
		assertThat(main("find", "words", "quokka").get("documents").get(0).get("id").asString()).isEqualTo("lonely");
		assertThat(main("find", "words", "lonely").get("documents").get(0).get("id").asString()).isEqualTo("lonely");
	}

	@Test
	void theGraphIsDrawnWithAWalkThatFindsTheNearest() {
		JsonNode graph = main("graph", "query", "lighthouse flashes", "list", "10");
		assertThat(graph.get("whole").asBoolean()).isTrue();
		assertThat(graph.get("size").asInt()).isEqualTo(50);
		int nodes = graph.get("levels").size();
		assertThat(graph.get("labels")).hasSize(nodes);
		assertThat(graph.get("steps")).isNotEmpty();
		assertThat(graph.get("links").size() % 3).isZero();
		assertThat(graph.get("links").valueStream().mapToInt(JsonNode::asInt)).allMatch((place) -> place < nodes);
		assertThat(main("graph", "id", "doc-3").get("distances").valueStream().mapToDouble(JsonNode::asDouble).min())
			.hasValueCloseTo(0.0, org.assertj.core.data.Offset.offset(1e-4));
		assertThat(refusal(data("graph", "store", "hnswVectorStore", "id", "nobody"), 404)).contains("nobody");
	}

	@Test
	void aDocumentThatWasExpectedIsMarkedWithWhatLinksToIt() {
		JsonNode graph = main("graph", "query", "lighthouse", "list", "0", "topK", "3", "missing", "lonely");
		JsonNode marks = graph.get("marks");
		assertThat(graph.get("labels").get(marks.get("node").asString()).get("id").asString()).isEqualTo("lonely");
		assertThat(marks.get("linkedFrom")).isNotEmpty()
			.allMatch((place) -> graph.get("labels").has(place.asString()))
			.allMatch((place) -> hasLink(graph, place.asInt(), marks.get("node").asInt()));
		assertThat(main("graph", "query", "lighthouse", "missing", "nobody").get("marks").isNull()).isTrue();
		assertThat(main("graph", "query", "lighthouse").get("marks").isNull()).isTrue();
	}

	private static boolean hasLink(JsonNode graph, int from, int to) {
		JsonNode links = graph.get("links");
		for (int i = 0; i < links.size(); i += 3) {
			if (links.get(i).asInt() == 0 && links.get(i + 1).asInt() == from && links.get(i + 2).asInt() == to) {
				return true;
			}
		}
		return false;
	}

	@Test
	void theWalkTakesTheFilterOfTheSearch() {
		JsonNode graph = main("graph", "query", "lighthouse flashes", "filter", "chapter == 'rules'");
		int out = graph.get("filteredOut").size();
		assertThat(out).isEqualTo(50 - 16);
		assertThat(graph.get("filteredOut"))
			.anyMatch((place) -> graph.get("labels").get(place.asString()).get("id").asString().equals("lonely"));
		assertThat(main("graph", "query", "lighthouse flashes").get("filteredOut")).isEmpty();
	}

	@Test
	void recallIsMeasuredForDocumentsAndForTheLastQuestions() {
		context.getBean("hnswVectorStore", HnswVectorStore.class).similaritySearch("when does the harbour open");
		JsonNode recall = main("recall");
		assertThat(recall.get("target").asDouble()).isEqualTo(0.99);
		assertThat(recall.get("samples").get(0).get("queries").asInt()).isEqualTo(40);
		assertThat(recall.get("samples").get(1).get("queries").asInt()).isPositive();
		assertThat(recall.get("samples")).allMatch((sample) -> sample.get("at10").asDouble() == 1)
			.allMatch((sample) -> sample.get("onTarget").asBoolean());
		assertThat(json("recall", "store", "empty").get("samples").get(0).get("queries").asInt()).isZero();
	}

	@Test
	void aReplicaIsShownWithItsPosition() {
		assertThat(json("stores").get("stores")).allMatch((store) -> store.get("replica").isNull());
		OverviewData.Replica replica = OverviewData.Replica.of(new ReplicaPosition("table documents", "RESYNCING",
				false, "42", 7, java.time.Duration.ofMillis(1500), java.time.Duration.ofMillis(20), 3, "it is new",
				java.time.Instant.EPOCH, Map.of("x", "too long"), null, new ReplicaPosition.Copy(3, 10)));
		assertThat(replica).isEqualTo(new OverviewData.Replica("table documents", "resyncing", false, "42", 7, 1.5, 20,
				3, "it is new", "1970-01-01T00:00:00Z", 1, null, 3L, 10L));
	}

	@Test
	void anInsertionIsReplayedWithWhatIsChosenAndWhy() {
		JsonNode insertion = main("insertion", "id", "doc-12");
		JsonNode graph = insertion.get("graph");
		int node = insertion.get("node").asInt();
		assertThat(graph.get("labels").get(Integer.toString(node)).get("id").asString()).isEqualTo("doc-12");
		assertThat(graph.get("links").valueStream().skip(1).mapToInt(JsonNode::asInt)).isNotEmpty();
		assertThat(insertion.get("equalTo").isNull()).isTrue();
		JsonNode lowest = insertion.get("layers").get(insertion.get("layers").size() - 1);
		assertThat(lowest.get("layer").asInt()).isZero();
		assertThat(lowest.get("candidates")).hasSize(49)
			.anyMatch((one) -> one.get("choice").asString().equals("DIVERSE"));
		assertThat(lowest.get("answers")).isNotEmpty();
		assertThat(refusal(data("insertion", "store", "hnswVectorStore", "id", "nobody"), 404)).contains("nobody");
		assertThat(refusal(data("insertion", "store", "empty", "id", "x"), 404)).contains("no document 'x'");
	}

	@Test
	void anAuditTellsThatTheIndexIsSound() {
		JsonNode audit = main("audit");
		assertThat(audit.get("sound").asBoolean()).isTrue();
		assertThat(audit.get("live").asInt()).isEqualTo(50);
		assertThat(audit.get("findings")).allMatch((finding) -> finding.get("good").asBoolean());
		assertThat(audit.get("recalls")).hasSize(3);
	}

	@Test
	void anEmptyStoreIsShownAsSuch() {
		String[] empty = { "store", "empty", "query", "x", "words", "x", "id", "x" };
		JsonNode overview = json("stores").get("stores").get(0);
		assertThat(overview.get("state").asString()).isEqualTo("EMPTY");
		assertThat(overview.get("dimensions").isNull()).isTrue();
		for (String name : List.of("documents", "find", "metadata", "search", "explanation", "graph", "audit",
				"recall")) {
			assertThat(json(name, empty)).as(name).isNotNull();
		}
		assertThat(json("search", empty).get("hits")).isEmpty();
		assertThat(json("explanation", empty).get("verdict").asString()).isEqualTo("NOT_STORED");
		assertThat(json("graph", empty).get("levels")).isEmpty();
		assertThat(refusal(data("document", empty), 404)).contains("There is no document 'x'");
	}

	@Test
	void everyInputHasALimit() {
		Map<String, String> wrong = Map.ofEntries(
				Map.entry("search?query=" + "x".repeat(1001), "at most 1000 characters"),
				Map.entry("search?query=x&filter=" + "x".repeat(2001), "at most 2000 characters"),
				Map.entry("search?query=", "'query' is needed"), Map.entry("search?query=x&topK=301", "from 1 to 300"),
				Map.entry("search?query=x&topK=many", "but was 'many'"),
				Map.entry("search?query=x&threshold=1.5", "from 0 to 1"),
				Map.entry("search?query=x&threshold=NaN", "from 0 to 1"),
				Map.entry("search?query=x&mode=magic", "[dense, text, hybrid]"),
				Map.entry("search?query=x&efSearch=-1", "from 0 to 10000"),
				Map.entry("search?query=x&query=y", "is given once"), Map.entry("documents?limit=101", "from 1 to 100"),
				Map.entry("documents?after=-1", "from 0 to"),
				Map.entry("documents?after=99999999999999999999", "from 0 to"),
				Map.entry("graph?query=x&list=101", "from 0 to 100"),
				Map.entry("document?id=" + "x".repeat(2001), "at most 2000 characters"));
		wrong.forEach((request, reason) -> {
			String path = "/hnsw-console/api/" + request + "&store=hnswVectorStore";
			assertThat(refusal(get(path, Console.HEADER, "1"), 400)).as(request).contains(reason);
		});
		assertThat(refusal(data("documents", "store", "nobody"), 404)).contains("There is no store 'nobody'",
				"empty, hnswVectorStore, notes");
		assertThat(refusal(data("documents"), 404)).contains("there are: empty, hnswVectorStore, notes");
	}

}
