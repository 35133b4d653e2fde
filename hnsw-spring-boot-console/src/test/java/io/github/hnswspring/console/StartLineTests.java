package io.github.hnswspring.console;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/** The address that one line of the log tells is where the console is. */
@ExtendWith(OutputCaptureExtension.class)
class StartLineTests {

	private static final Pattern LINE = Pattern.compile("HNSW console: (\\S+) ");

	@TempDir
	private Path directory;

	/** The address that is told, which has to answer. */
	private String told(CapturedOutput output, String... properties) throws Exception {
		try (ConfigurableApplicationContext context = ConsoleApplication.run(ConsoleApplication.class, this.directory,
				properties)) {
			Matcher line = LINE.matcher(output.getOut());
			assertThat(line.find()).as(output.getOut()).isTrue();
			String address = line.group(1);
			assertThat(line.find()).as("a second line").isFalse();
			HttpResponse<String> page = client().send(HttpRequest.newBuilder(URI.create(address)).build(),
					HttpResponse.BodyHandlers.ofString());
			assertThat(page.statusCode()).as(address).isEqualTo(200);
			assertThat(page.body()).contains("<title>HNSW console</title>");
			String port = context.getEnvironment().getRequiredProperty("local.server.port");
			assertThat(address).contains(":" + port + "/");
			return address.replace(port, "PORT");
		}
	}

	/** Trusts whatever the server shows: its key was made a moment ago. */
	private static HttpClient client() throws Exception {
		SSLContext trusting = SSLContext.getInstance("TLS");
		trusting.init(null, new TrustManager[] { new X509TrustManager() {

			@Override
			public void checkClientTrusted(X509Certificate[] chain, String type) {
			}

			@Override
			public void checkServerTrusted(X509Certificate[] chain, String type) {
			}

			@Override
			public X509Certificate[] getAcceptedIssuers() {
				return new X509Certificate[0];
			}

		} }, new SecureRandom());
		return HttpClient.newBuilder().sslContext(trusting).build();
	}

	@Test
	void withAContextPathAServletPathAndAPathOfItsOwn(CapturedOutput output) throws Exception {
		assertThat(told(output, "--server.servlet.context-path=/shop", "--spring.mvc.servlet.path=/app",
				"--hnsw.console.path=/look"))
			.isEqualTo("http://localhost:PORT/shop/app/look/");
	}

	@Test
	void withAPortForManagementOfItsOwn(CapturedOutput output) throws Exception {
		assertThat(told(output, "--management.server.port=0", "--management.server.base-path=/admin"))
			.isEqualTo("http://localhost:PORT/hnsw-console/");
	}

	@Test
	void encrypted(CapturedOutput output) throws Exception {
		Path keys = this.directory.resolve("keys.p12");
		Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
				"-genkeypair", "-alias", "server", "-keyalg", "EC", "-dname", "CN=localhost", "-ext",
				"SAN=dns:localhost", "-storetype", "PKCS12", "-keystore", keys.toString(), "-storepass", "changeit")
			.redirectErrorStream(true)
			.start();
		assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
		assertThat(told(output, "--server.ssl.key-store=" + keys, "--server.ssl.key-store-password=changeit"))
			.isEqualTo("https://localhost:PORT/hnsw-console/");
	}

}
