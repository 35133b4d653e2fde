package io.github.hnswspring.example.answer;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class CitationsTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			It is so [1].               | It is so [1].        | 1   | 0
			It is so [1][3].            | It is so [1][3].     | 1,3 | 0
			It is so [1, 3].            | It is so [1][3].     | 1,3 | 0
			It is so [4].               | It is so.            |     | 1
			It is so [0], or not [99].  | It is so, or not.    |     | 2
			It is so [2;9].             | It is so [2].        | 2   | 1
			array[1] and a[2]           | array[1] and a[2]    |     | 0
			[x] and [ 1] and []         | [x] and [ 1] and []  |     | 0
			[12345]                     | [12345]              |     | 0
			""")
	void citationsNamePassagesThatExist(String text, String checked, String numbers, int removed) {
		Citations citations = Citations.check(text, 3);
		assertThat(citations.text()).isEqualTo(checked);
		assertThat(citations.removed()).isEqualTo(removed);
		assertThat(citations.numbers()).hasToString("[" + ((numbers != null) ? numbers.replace(",", ", ") : "") + "]");
	}

	@Test
	void withoutPassagesNoCitationIsRight() {
		assertThat(Citations.check("So it is [1].", 0)).isEqualTo(new Citations("So it is.", List.of(), 1));
	}

}
