package io.github.hnswspring.example;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Talks to the running application as any program would, without any Spring in between.
 */
public final class Rest {

	private static final JsonMapper JSON = JsonMapper.shared();

	private final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(60)).build();

	private final String base;

	private final String authorization;

	public Rest(int port) {
		this.base = "http://127.0.0.1:" + port;
		this.authorization = "";
	}

	public Rest(int port, String username, String password) {
		this.base = "http://127.0.0.1:" + port;
		this.authorization = "Basic "
				+ Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
	}

	public String authorization() {
		return this.authorization;
	}

	/**
	 * A response.
	 *
	 * @param status the status code
	 * @param type the content type, empty if absent
	 * @param body the body as text
	 * @param headers by lower-case name
	 */
	public record Reply(int status, String type, String body, Map<String, List<String>> headers) {

		public JsonNode json() {
			return JSON.readTree(this.body);
		}

		public String header(String name) {
			return String.join(", ", this.headers.getOrDefault(name.toLowerCase(), List.of()));
		}

		/** Fails unless this is an RFC 9457 problem; returns its detail. */
		public String problem(int expectedStatus) {
			if (this.status != expectedStatus || !this.type.startsWith("application/problem+json")
					|| json().path("status").asInt() != expectedStatus || json().path("title").asString("").isEmpty()) {
				throw new AssertionError("Expected a problem with status " + expectedStatus + " but got " + this);
			}
			return json().path("detail").asString("");
		}

	}

	/**
	 * A server-sent event.
	 *
	 * @param name of the event
	 * @param data its JSON
	 */
	public record Event(String name, JsonNode data) {
	}

	public Reply get(String path, String... headers) {
		return send(request(path, headers).GET().build());
	}

	public Reply delete(String path, String... headers) {
		return send(request(path, headers).DELETE().build());
	}

	public Reply post(String path, String json, String... headers) {
		return send(request(path, headers).header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(json))
			.build());
	}

	public Reply search(String query, String... parameters) {
		String more = Stream.of(parameters).map((parameter) -> "&" + parameter).collect(Collectors.joining());
		return get("/api/search?q=" + encode(query) + more);
	}

	public Reply upload(String name, byte[] content, String... headers) {
		return send(uploadRequest(name, content, headers));
	}

	public HttpRequest uploadRequest(String name, byte[] content, String... headers) {
		String boundary = "boundary-of-a-test";
		String head = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name
				+ "\"\r\nContent-Type: application/octet-stream\r\n\r\n";
		return request("/api/documents", headers).header("Content-Type", "multipart/form-data; boundary=" + boundary)
			.POST(HttpRequest.BodyPublishers.ofByteArrays(List.of(head.getBytes(StandardCharsets.UTF_8), content,
					("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8))))
			.build();
	}

	/** Asks and returns all events of the answer. */
	public List<Event> askStreamed(String question) {
		return askStreamed(Map.of("question", question));
	}

	public List<Event> askStreamed(Map<String, ?> body) {
		Reply reply = post("/api/ask", JSON.writeValueAsString(body), "Accept", "text/event-stream");
		if (reply.status() != 200) {
			throw new AssertionError("Expected a stream but got " + reply);
		}
		return events(reply.body());
	}

	public Reply ask(String question) {
		return post("/api/ask", JSON.writeValueAsString(Map.of("question", question)), "Accept", "application/json");
	}

	public HttpClient client() {
		return this.client;
	}

	public HttpRequest.Builder request(String path, String... headers) {
		HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(this.base + path))
			.timeout(Duration.ofSeconds(60));
		if (headers.length > 0) {
			builder.headers(headers);
		}
		if (!this.authorization.isEmpty()) {
			builder.header("Authorization", this.authorization);
		}
		return builder;
	}

	public Reply send(HttpRequest request) {
		try {
			HttpResponse<String> response = this.client.send(request, HttpResponse.BodyHandlers.ofString());
			return new Reply(response.statusCode(), response.headers().firstValue("Content-Type").orElse(""),
					response.body(), response.headers().map());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(request.method() + " " + request.uri() + " failed", ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	public static String encode(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8);
	}

	private static List<Event> events(String stream) {
		List<Event> events = new ArrayList<>();
		for (String block : stream.split("\n\n")) {
			String name = field(block, "event:");
			if (!name.isEmpty()) {
				events.add(new Event(name, JSON.readTree(field(block, "data:"))));
			}
		}
		return events;
	}

	private static String field(String block, String name) {
		return block.lines()
			.filter((line) -> line.startsWith(name))
			.map((line) -> line.substring(name.length()))
			.collect(Collectors.joining("\n"));
	}

	/** Waits until no round over the sources is running and no document is on its way. */
	public List<JsonNode> awaitIdle() {
		return awaitDocuments(0, Duration.ofSeconds(120));
	}

	public List<JsonNode> awaitDocuments(int atLeast, Duration timeout) {
		long deadline = System.nanoTime() + timeout.toNanos();
		String last = "";
		while (System.nanoTime() < deadline) {
			Reply reply = get("/api/documents");
			last = reply.body();
			List<JsonNode> documents = reply.json().path("documents").valueStream().toList();
			boolean busy = reply.json().path("scan").path("running").asBoolean() || documents.stream()
				.map((document) -> document.path("state").asString(""))
				.anyMatch((state) -> state.equals("QUEUED") || state.equals("INGESTING"));
			if (!busy && documents.size() >= atLeast) {
				return documents;
			}
			pause();
		}
		throw new AssertionError("Ingestion did not end: " + last);
	}

	private static void pause() {
		try {
			Thread.sleep(50);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
