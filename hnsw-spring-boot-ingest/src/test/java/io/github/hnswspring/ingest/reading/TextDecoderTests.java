package io.github.hnswspring.ingest.reading;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

import io.github.hnswspring.ingest.reading.UnreadableDocumentException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class TextDecoderTests {

	private final LeftOuts leftOut = new LeftOuts();

	@ParameterizedTest
	@ValueSource(strings = { "UTF-8", "UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-32LE" })
	void aByteOrderMarkSaysTheCharset(String charset) {
		assertThat(TextDecoder.decode("\uFEFFGrüße 你好".getBytes(Charset.forName(charset)), this.leftOut))
			.isEqualTo("Grüße 你好");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			windows-1252 | Das Büro ist täglich geöffnet – außer sonntags. Fünf „Gäste“ kamen.
			windows-1252 | Où êtes-vous allé cet été ? À la forêt, près du château.
			windows-1251 | Гавань открыта каждый день с шести часов утра.
			GB18030      | 港口每天早上六点开门，船只需要付十二元，请先打电话。
			Big5         | 港口每天早上六點開門，船隻需要付十二元，請先打電話。
			windows-31j  | この港は毎朝六時に開きます。船は十二円を払います。
			EUC-JP       | この港は毎朝六時に開きます。船は十二円を払います。
			EUC-KR       | 항구는 매일 아침 여섯 시에 문을 엽니다. 먼저 전화하세요.
			UTF-16LE     | A plain text, saved without a mark in front.
			UTF-16BE     | A plain text, saved without a mark in front.
			UTF-16LE     | Гавань открыта каждый день с шести часов утра.
			UTF-16BE     | Гавань открыта каждый день с шести часов утра.
			UTF-16LE     | 港口每天早上六点开门，船只需要付十二元，请先打电话。
			UTF-16BE     | この港は毎朝六時に開きます。船は十二円を払います。
			UTF-16LE     | 항구는 매일 아침 여섯 시에 문을 엽니다. 먼저 전화하세요.
			UTF-16BE     | يفتح الميناء كل يوم في السادسة صباحا.
			""")
	void aCharsetThatNothingSaysIsFoundOut(String charset, String text) {
		assertThat(TextDecoder.decode(text.repeat(3).getBytes(Charset.forName(charset)), this.leftOut))
			.isEqualTo(text.repeat(3));
		assertThat(TestReaders.leftOut(this.leftOut)).contains("charset, which is guessed: ");
	}

	@Test
	void aShortTextInTheMostCommonCharsetIsRead() {
		for (String text : List.of("Grüße", "Café", "Öffnungszeiten: 9–17 Uhr")) {
			assertThat(TextDecoder.decode(text.getBytes(Charset.forName("windows-1252")), this.leftOut))
				.isEqualTo(text);
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			ISO-8859-1  | <meta http-equiv="Content-Type" content="text/html; charset=ISO-8859-1">
			ISO-8859-2  | <meta charset='iso-8859-2'>
			UTF-8       | <META CHARSET=utf-8>
			UTF-8       | <meta charset="iso-8859-1">
			UTF-8       | <meta charset="no-such-charset">
			windows-1252| <?xml version="1.0" encoding="windows-1252"?>
			""")
	void aPageSaysItsCharset(String charset, String declaration) {
		String page = declaration + "<title>Öffnungszeiten</title><p>Das Büro ist fünf Tage geöffnet.";
		assertThat(TextDecoder.decodePage(page.getBytes(Charset.forName(charset)), this.leftOut)).isEqualTo(page);
		assertThat(TestReaders.read(DocumentFormat.HTML, page.getBytes(Charset.forName(charset))).report().title())
			.isEqualTo("Öffnungszeiten");
	}

	@Test
	void controlCharactersAreLeftOutAndCounted() {
		byte[] report = "The old report says the bridge is closed on Mondays.\r\n\u001A"
			.getBytes(StandardCharsets.US_ASCII);
		assertThat(TextDecoder.decode(report, this.leftOut))
			.isEqualTo("The old report says the bridge is closed on Mondays.\r\n");
		assertThat(this.leftOut.finish()).extracting(LeftOut::what).containsExactly("control characters (1)");
		byte[] manual = "N\bNA\bAM\bME\bE and \u001B[1mbold\u001B[0m".getBytes(StandardCharsets.US_ASCII);
		assertThat(TextDecoder.decode(manual, new LeftOuts())).isEqualTo("NAME and bold");
	}

	@Test
	void whatPartsRecordsIsABlank() {
		assertThat(TextDecoder.decode("north\u000Bgate\u001Feight\u001Edeep\u0085now".getBytes(StandardCharsets.UTF_8),
				this.leftOut))
			.isEqualTo("north gate eight deep now");
		assertThat(this.leftOut.finish()).isEmpty();
	}

	@Test
	void damagedBytesAreCounted() {
		byte[] bytes = "Ein Müller fährt über große Brücken, täglich ölt er Räder.".getBytes(StandardCharsets.UTF_8);
		bytes[1] = (byte) 0xFF;
		assertThat(TextDecoder.decode(bytes, this.leftOut)).contains("Müller fährt über große Brücken");
		byte[] declared = "<meta charset=utf-8><p>Müller \u00FF".getBytes(StandardCharsets.ISO_8859_1);
		assertThat(TextDecoder.decodePage(declared, new LeftOuts())).contains("M\uFFFDller");
	}

	@Test
	void whatIsNoTextIsRefused() {
		byte[] noise = new byte[3_000];
		new Random(7).nextBytes(noise);
		for (byte[] binary : List.of(new byte[] { 'a', 0, 'b' }, noise,
				"PK\u0003\u0004\u0014\0\0\0".getBytes(StandardCharsets.ISO_8859_1))) {
			assertThatExceptionOfType(UnreadableDocumentException.class)
				.isThrownBy(() -> TextDecoder.decode(binary, this.leftOut))
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.UNSUPPORTED));
		}
	}

}
