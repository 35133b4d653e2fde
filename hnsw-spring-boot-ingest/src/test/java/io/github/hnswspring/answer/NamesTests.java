package io.github.hnswspring.answer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class NamesTests {

	@ParameterizedTest
	@CsvSource(delimiter = ';', quoteCharacter = '"', value = { "What does server.port do?;server.port",
			"Was bedeutet maxIdleTime?;maxIdleTime", "What is behind error[E0106]?;E0106", "wozu dient --force;--force",
			"错误代码 E0599 是什么意思;E0599", "What is @Bean for?;@Bean", "Who calls close()?;close()",
			"What is std::mem::swap;std::mem::swap", "What does max_size limit?;max_size", "Why CRC32C?;CRC32C",
			"What does my-own-flag do?;my-own-flag", "ما معنى spring.main.lazy؟;spring.main.lazy",
			"management.server.port的默认值是多少;management.server.port", "错误504是什么意思;504", "What does error 504 mean?;504",
			"What does version 9.9.9 mend?;9.9.9", "Does it run on Java 17?;17",
			"What happened on 2024-05-01?;2024-05-01", "Are 10,000 rows enough?;10,000" })
	void whatIsNoWordOfALanguageIsAName(String question, String name) {
		assertThat(Names.of(question)).containsExactly(name);
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';',
			value = { "How do I go back to a backup?", "Wie groß darf eine Datei sein, z. B. in MB?",
					"Who uses it, e.g. at night, i.e. late?", "Are 3 or 4 enough?", "Is it well-known? Yes!", "如何备份数据？",
					"كيف أستعيد نسخة احتياطية؟" })
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
		assertThat(Names.isIn("server.port", "server.port-range")).isFalse();
		assertThat(Names.isIn("close()", "call close(true) at last")).isTrue();
		assertThat(Names.isIn("@Bean", "the annotation Bean")).isTrue();
		assertThat(Names.isIn("E0106", "error[E0107]")).isFalse();
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';',
			value = { "server.port;Set management.server.port to 1.", "cache.ttl;Set cache.ttl.max to 3.",
					"--force;Call it with --force-all.", "504;error 1504", "504;error 5041", "9.9;version 9.9.9",
					"5;version 1.5", "max_size;the my_max_size" })
	void partOfALongerNameOrNumberIsAnother(String name, String text) {
		assertThat(Names.isIn(name, text)).isFalse();
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';',
			value = { "server.port;It is server.port.", "server.port;server.port=1", "server.port;server.port的默认值",
					"server.*;server.port", "504;(504)", "20;20MB", "17;Java 17.0.2", "10,000;10000 rows",
					"MiniLM;all-MiniLM-L6-v2", "Transactional;org.tx.Transactional", "store.add();this.store.add(one)",
					"Cargo.toml;./Cargo.toml" })
	void aNameMayStandBesideOtherMarks(String name, String text) {
		assertThat(Names.isIn(name, text)).isTrue();
	}

}
