package io.github.hnswspring.example.answer;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A server with the streaming chat APIs of OpenAI and Ollama on this machine, which
 * answers as a test says. It has the plain sockets in its hands, so that it sees when the
 * other side closes one.
 */
public final class FakeOpenAi implements AutoCloseable {

	private static final JsonMapper JSON = JsonMapper.shared();

	/** Answers one request. */
	@FunctionalInterface
	public interface Behaviour {

		void answer(Exchange exchange) throws IOException;

	}

	private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final List<JsonNode> requests = new CopyOnWriteArrayList<>();

	private final List<String> heads = new CopyOnWriteArrayList<>();

	private volatile Behaviour behaviour = (exchange) -> exchange.status(500, "no behaviour set");

	public FakeOpenAi() throws IOException {
		this.threads.execute(this::accept);
	}

	public String baseUrl() {
		return origin() + "/v1";
	}

	String origin() {
		return "http://127.0.0.1:" + this.server.getLocalPort();
	}

	public void answers(Behaviour next) {
		this.behaviour = next;
	}

	/** Answers with these pieces and a proper end. */
	public void says(String... pieces) {
		answers((exchange) -> {
			exchange.begin();
			for (String piece : pieces) {
				exchange.piece(piece);
			}
			exchange.end();
		});
	}

	public JsonNode lastRequest() {
		return this.requests.get(this.requests.size() - 1);
	}

	/** Request line and header fields of the last request. */
	String lastHead() {
		return this.heads.get(this.heads.size() - 1);
	}

	int requestCount() {
		return this.requests.size();
	}

	private void accept() {
		while (!this.server.isClosed()) {
			try {
				Socket socket = this.server.accept();
				this.threads.execute(() -> handle(socket));
			}
			catch (IOException ex) {
				return;
			}
		}
	}

	private void handle(Socket socket) {
		try (socket) {
			InputStream in = new BufferedInputStream(socket.getInputStream());
			String head = head(in);
			byte[] body = body(in, head.toLowerCase(Locale.ROOT));
			this.heads.add(head);
			this.requests.add(JSON.readTree(body));
			Exchange exchange = new Exchange(socket, in, head.contains(" /api/chat "));
			this.behaviour.answer(exchange);
			exchange.finish();
		}
		catch (IOException | UncheckedIOException ex) {
			// The other side has left, or the test wanted it so.
		}
	}

	private static String head(InputStream in) throws IOException {
		ByteArrayOutputStream head = new ByteArrayOutputStream();
		while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
			int next = in.read();
			if (next < 0) {
				throw new EOFException();
			}
			head.write(next);
		}
		return head.toString(StandardCharsets.ISO_8859_1);
	}

	private static byte[] body(InputStream in, String head) throws IOException {
		if (!head.contains("transfer-encoding: chunked")) {
			return in.readNBytes(Integer.parseInt(head.replaceFirst("(?s).*content-length: (\\d+).*", "$1")));
		}
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		while (true) {
			int length = Integer.parseInt(line(in), 16);
			body.write(in.readNBytes(length));
			line(in);
			if (length == 0) {
				return body.toByteArray();
			}
		}
	}

	private static String line(InputStream in) throws IOException {
		StringBuilder line = new StringBuilder();
		for (int next = in.read(); next != '\n' && next >= 0; next = in.read()) {
			line.append((char) next);
		}
		return line.toString().strip();
	}

	@Override
	public void close() {
		try {
			this.server.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.threads.shutdownNow();
	}

	/** One request and what is sent back. */
	public static final class Exchange {

		private final Socket socket;

		private final InputStream in;

		private final boolean ollama;

		private boolean chunked;

		Exchange(Socket socket, InputStream in, boolean ollama) {
			this.socket = socket;
			this.in = in;
			this.ollama = ollama;
		}

		void status(int status, String message) throws IOException {
			status(status, message, "");
		}

		void status(int status, String message, String code) throws IOException {
			Map<String, Object> error = Map.of("message", message, "type", "test", "code", code);
			byte[] body = JSON.writeValueAsBytes(Map.of("error", this.ollama ? message : error));
			raw("HTTP/1.1 " + status + " Status\r\nContent-Type: application/json\r\nContent-Length: " + body.length
					+ "\r\nConnection: close\r\n\r\n" + new String(body, StandardCharsets.UTF_8));
		}

		public void begin() throws IOException {
			this.chunked = true;
			raw("HTTP/1.1 200 OK\r\nContent-Type: " + (this.ollama ? "application/x-ndjson" : "text/event-stream")
					+ "\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
		}

		public void piece(String text) throws IOException {
			if (this.ollama) {
				ollama(text, false);
			}
			else {
				send(Map.of("index", 0, "delta", Map.of("role", "assistant", "content", text)));
			}
		}

		public void end() throws IOException {
			if (this.ollama) {
				ollama("", true);
			}
			else {
				send(Map.of("index", 0, "delta", Map.of(), "finish_reason", "stop"));
				chunk("data: [DONE]\n\n");
			}
		}

		private void send(Map<String, Object> choice) throws IOException {
			chunk("data: " + JSON.writeValueAsString(Map.of("id", "chatcmpl-1", "object", "chat.completion.chunk",
					"created", 1, "model", "fake", "choices", List.of(choice))) + "\n\n");
		}

		private void ollama(String text, boolean done) throws IOException {
			chunk(JSON
				.writeValueAsString(Map.of("model", "fake", "created_at", "2024-01-01T00:00:00Z", "message",
						Map.of("role", "assistant", "content", text), "done", done, "done_reason", done ? "stop" : ""))
					+ "\n");
		}

		private void chunk(String text) throws IOException {
			raw(Integer.toHexString(text.getBytes(StandardCharsets.UTF_8).length) + "\r\n" + text + "\r\n");
		}

		private void raw(String text) throws IOException {
			this.socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
			this.socket.getOutputStream().flush();
		}

		void finish() throws IOException {
			if (this.chunked) {
				raw("0\r\n\r\n");
			}
		}

		/** Breaks the connection in the middle of a chunk. */
		public void disconnect() throws IOException {
			this.socket.close();
			throw new EOFException("disconnected on purpose");
		}

		/** Says no more, and tells when the other side has closed the connection. */
		public void awaitClosed(CountDownLatch closed) {
			try {
				while (this.in.read() >= 0) {
					// Nothing is expected any more.
				}
			}
			catch (IOException ex) {
				// Closed without saying goodbye.
			}
			closed.countDown();
		}

		void await(CountDownLatch latch) {
			try {
				latch.await(120, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

}
