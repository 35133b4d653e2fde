package io.github.hnswspring.example;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationPreparedEvent;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/** Names that are nearly those of the application's own properties. */
@ExtendWith(OutputCaptureExtension.class)
class UnknownSettingsTests {

	private static void start(Map<String, Object> properties) {
		try (GenericApplicationContext context = new GenericApplicationContext()) {
			context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("mine", properties));
			new UnknownSettings()
				.onApplicationEvent(new ApplicationPreparedEvent(new SpringApplication(), new String[0], context));
		}
	}

	@Test
	void aMisspeltNameIsToldWithTheOneThatIsMeant(CapturedOutput output) {
		start(Map.of("rag.data-dir", "x", "rag.top-n", "3", "rag.security.pasword", "x", "rag.colour", "red",
				"rag.answer-timeot", "5s"));
		assertThat(output).contains(
				"'rag.data-dir' (\"rag.data-dir\" from property source \"mine\") is unknown and has "
						+ "no effect; did you mean 'rag.data-directory'?",
				"did you mean 'rag.top-k'?", "did you mean 'rag.security.password'?",
				"did you mean 'rag.answer-timeout'?", "'rag.colour' (", "; known are rag.answer-timeout, ");
	}

	@Test
	void knownNamesAreNotToldHoweverTheyAreWritten(CapturedOutput output) {
		start(Map.of("rag.dataDirectory", "x", "rag.top_k", "3", "rag.security.allowed-hosts[0]", "x",
				"rag.SECURITY.username", "x", "ragtime.x", "y"));
		assertThat(output).doesNotContain("unknown");
	}

}
