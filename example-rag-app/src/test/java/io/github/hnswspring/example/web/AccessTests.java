package io.github.hnswspring.example.web;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

import io.github.hnswspring.example.RagApplication;
import io.github.hnswspring.example.RagProperties;
import io.github.hnswspring.example.Rest;
import io.github.hnswspring.example.RunningApplication;
import io.github.hnswspring.example.StartRefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.ErrorResponse;
import org.springframework.web.servlet.ModelAndView;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * A server without a login on this machine, next to a browser with other sites open.
 */
@ExtendWith(OutputCaptureExtension.class)
class AccessTests extends RunningApplication {

	@ParameterizedTest
	@CsvSource({ "cross-site", "same-site" })
	void anotherSiteCannotChangeAnything(String site) {
		this.rest.post("/api/rescan", "", "Sec-Fetch-Site", site).problem(403);
		this.rest.upload("forged.txt", new byte[] { 'a' }, "Sec-Fetch-Site", site).problem(403);
		this.rest.delete("/api/documents/x", "Sec-Fetch-Site", site).problem(403);
		this.rest.post("/api/ask", "{\"question\":\"x\"}", "Sec-Fetch-Site", site).problem(403);
		this.rest.post("/api/rescan", "", "Sec-Fetch-Site", site, "Accept", "text/event-stream").problem(403);
		assertThat(this.rest.post("/api/rescan", "", "Sec-Fetch-Site", site, "Accept", "image/png").status())
			.isEqualTo(403);
	}

	@ParameterizedTest
	@CsvSource({ "https://example.com", "null", "http://127.0.0.1:1", "http://localhost",
			"http://127.0.0.1.example.com", "not an address" })
	void anotherOriginCannotChangeAnything(String origin) {
		this.rest.post("/api/rescan", "", "Origin", origin).problem(403);
	}

	@Test
	void ourOwnPageAndProgramsCan() {
		String own = "http://127.0.0.1:" + port();
		assertThat(this.rest.post("/api/rescan", "", "Origin", own, "Sec-Fetch-Site", "same-origin").status())
			.isEqualTo(202);
		assertThat(this.rest.post("/api/rescan", "").status()).isEqualTo(202);
	}

	@ParameterizedTest
	@CsvSource({ "attacker.example, 421", "127.0.0.1.attacker.example:8080, 421", "localhost, 200",
			"LOCALHOST:8080, 200", "[::1]:8080, 200", "'', 400" })
	void aForeignNameForThisMachineIsNotServed(String host, int status) throws IOException {
		assertThat(statusWithHost(host)).contains(" " + ((status == 400) ? "4" : status));
	}

	/** Java's own client would not send such a header. */
	private String statusWithHost(String host) throws IOException {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
			String request = "GET /api/status HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
			socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
			String reply = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			return reply.lines().findFirst().orElse("");
		}
	}

	@Test
	void everyResponseCarriesTheSecurityHeaders() {
		for (String path : List.of("/", "/app.js", "/api/status", "/api/nothing", "/actuator/health", "/error")) {
			Rest.Reply reply = this.rest.get(path);
			assertThat(reply.header("Content-Security-Policy")).as(path)
				.contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
				.doesNotContain("unsafe");
			assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
			assertThat(reply.header("Referrer-Policy")).isEqualTo("no-referrer");
			assertThat(reply.header("Cross-Origin-Resource-Policy")).isEqualTo("same-origin");
			assertThat(reply.header("Access-Control-Allow-Origin")).isEmpty();
		}
	}

	@Test
	void thePageAsksNoOtherMachineForAnything() {
		String page = this.rest.get("/").body() + this.rest.get("/app.js").body() + this.rest.get("/app.css").body();
		assertThat(page).doesNotContain("https://", "//cdn", "@import", "innerHTML", "eval(");
	}

	@Test
	void onlyHealthIsExposedByActuator() {
		assertThat(this.rest.get("/actuator/health").json().path("components").path("hnsw").path("status").asString())
			.isEqualTo("UP");
		assertThat(this.rest.get("/actuator").json().path("_links").propertyNames()).containsExactlyInAnyOrder("self",
				"health", "health-path");
	}

	@Test
	void withCredentialsEveryRequestNeedsThem() throws Exception {
		assertThat(filtered(null)).isEqualTo(401);
		assertThat(filtered("Basic " + base64("ann:wrong"))).isEqualTo(401);
		assertThat(filtered("Basic " + base64("ann"))).isEqualTo(401);
		assertThat(filtered("Basic !!")).isEqualTo(401);
		assertThat(filtered("Bearer " + base64("ann:pass"))).isEqualTo(401);
		assertThat(filtered("Basic " + base64("ann:pass"))).isEqualTo(200);
		assertThat(filtered("basic " + base64("ann:pass"))).isEqualTo(200);
	}

	private static int filtered(String authorization) throws Exception {
		RagProperties.Security security = new RagProperties.Security("ann", "pass", List.of("docs.example"));
		assertThat(security.toString()).doesNotContain("pass");
		RagProperties properties = new RagProperties(Path.of("data"), 1, Duration.ofSeconds(1), 1, 0, security);
		SecurityFilter filter = new SecurityFilter(properties, "", (request, response, handler, refusal) -> {
			response.setStatus(((ErrorResponse) refusal).getStatusCode().value());
			return new ModelAndView();
		});
		MockHttpServletRequest request = new MockHttpServletRequest("GET", "/api/documents");
		request.addHeader("Host", "docs.example");
		if (authorization != null) {
			request.addHeader("Authorization", authorization);
		}
		MockHttpServletResponse response = new MockHttpServletResponse();
		filter.doFilter(request, response, new MockFilterChain());
		return response.getStatus();
	}

	private static String base64(String text) {
		return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
	}

	@ParameterizedTest
	@CsvSource({ "--server.address=0.0.0.0", "--server.address=", "--server.address=::" })
	void aPublicAddressWithoutCredentialsIsRefused(String address, @TempDir Path directory, CapturedOutput output) {
		assertThatThrownBy(() -> start(directory, address)).hasRootCauseInstanceOf(StartRefusedException.class);
		assertThat(output.getAll()).contains("other machines can reach", "rag.security.password",
				"server.address=127.0.0.1");
	}

	@Test
	void halfOfTheCredentialsAreNone(@TempDir Path directory) {
		for (String half : List.of("--rag.security.username=ann", "--rag.security.password=pass")) {
			assertThatThrownBy(() -> start(directory, "--server.address=0.0.0.0", half))
				.hasRootCauseInstanceOf(StartRefusedException.class);
		}
	}

	@Test
	void aPublicManagementPortIsRefused(@TempDir Path directory) {
		assertThatThrownBy(() -> start(directory, "--management.server.port=0"))
			.hasRootCauseInstanceOf(StartRefusedException.class);
	}

	@Test
	void aPublicAddressWithCredentialsIsServed(@TempDir Path directory) {
		try (var context = start(directory, "--server.address=0.0.0.0", "--rag.security.username=ann",
				"--rag.security.password=pass")) {
			int port = Integer.parseInt(context.getEnvironment().getProperty("local.server.port", "0"));
			Rest.Reply refused = new Rest(port).get("/api/documents");
			refused.problem(401);
			assertThat(refused.header("WWW-Authenticate")).startsWith("Basic ");
			assertThat(new Rest(port).get("/api/documents", "Authorization", "Basic " + base64("ann:pass")).status())
				.isEqualTo(200);
		}
	}

	private static org.springframework.context.ConfigurableApplicationContext start(Path directory, String... more) {
		String[] arguments = { "--server.port=0", "--rag.data-directory=" + directory, "--hnsw.ingest.sources=" };
		return SpringApplication.run(RagApplication.class,
				org.springframework.util.StringUtils.concatenateStringArrays(arguments, more));
	}

}
