package io.github.hnswspring.vectorstore.text;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.hnswspring.vectorstore.storage.SqliteConnectionSource;
import io.github.hnswspring.vectorstore.storage.StoreDatabase;
import io.github.hnswspring.vectorstore.storage.StoreSchema;
import io.github.hnswspring.vectorstore.storage.TextTable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** What texts are found by. */
class TextAnalysisTests {

	private final TextAnalysis analysis = TextAnalysis.of(null);

	private List<String> words(String text) {
		return Arrays.asList(this.analysis.document(text).words().split(" "));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			value = { "the foo-bar | foo-bar", "in c++, | c++", "C#. | c#", ".NET | .net", "see a.b.c. | a.b.c",
					"(--flag) | --flag", "error[E0599]: | e0599", "1.31.22 | 1.31.22", "maxIdleTime | maxidletime",
					"std::vec::Vec, | std::vec::vec", "__init__ | __init__", "@Bean | @bean", "$HOME | $home",
					"spring.datasource.url= | spring.datasource.url", "TCP/IP | tcp/ip", "HTTPServer | httpserver",
					"i18n | i18n", "Müller-Straße | muller-strasse", "\"`foo_bar`\" | foo_bar", "#include | #include",
					"ISO-8859-1 | iso-8859-1", "author__name= | author__name" })
	void aNameIsATokenAsAWhole(String text, String identifier) {
		assertThat(this.analysis.document(text).identifiers().split(" ")).contains(identifier);
	}

	@ParameterizedTest
	@ValueSource(strings = { "plain", "words, and more.", "Is it?", "(well)", "the end.", "don't", "2026", "SQL",
			"naïve", "- item", "...", "--", "::", "数据库" })
	void plainTextHasNoNames(String text) {
		assertThat(this.analysis.document(text).identifiers()).isEmpty();
	}

	@Test
	void aNameIsFoundByItsParts() {
		assertThat(words("spring.datasource.hikari.maxIdleTime")).contains("spring", "datasource", "hikari",
				"maxidletime", "max", "idle", "time");
		assertThat(words("HTTPServerFactory")).contains("http", "server", "factory");
		assertThat(words("PDFs")).contains("pdf").doesNotContain("s");
		assertThat(words("getURLs")).contains("get", "url");
		assertThat(words("HTTPStatus")).contains("http", "status");
		assertThat(words("AsIs")).contains("as", "is");
		assertThat(words("E0599")).contains("e0599", "0599").doesNotContain("e");
		assertThat(words("foo-bar_baz")).contains("foo", "bar", "baz");
		assertThat(words("1.31.22")).contains("1", "31", "22");
		assertThat(this.analysis.document("a--b...c").identifiers().split(" ")).doesNotContain("a--b...c");
	}

	@Test
	void wordsAreFoundWithAndWithoutTheirMarks() {
		assertThat(words("Müller")).contains("müller", "muller");
		assertThat(words("Straße")).contains("straße", "strasse");
		assertThat(words("Ångström œuvre Łódź")).contains("angstrom", "oeuvre", "lodz");
		assertThat(words("مُحَمَّد")).contains("محمد");
		assertThat(words("ΟΔΟΣ")).contains("οδοσ");
		assertThat(words("ＡＢＣ１２")).as("full width").contains("abc12");
		assertThat(words("soft\u00ADhyphen")).contains("softhyphen");
		assertThat(words("किताब")).as("vowels are no marks").containsExactly("किताब");
		// Decomposed or not, it is the same.
		assertThat(words("Mu\u0308ller")).isEqualTo(words("M\u00FCller"));
	}

	@Test
	void scriptsWithoutSpacesAreTakenByPairs() {
		assertThat(words("数据库")).containsExactlyInAnyOrder("数", "数据", "据", "据库", "库");
		assertThat(words("データベース")).contains("デー", "ータ", "タベ");
		assertThat(words("한국어")).contains("한국", "국어");
		assertThat(words("Spring框架")).contains("spring", "框架");
		assertThat(words("ฐานข้อมูล")).hasSizeGreaterThan(3);
		assertThat(this.analysis.question("数据库")).extracting(QueryTerm::token).containsExactly("数据", "据库");
		assertThat(this.analysis.question("猫")).extracting(QueryTerm::token).containsExactly("猫");
	}

	@Test
	void aKoreanWordOfOneSyllableIsFoundWithAnyParticle() {
		assertThat(words("책을 읽다")).contains("책", "책을");
		for (String question : List.of("책", "책이")) {
			assertThat(this.analysis.question(question)).extracting(QueryTerm::token).contains("책");
		}
	}

	/** A question is short and a document long: both are taken apart alike. */
	@ParameterizedTest
	@ValueSource(strings = { "\u2167", "\u33A2", "\u00BD", "\u337F", "\uFB03", "\uFDFA", "\u1E9E", "\u0132" })
	void whatACharacterStandsForDoesNotDependOnTheTextAroundIt(String character) {
		List<String> alone = words(character);
		assertThat(alone).isNotEmpty();
		assertThat(words("a long text with " + character + " in it, and more of it.")).containsAll(alone);
	}

	@Test
	void aPlaceWhereALineMayBreakEndsAWord() {
		assertThat(words("first\u200Bsecond")).containsExactly("first", "second");
		assertThat(words("名\u200B前")).contains("名前");
		assertThat(words("名\u200Babc")).contains("名", "abc");
	}

	@Test
	void aQuestionAsksForEachTermOnce() {
		assertThat(this.analysis.question("How to how TO set max-idle? max-idle!")).extracting(QueryTerm::token)
			.containsExactlyInAnyOrder("how", "to", "set", "max", "idle", "max-idle");
		assertThat(this.analysis.question("max-idle")).contains(new QueryTerm("max-idle", QueryTerm.Kind.IDENTIFIER),
				new QueryTerm("max", QueryTerm.Kind.WORD));
	}

	@Test
	void aLanguageAddsStems() {
		TextAnalysis german = TextAnalysis.of("de");
		assertThat(german.document("Häuser").stems()).isEqualTo(german.document("Haus").stems()).isNotEmpty();
		assertThat(TextAnalysis.of("en-GB").document("connections").stems()).isEqualTo("connect");
		assertThat(this.analysis.document("connections").stems()).isEmpty();
		assertThat(german.fingerprint()).isNotEqualTo(this.analysis.fingerprint());
		assertThatIllegalArgumentException().isThrownBy(() -> TextAnalysis.of("tlh"))
			.withMessageContaining("hnsw.text.language")
			.withMessageContaining("tlh")
			.withMessageContaining("de");
	}

	@Test
	void whatIsLongIsCutAndTakesNoLonger() {
		ThreadMXBean threads = ManagementFactory.getThreadMXBean();
		for (String part : List.of("a", "a.", "aB", "-", "a-", "数", "é", "\uFDFA", "1a", "::a", "\uD83D\uDE00")) {
			String text = part.repeat(1_000_000 / part.length());
			long begin = threads.getCurrentThreadCpuTime();
			TextTokens tokens = this.analysis.document(text);
			assertThat(this.analysis.question(text)).hasSizeLessThanOrEqualTo(TextAnalysis.MAX_TERMS);
			assertThat(threads.getCurrentThreadCpuTime() - begin).as("nanoseconds for many '%s'", part)
				.isLessThan(10_000_000_000L);
			all(tokens).forEach((token) -> assertThat(token.length()).isLessThanOrEqualTo(TextAnalysis.MAX_TOKEN));
		}
	}

	private static Stream<String> all(TextTokens tokens) {
		return Stream.of(tokens.words(), tokens.stems(), tokens.identifiers())
			.flatMap((column) -> Arrays.stream(column.split(" ")))
			.filter((token) -> !token.isEmpty());
	}

	/** Whatever the text is, SQLite keeps the tokens as they are. */
	@Test
	void sqliteKeepsTokensAsTheyAre(@TempDir Path directory) throws Exception {
		long seed = Long.getLong("hnsw.test.seed", System.nanoTime());
		System.out.println("TextAnalysisTests seed " + seed);
		Random random = new Random(seed);
		TextAnalysis english = TextAnalysis.of("en");
		try (StoreDatabase database = StoreDatabase.open(directory.resolve("tokens.db"),
				new SqliteConnectionSource())) {
			database.update(StoreSchema::create);
			for (int i = 1; i <= 400; i++) {
				long key = i;
				String text = text(random);
				TextTokens tokens = english.document(text);
				database.update((connection) -> TextTable.insert(connection, key, tokens.words(), tokens.stems(),
						tokens.identifiers()));
				List<String> kept = database.read((connection) -> {
					List<String> found = new ArrayList<>();
					try (ResultSet result = connection.prepare("SELECT term FROM document_text_column")
						.executeQuery()) {
						while (result.next()) {
							found.add(result.getString(1));
						}
					}
					return found;
				});
				assertThat(new TreeSet<>(kept)).as("seed %s, text %s of '%s'", seed, i, text)
					.isEqualTo(new TreeSet<>(all(tokens).toList()));
				// As a question it finds itself, whatever looks like an expression in it.
				List<TextHit> hits = database.read((connection) -> new TextQuery(connection, new TermFrequencies())
					.search(english.question(text), 10, null));
				assertThat(hits).as("seed %s, text %s: '%s'", seed, i, text).hasSize(kept.isEmpty() ? 0 : 1);
				database.update((connection) -> TextTable.delete(connection, key));
			}
		}
	}

	private static String text(Random random) {
		StringBuilder text = new StringBuilder();
		for (int i = random.nextInt(60); i >= 0; i--) {
			switch (random.nextInt(6)) {
				case 0 -> text.appendCodePoint(random.nextInt(128));
				case 1 -> text.append(" \"'*^(){}:+-.NEAR OR AND".charAt(random.nextInt(24)));
				case 2 -> text.appendCodePoint(random.nextInt(0x3100));
				case 3 -> text.appendCodePoint(random.nextInt(0x110000));
				default -> text.append((char) ('a' + random.nextInt(26)));
			}
		}
		return text.toString();
	}

}
