package io.github.hnswspring.example.answer;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A server with OpenAI's streaming chat API on this machine, which answers as a test
 * says.
 */
final class FakeOpenAi implements AutoCloseable {

	private static final JsonMapper JSON = JsonMapper.shared();

	/** Answers one request. */
	@FunctionalInterface
	interface Behaviour {

		void answer(Exchange exchange) throws IOException;

	}

	private final HttpServer server;

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final List<JsonNode> requests = new CopyOnWriteArrayList<>();

	private volatile Behaviour behaviour = (exchange) -> exchange.status(500, "no behaviour set");

	FakeOpenAi() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.setExecutor(this.threads);
		this.server.createContext("/", this::handle);
		this.server.start();
	}

	String baseUrl() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort() + "/v1";
	}

	void answers(Behaviour next) {
		this.behaviour = next;
	}

	/** Answers with these pieces and a proper end. */
	void says(String... pieces) {
		answers((exchange) -> {
			exchange.begin();
			for (String piece : pieces) {
				exchange.piece(piece);
			}
			exchange.end();
		});
	}

	JsonNode lastRequest() {
		return this.requests.get(this.requests.size() - 1);
	}

	int requestCount() {
		return this.requests.size();
	}

	private void handle(HttpExchange http) throws IOException {
		if (!http.getRequestURI().getPath().equals("/v1/chat/completions")) {
			http.sendResponseHeaders(404, -1);
			http.close();
			return;
		}
		this.requests.add(JSON.readTree(http.getRequestBody().readAllBytes()));
		try {
			this.behaviour.answer(new Exchange(http));
		}
		finally {
			http.close();
		}
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.threads.shutdownNow();
	}

	/** One request and what is sent back. */
	static final class Exchange {

		private final HttpExchange http;

		Exchange(HttpExchange http) {
			this.http = http;
		}

		void status(int status, String message) throws IOException {
			byte[] body = JSON.writeValueAsBytes(Map.of("error", Map.of("message", message, "type", "test")));
			this.http.getResponseHeaders().set("Content-Type", "application/json");
			this.http.sendResponseHeaders(status, body.length);
			this.http.getResponseBody().write(body);
		}

		void begin() throws IOException {
			this.http.getResponseHeaders().set("Content-Type", "text/event-stream");
			this.http.sendResponseHeaders(200, 0);
		}

		void piece(String text) throws IOException {
			send(Map.of("index", 0, "delta", Map.of("role", "assistant", "content", text)));
		}

		void end() throws IOException {
			send(Map.of("index", 0, "delta", Map.of(), "finish_reason", "stop"));
			write("data: [DONE]\n\n");
		}

		private void send(Map<String, Object> choice) throws IOException {
			write("data: " + JSON.writeValueAsString(Map.of("id", "chatcmpl-1", "object", "chat.completion.chunk",
					"created", 1, "model", "fake", "choices", List.of(choice))) + "\n\n");
		}

		private void write(String text) throws IOException {
			OutputStream out = this.http.getResponseBody();
			out.write(text.getBytes(StandardCharsets.UTF_8));
			out.flush();
		}

		/** Breaks the connection in the middle of a chunk. */
		void disconnect() {
			this.http.close();
			throw new UncheckedIOException(new IOException("disconnected on purpose"));
		}

		void await(CountDownLatch latch) {
			try {
				latch.await(30, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

}
