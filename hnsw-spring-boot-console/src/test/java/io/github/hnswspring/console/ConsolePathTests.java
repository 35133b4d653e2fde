package io.github.hnswspring.console;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/** The console is where the application says, guarded there as well. */
@ExtendWith(OutputCaptureExtension.class)
class ConsolePathTests {

	@TempDir
	private Path directory;

	@Test
	void belowAContextAndAServletOfItsOwn(CapturedOutput output) throws IOException, InterruptedException {
		try (ConfigurableApplicationContext context = ConsoleApplication.start(this.directory,
				"--server.servlet.context-path=/app", "--spring.mvc.servlet.path=/mvc",
				"--hnsw.console.path=/tools/hnsw")) {
			String address = "http://localhost:" + context.getEnvironment().getRequiredProperty("local.server.port")
					+ "/app/mvc/tools/hnsw";
			assertThat(output.getOut()).contains("HNSW console: " + address + "/ ");
			assertThat(get(address + "/").body()).contains("<title>HNSW console</title>");
			assertThat(get(address).headers().firstValue("Location")).hasValue("/app/mvc/tools/hnsw/");
			assertThat(get(address + "/api/stores", Console.HEADER, "1").body()).contains("notes");
			assertThat(get(address + "/", "Origin", "http://evil.example").statusCode()).isEqualTo(403);
			assertThat(get(address.replace("/tools/hnsw", "/hnsw-console/")).statusCode()).isEqualTo(404);
		}
	}

	@Test
	void whereHeadersSayWhoAsksNobodyIsBelieved() throws IOException, InterruptedException {
		try (ConfigurableApplicationContext context = ConsoleApplication.start(this.directory,
				"--server.forward-headers-strategy=framework")) {
			String address = "http://localhost:" + context.getEnvironment().getRequiredProperty("local.server.port");
			HttpResponse<String> refused = get(address + "/hnsw-console/", "X-Forwarded-For", "127.0.0.1");
			assertThat(refused.statusCode()).isEqualTo(403);
			assertThat(refused.body()).contains("server.forward-headers-strategy");
		}
	}

	private static HttpResponse<String> get(String address, String... headers)
			throws IOException, InterruptedException {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address));
		if (headers.length > 0) {
			request.headers(headers);
		}
		return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

}
