package io.github.hnswspring.example.answer;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.hnswspring.example.Rest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who leaves ends the request to the model, whether it has begun to answer or not. The
 * model may be silent for longer than any of these tests takes, so nothing else ends it.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@DirtiesContext
abstract class LeavingClients {

	@TempDir
	private static Path directory;

	private static FakeOpenAi model;

	@LocalServerPort
	private int port;

	@DynamicPropertySource
	static void properties(DynamicPropertyRegistry registry) throws IOException {
		model = new FakeOpenAi();
		Path folder = Files.createDirectories(directory.resolve("town"));
		Files.writeString(folder.resolve("tower.md"), "The tower is sixty-three metres high.");
		registry.add("rag.data-directory", () -> directory.resolve("data").toString());
		registry.add("rag.sources", folder::toString);
		registry.add("rag.answer-timeout", () -> "10m");
		registry.add("OPENAI_BASE_URL", () -> model.baseUrl());
		registry.add("OPENAI_API_KEY", () -> "unused");
		registry.add("OPENAI_MODEL", () -> "fake");
		registry.add("OLLAMA_BASE_URL", () -> model.origin());
		registry.add("OLLAMA_MODEL", () -> "fake");
	}

	@AfterAll
	static void stopModel() {
		model.close();
	}

	@BeforeEach
	void awaitIdle() {
		new Rest(this.port).awaitIdle();
	}

	@ParameterizedTest
	@CsvSource({ "text/event-stream, false, false", "text/event-stream, false, true", "text/event-stream, true, false",
			"text/event-stream, true, true", "application/json, false, false", "application/json, true, true" })
	void theRequestToTheModelEnds(String type, boolean answering, boolean killed) throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch closed = new CountDownLatch(1);
		model.answers((exchange) -> {
			if (answering) {
				exchange.begin();
				exchange.piece("The tower ");
			}
			asked.countDown();
			exchange.awaitClosed(closed);
		});
		try (Socket client = new Socket(InetAddress.getLoopbackAddress(), this.port)) {
			byte[] body = "{\"question\":\"How high is the tower?\"}".getBytes(StandardCharsets.UTF_8);
			client.getOutputStream()
				.write(("POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: " + type
						+ "\r\nContent-Length: " + body.length + "\r\n\r\n")
					.getBytes(StandardCharsets.UTF_8));
			client.getOutputStream().write(body);
			assertThat(asked.await(60, TimeUnit.SECONDS)).as("the model is asked").isTrue();
			if (answering && type.equals("text/event-stream")) {
				readUntil(client.getInputStream(), "The tower ");
			}
			assertThat(closed.getCount()).as("as long as the client waits").isOne();
			if (killed) {
				// The connection is reset, as by a process that ends with unread data.
				client.setSoLinger(true, 0);
			}
		}
		assertThat(closed.await(20, TimeUnit.SECONDS)).as("the model's connection is closed").isTrue();
	}

	private static void readUntil(InputStream in, String text) throws IOException {
		StringBuilder read = new StringBuilder();
		while (read.indexOf(text) < 0) {
			int next = in.read();
			assertThat(next).as(read.toString()).isNotNegative();
			read.append((char) next);
		}
	}

}
