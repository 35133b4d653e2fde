package io.github.hnswspring.answer;

import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class WordsTests {

	@Test
	void caseAndAccentsDoNotCount() {
		assertThat(Words.of("Größe GRÖSSE café")).containsExactly("große", "grosse", "cafe");
	}

	@Test
	void scriptsWithoutSpacesAreTakenByPairs() {
		assertThat(Words.of("备份数据 backup")).containsExactly("备份", "份数", "数据", "backup");
	}

	@ParameterizedTest
	@CsvSource({ "configure,configuration", "backup,backups", "Datei,Dateien", "property,properties" })
	void wordsOfOneStemAreAlike(String one, String other) {
		assertThat(Words.likeness(one, other)).isGreaterThan(0).isLessThan(1);
	}

	@ParameterizedTest
	@CsvSource({ "start,state", "text,test", "port,portability", "in,index" })
	void othersAreNot(String one, String other) {
		assertThat(Words.likeness(one, other)).isZero();
	}

	@Test
	void aRareWordTellsMoreThanOneThatAllPassagesHave() {
		List<Set<String>> passages = List.of(Words.of("the store keeps bees"), Words.of("the store keeps wasps"),
				Words.of("the store is old"), Words.of("the store is new"));
		QuestionTerms terms = new QuestionTerms("Where does the store keep bees?", passages);
		assertThat(terms.share(Words.of("bees"))).isGreaterThan(terms.share(Words.of("store")));
		assertThat(terms.share(Words.of("the store keeps bees"))).isGreaterThan(0.9);
		assertThat(terms.share(Words.of("where does the"))).isZero();
	}

}
