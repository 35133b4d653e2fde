package io.github.hnswspring.example.web;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.stream.IntStream;

import io.github.hnswspring.fixtures.HostileFiles;
import io.github.hnswspring.example.OwnApplication;
import io.github.hnswspring.example.Rest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What goes wrong is logged, the words it went wrong with are not: neither by us nor by
 * the web server, nor where an embedding model quotes them in its exceptions.
 */
@TestPropertySource(properties = "spring.ai.model.embedding=quoting")
@ExtendWith(OutputCaptureExtension.class)
class LogTests extends OwnApplication {

	private static final String WORD = "zanzibar";

	@DynamicPropertySource
	static void properties(DynamicPropertyRegistry registry) throws IOException {
		registry.add("hnsw.ingest.sources", Files.createDirectory(directory.resolve("notes"))::toString);
		Files.writeString(directory.resolve("notes/bees.md"), "Bees make honey.");
		registry.add("rag.security.username", () -> "ann");
		registry.add("rag.security.password", () -> WORD);
	}

	@BeforeEach
	void connectWithCredentials() {
		this.rest = new Rest(this.port, "ann", WORD);
		this.rest.awaitIdle();
	}

	@Test
	void anEmbeddingModelThatQuotes(CapturedOutput output) {
		assertThat(this.rest.upload("report.txt", bytes("About " + WORD + " and others.")).status()).isEqualTo(202);
		assertThat(this.rest.awaitIdle()).extracting((document) -> document.path("state").asString())
			.containsExactlyInAnyOrder("READY", "FAILED");
		assertThat(this.rest.search(WORD).problem(500)).doesNotContain(WORD);
		assertThat(this.rest.ask(WORD).problem(500)).doesNotContain(WORD);
		assertThat(this.rest.askStreamed(WORD).toString()).contains("problem").doesNotContain(WORD);
		assertThat(output.getAll()).as("enough to find the cause: which document, what kind, where")
			.contains("Ingesting document", "Request failed", "Answering failed", "IllegalStateException",
					"LogTests$Quoting.call")
			.doesNotContainIgnoringCase(WORD);
	}

	@Test
	void theStartSaysWhereToOpenItWhatIsThereAndHowItAnswers(CapturedOutput output) {
		assertThat(output.getAll()).containsOnlyOnce("Open http://127.0.0.1:" + this.port + " in a browser")
			.containsPattern("In the store: \\d documents?, \\d passages?")
			.containsOnlyOnce("Answers are sentences of the documents, word for word")
			.doesNotContainIgnoringCase("see the log");
	}

	@Test
	void requestsThatMakeNoSense(CapturedOutput output) throws IOException {
		this.rest.search("x", "topK=" + WORD).problem(400);
		this.rest.search("x", "filter=" + WORD + "%20%3D%3D").problem(400);
		this.rest.post("/api/ask", "{\"question\":\"" + WORD).problem(400);
		this.rest.post("/api/ask", "{\"question\":{\"" + WORD + "\":1}}").problem(400);
		this.rest.delete("/api/documents/" + WORD).problem(404);
		this.rest.get("/" + WORD).problem(404);
		this.rest.post("/api/ask", "{}", "Accept", WORD + "/x");
		this.rest.upload(WORD + ".exe", bytes(WORD)).problem(415);
		this.rest.upload(WORD + ".html", bytes("<script>" + WORD + "</script>")).problem(422);
		this.rest.upload(WORD + ".pdf", HostileFiles.pdf("")).problem(422);
		raw("GET /api/search?q=%zz" + WORD + " HTTP/1.1\r\nHost: localhost\r\n");
		raw("GET /api/search?q={" + WORD + "} \"" + WORD + "\" HTTP/1.1\r\nHost: localhost\r\n");
		raw("GET /api/status HTTP/1.1\r\nHost: localhost\r\nCookie: a=\u0001" + WORD + "; =b;;\"" + WORD + "\r\n");
		raw("GET /api/status HTTP/1.1\r\nHost: localhost\r\n" + WORD + " x\u0001y: " + WORD + "\r\n");
		raw("GET /api/status HTTP/1.1\r\nHost: " + WORD + "{}\r\n");
		raw(WORD + "\u0001 /api/status HTTP/1.1\r\nHost: localhost\r\n");
		raw("GET /api/status " + WORD + "\r\nHost: localhost\r\n");
		raw("GET /api/status HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic " + WORD + "\r\n");
		raw("POST /api/documents HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + this.rest.authorization()
				+ "\r\nContent-Type: multipart/form-data; boundary=" + WORD + "\r\nContent-Length: 5\r\n");
		assertThat(output.getAll()).doesNotContainIgnoringCase(WORD);
	}

	/** What Java's own client would not send. */
	private void raw(String head) throws IOException {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port)) {
			socket.getOutputStream()
				.write((head + "Connection: close\r\n\r\n" + WORD.substring(0, 5)).getBytes(StandardCharsets.UTF_8));
			socket.shutdownOutput();
			assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
				.matches("(?s)HTTP/1.1 [2-5]\\d\\d.*");
		}
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class QuotingConfiguration {

		@Bean
		EmbeddingModel quotingModel() {
			return new Quoting();
		}

	}

	/** As clients of servers do: with the request in the message. */
	private static final class Quoting implements EmbeddingModel {

		@Override
		public EmbeddingResponse call(EmbeddingRequest request) {
			if (request.getInstructions().toString().contains(WORD)) {
				throw new IllegalStateException("400 - cannot embed " + request.getInstructions(),
						new IllegalArgumentException(request.getInstructions().toString()));
			}
			return new EmbeddingResponse(IntStream.range(0, request.getInstructions().size())
				.mapToObj((index) -> new Embedding(new float[] { 1, 2 }, index))
				.toList());
		}

		@Override
		public float[] embed(Document document) {
			return embed(String.valueOf(document.getText()));
		}

	}

}
