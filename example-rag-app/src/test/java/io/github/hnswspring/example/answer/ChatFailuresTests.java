package io.github.hnswspring.example.answer;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLHandshakeException;

import io.github.hnswspring.example.answer.ChatModelException.Failure;
import org.junit.jupiter.api.Test;

import org.springframework.ai.retry.NonTransientAiException;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

class ChatFailuresTests {

	private static final Map<String, Object> OLLAMA = Map.of("spring.ai.model.chat", "ollama",
			"spring.ai.ollama.base-url", "http://ann:secret@models.example:11434/path?key=secret",
			"spring.ai.ollama.chat.model", "llama3.2");

	@Test
	void aServerThatIsNotThere() {
		ChatModelException refused = translate(
				new IllegalStateException(new IOException(new ConnectException("Connection refused"))));
		assertThat(refused.failure()).isEqualTo(Failure.CONNECTION);
		assertThat(refused).hasMessageContaining("http://models.example:11434 is refused")
			.hasMessageContaining("OLLAMA_BASE_URL");
		assertThat(translate(new IOException(new UnknownHostException("models.example"))))
			.hasMessageContaining("no such host")
			.hasMessageContaining("OLLAMA_BASE_URL");
		assertThat(translate(new IOException(new SSLHandshakeException("bad")))).hasMessageContaining("certificate");
		assertThat(translate(new IOException("Broken pipe"))).hasMessageContaining("broke; ask again");
	}

	@Test
	void aModelThatIsNotThere() {
		ChatModelException missing = translate(
				new NonTransientAiException("HTTP 404 - {\"error\":\"model 'secret' not found\"}"));
		assertThat(missing.failure()).isEqualTo(Failure.ERROR);
		assertThat(missing).hasMessageContaining("answered 404")
			.hasMessageContaining("ollama pull llama3.2")
			.hasMessageNotContaining("secret");
	}

	@Test
	void silence() {
		ChatModelException silent = translate(new IllegalStateException(new TimeoutException("secret")));
		assertThat(silent.failure()).isEqualTo(Failure.TIMEOUT);
		assertThat(silent).hasMessageContaining("sent nothing for 7 s").hasMessageContaining("rag.answer-timeout");
		ChatModelException late = translate(new IOException(new InterruptedIOException("timeout")));
		assertThat(late.failure()).isEqualTo(Failure.TIMEOUT);
		assertThat(late).hasMessageContaining("time limit of its client").hasMessageNotContaining("7 s");
	}

	@Test
	void failuresOfAnUnknownKind() {
		assertThat(translate(new IllegalStateException("secret")))
			.hasMessage("The chat model failed to answer (IllegalStateException); see the application's log");
	}

	private static ChatModelException translate(Throwable thrown) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("test", OLLAMA));
		ChatModelException translated = new ChatFailures(ChatFailures.Target.of(environment), Duration.ofSeconds(7))
			.translate(thrown);
		assertThat(translated).hasMessageNotContaining("secret");
		return translated;
	}

}
