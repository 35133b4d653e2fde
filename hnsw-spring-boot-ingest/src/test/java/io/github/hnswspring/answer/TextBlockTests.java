package io.github.hnswspring.answer;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TextBlockTests {

	private static List<String> of(String text) {
		return TextBlock.of(text, null)
			.stream()
			.map((block) -> block.kind() + ":" + text.substring(block.start(), block.end()))
			.toList();
	}

	@Test
	void theReaderOfTheDocumentSaysWhatIsWhat() {
		String text = "Run this:\n\nlet it be\n\n| a |\n| 1 |";
		assertThat(TextBlock.of(text, "prose:9,code:9,table:11")).containsExactly(
				new TextBlock(QuoteKind.PROSE, false, 0, 9), new TextBlock(QuoteKind.CODE, false, 11, 20),
				new TextBlock(QuoteKind.TABLE, true, 22, text.length()));
	}

	@Test
	void elsewhereItIsSeenFromTheLines() {
		assertThat(of("A lead-in:\n- one\n- two\n\nint a = 1;\nreturn a;\n\n| a | b |\n| 1 | 2 |\n\nThe end."))
			.containsExactly("PROSE:A lead-in:", "LIST:- one\n- two", "CODE:int a = 1;\nreturn a;",
					"TABLE:| a | b |\n| 1 | 2 |", "PROSE:The end.");
	}

	@Test
	void proseInAnyLanguageIsProse() {
		for (String text : List.of("Der Speicher läuft, z. B. nachts, weiter. Nr. 5 lebt.", "数据会被备份。然后恢复。",
				"تُحفظ البيانات على القرص. ثم تُقرأ.", "It stays (as said) at 5: always.")) {
			assertThat(of(text)).containsExactly("PROSE:" + text);
		}
	}

	@Test
	void nothingIsNoBlock() {
		assertThat(of("")).isEmpty();
		assertThat(of(" \n\n ")).isEmpty();
	}

}
