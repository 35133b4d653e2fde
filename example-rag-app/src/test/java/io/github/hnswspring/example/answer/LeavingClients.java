package io.github.hnswspring.example.answer;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client that leaves ends the request to the model, whether it has begun to answer or
 * not.
 */
abstract class LeavingClients extends SilentModelApplication {

	@BeforeEach
	void awaitIdle() {
		this.rest.awaitIdle();
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
		assertThat(closed.await(60, TimeUnit.SECONDS)).as("the model's connection is closed").isTrue();
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
