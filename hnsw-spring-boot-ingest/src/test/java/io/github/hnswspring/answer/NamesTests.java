package io.github.hnswspring.answer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class NamesTests {

	@ParameterizedTest
	@CsvSource(delimiter = ';', quoteCharacter = '"',
			value = { "What does server.port do?;server.port", "Was bedeutet maxIdleTime?;maxIdleTime",
					"What is behind error[E0106]?;E0106", "wozu dient --force;--force", "错误代码 E0599 是什么意思;E0599",
					"What is @Bean for?;@Bean", "Who calls close()?;close()", "What is std::mem::swap;std::mem::swap",
					"What does max_size limit?;max_size", "Why CRC32C?;CRC32C", "What does my-own-flag do?;my-own-flag",
					"ما معنى spring.main.lazy؟;spring.main.lazy" })
	void whatIsNoWordOfALanguageIsAName(String question, String name) {
		assertThat(Names.of(question)).containsExactly(name);
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';',
			value = { "How do I go back to a backup?", "Wie groß darf eine Datei sein, z. B. in MB?",
					"Does this work with Java 17 or 25?", "What happened in 2024-05-01?", "Is it well-known? Yes!",
					"如何备份数据？", "كيف أستعيد نسخة احتياطية؟" })
	void wordsAndNumbersAreNone(String question) {
		assertThat(Names.of(question)).isEmpty();
	}

	@Test
	void whatStandsInBackticksIsOne() {
		assertThat(Names.of("What is `crate` for?")).containsExactly("crate");
	}

	@Test
	void aNameIsFoundInAnyCaseAndNotInALongerWord() {
		assertThat(Names.isIn("maxSize", "Set MAXSIZE to 3.")).isTrue();
		assertThat(Names.isIn("maxSize", "Set maxSizes to 3.")).isFalse();
		assertThat(Names.isIn("server.port", "server.port-range")).isTrue();
		assertThat(Names.isIn("close()", "call close(true) at last")).isTrue();
		assertThat(Names.isIn("@Bean", "the annotation Bean")).isTrue();
		assertThat(Names.isIn("E0106", "error[E0107]")).isFalse();
	}

}
