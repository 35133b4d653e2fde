package io.github.hnswspring.example.answer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.example.RagApplication;
import io.github.hnswspring.example.StartRefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Without a key it is not worth starting, if one is needed. */
@ExtendWith(OutputCaptureExtension.class)
class ApiKeyTests {

	@ParameterizedTest
	@ValueSource(strings = { "", "  ", "sk-...", "sk-…", "...", "sk-xxxxxxxx", "sk-proj-****", "changeme", "Change-Me",
			"${OPENAI_API_KEY}", "<your key>", "your-api-key", "YOUR_OPENAI_API_KEY", "sk-your-key-here",
			"sk-<your-key>", "your_key", "my-api-key", "insert-your-key-here", "replace-me", "YOUR-API-KEY-HERE",
			"{key}", "null", "undefined", "placeholder", "insert-key", "sk-abc def", "sk-abc\n", "sk-äbc" })
	void aMissingKeyAPlaceholderOrSomethingElseIsRefused(String key) {
		for (String model : new String[] { "chat", "embedding" }) {
			assertThatExceptionOfType(StartRefusedException.class)
				.isThrownBy(() -> start(Map.of("spring.ai.model." + model, "openai", "spring.ai.openai.api-key", key)))
				.withMessageContaining("spring.ai.model." + model)
				.withMessageContaining("spring.ai.openai.api-key")
				.satisfies((ex) -> assertThat(ex.remedy()).contains("OPENAI_API_KEY", "the word 'unused'"))
				.satisfies((ex) -> assertThat(ex.getMessage() + ex.remedy()).doesNotContain("abc"));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "sk-proj-2Zq9LmT4_vK7-xxA", "unused", "none", "gsk_4f9d0c1b", "0123456789abcdef",
			"no-api-key", "apikey", "secret", "x", "EMPTY", "sk-proj-9aYourT2_kEyouR-x7Todo",
			"sk-proj-Zapi-keyQ4_insert-7Replace_meK", "sk-9f[2]{3", "sk-placeHolderQ7" })
	void anyOtherKeyIsTheServersBusiness(String key) {
		assertThatCode(() -> start(Map.of("spring.ai.model.chat", "openai", "spring.ai.openai.api-key", key)))
			.doesNotThrowAnyException();
	}

	@ParameterizedTest
	@ValueSource(strings = { "none", "ollama" })
	void noKeyIsNeededWithoutOpenAi(String chat) {
		assertThatCode(() -> start(Map.of("spring.ai.model.chat", chat, "spring.ai.openai.api-key", "changeme")))
			.doesNotThrowAnyException();
	}

	@Test
	void aKeyMayBeSetWhereSpringAiLooksForIt() {
		Map<String, Object> chat = Map.of("spring.ai.model.chat", "openai");
		assertThatCode(() -> start(with(chat, "OPENAI_API_KEY", "sk-1"))).doesNotThrowAnyException();
		assertThatCode(() -> start(with(chat, "spring.ai.openai.chat.api-key", "sk-1"))).doesNotThrowAnyException();
		assertThatExceptionOfType(StartRefusedException.class)
			.isThrownBy(() -> start(with(chat, "spring.ai.openai.embedding.api-key", "sk-1")));
	}

	@Test
	void theApplicationSaysSoInsteadOfStarting(CapturedOutput output, @TempDir Path directory) {
		refusedStart(directory, "--OPENAI_API_KEY=${NOT_SET}");
		assertThat(output).contains("APPLICATION FAILED TO START", "Set the environment variable OPENAI_API_KEY")
			.doesNotContain("\tat ");
	}

	@ParameterizedTest
	@ValueSource(strings = { "localhost:1234/v1", "api.openai.com/v1", "llm:8000", "ftp://host/v1", "http:///v1", "",
			"http://my host/v1", "https:api.openai.com", "name:s3cret@host:1/v1?key=s3cret", "sk-s3cret",
			"${NOT_SET}" })
	void anAddressThatIsNoneIsRefusedWithoutItsSecrets(String url) {
		for (String server : List.of("openai", "ollama")) {
			for (String kind : List.of("chat", "embedding")) {
				assertThatExceptionOfType(StartRefusedException.class)
					.isThrownBy(() -> start(Map.of("spring.ai.model." + kind, server, "OPENAI_API_KEY", "sk-1",
							"spring.ai." + server + ".base-url", url)))
					.withMessageContaining("spring.ai." + server + ".base-url has no http://")
					.satisfies((ex) -> assertThat(ex.getMessage() + ex.remedy()).contains("_BASE_URL", "http://")
						.doesNotContain("s3cret"));
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://api.openai.com/v1", "http://localhost:1234/v1", "HTTP://[::1]:1/", "http://llm" })
	void anAddressMayBeAnyServer(String url) {
		assertThatCode(() -> start(
				Map.of("spring.ai.model.chat", "openai", "OPENAI_API_KEY", "sk-1", "spring.ai.openai.base-url", url)))
			.doesNotThrowAnyException();
	}

	@Test
	void anAddressWithoutASchemeIsToldInsteadOfStarting(CapturedOutput output, @TempDir Path directory) {
		refusedStart(directory, "--OPENAI_API_KEY=unused", "--OPENAI_BASE_URL=localhost:1234/v1");
		assertThat(output)
			.contains("APPLICATION FAILED TO START", "spring.ai.openai.base-url", "'localhost:1234/v1'",
					"OPENAI_BASE_URL")
			.doesNotContain("\tat ");
	}

	private static void refusedStart(Path directory, String... arguments) {
		SpringApplication application = new SpringApplication(RagApplication.class);
		application.setRegisterShutdownHook(false);
		List<String> all = new ArrayList<>(List.of(arguments));
		all.addAll(List.of("--spring.profiles.active=openai", "--server.port=0",
				"--rag.data-directory=" + directory.resolve("data"), "--hnsw.ingest.sources=" + directory));
		assertThatExceptionOfType(Exception.class)
			.isThrownBy(() -> application.run(all.toArray(String[]::new)).close());
	}

	private static Map<String, Object> with(Map<String, Object> properties, String name, String value) {
		Map<String, Object> more = new HashMap<>(properties);
		more.put(name, value);
		return more;
	}

	private static void start(Map<String, Object> properties) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
		new ApiKeyGuard(environment);
	}

}
