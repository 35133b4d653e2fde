package io.github.hnswspring.ingest.reading;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** A bar in these texts stands where a sentence ends. */
class SentencesTests {

	@ParameterizedTest
	@ValueSource(strings = {
			"Das Werk wurde am 3. Mai 1952 eröffnet.|Frau Dr. Weber leitet z. B. die Halle Nr. 4 seit 2001.",
			"Die 2. Auflage erschien bei Müller & Co. in Bonn.|Sie hat ca. 300 Seiten, vgl. Abb. 7 und S. 12.",
			"Am 1. Januar war Ruhetag.|Der 12. Versuch gelang, u. a. wegen des Wetters.|1. Öffnen Sie den Deckel.",
			"Mr. Hill lives in St. Ives.|He pays approx. 30 pounds, e.g. in May.|See Fig. 3 and No. 9.|No.|That is all.",
			"The U.S. Navy uses version 3.2.1 here.|It was built in 1999.|Then it sank.",
			"Is it open?|Yes!|It opens at 6 a.m. every day.|\"Come in.\"|(Nobody came.)|The end.",
			"M. Dupont habite av. Foch.|Mme Petit aussi, cf. p. 12.|Où est-il ?|Ici.",
			"El Sr. López vive aquí, p. ej. en mayo.|¿Dónde?|En EE. UU. no.|La pág. 7 falta.",
			"港口六点开门。|船只付十二元！|谁知道？|没有人。", "こんにちは。|元気ですか？|はい。", "يفتح الميناء في السادسة.|هل هو مفتوح؟|نعم.",
			"बंदरगाह छह बजे खुलता है।|नाव बारह सिक्के देती है।",
			"Гавань открыта с шести, см. рис. 3.|Ее построили в 1999 г. для лодок.|Это все.",
			"Use Node.js 20 or later.|Set spring.ai.x to true.|Then run mvn." })
	void sentencesEndWhereTheyEnd(String text) {
		List<String> expected = List.of(text.split("\\|"));
		boolean blanks = text.matches("[\\x00-\\u0FFF\\u2000-\\u2FFF]*");
		assertThat(Sentences.split(text.replace("|", blanks ? " " : ""))).isEqualTo(expected);
	}

	@Test
	void aLineEndEndsASentence() {
		assertThat(Sentences.split("First line\nsecond line. Third\n\nfourth")).containsExactly("First line",
				"second line.", "Third", "fourth");
	}

	@Test
	void placesAreThoseInTheText() {
		String text = "  One is here.  Two is\tthere. \n three ";
		assertThat(Sentences.spans(text)).extracting((span) -> span.of(text))
			.containsExactly("One is here.", "Two is\tthere.", "three");
		assertThat(Sentences.spans("")).isEmpty();
		assertThat(Sentences.spans(" \n ")).isEmpty();
	}

}
