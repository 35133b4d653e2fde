package io.github.hnswspring.answer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.ingest.reading.Block;
import io.github.hnswspring.test.NgramEmbeddingModel;
import io.github.hnswspring.test.TemporaryStore;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Answers from a small store whose texts share words with the questions, which is all the
 * model of the tests sees.
 */
class ExtractiveAnswersTests {

	@TempDir
	private static Path directory;

	private static HnswVectorStore store;

	private static ExtractiveAnswers answers;

	@BeforeAll
	static void fill() {
		NgramEmbeddingModel model = new NgramEmbeddingModel();
		store = HnswVectorStore.builder(model).directory(directory).passages("documentId", "chunk").build();
		store.start();
		List<Document> passages = new ArrayList<>();
		add(passages, "bees", "Bees › Winter",
				List.of(Block.prose("Bees fly in summer. In winter a colony forms a cluster around its queen. "
						+ "The cluster shivers to stay warm. It lives on its honey stores.")));
		add(passages, "bees", "Bees › Winter",
				List.of(Block.prose("It lives on its honey stores. A beekeeper weighs the hive in February.")));
		add(passages, "bees", "Bees › Honey", List.of(Block.prose("A hive yields thirty kilograms of honey.")));
		add(passages, "settings", "Settings", List.of(Block.prose("These properties limit the pump."), new Block(
				Block.Kind.TABLE,
				"| Property | Default | Meaning |\n| pump.pressure | 4 bar | most pressure of the pump |\n"
						+ "| pump.speed | 90 | turns in a minute |\n| valve.delay | 3 s | before the valve opens |")));
		add(passages, "start", "Starting the pump",
				List.of(Block.prose("To prime the pump from a shell, call its command:"),
						new Block(Block.Kind.CODE, "pumpctl prime --slow\npumpctl status"),
						Block.prose("It answers when water flows.")));
		add(passages, "tools", "Tools", List.of(Block.prose("For the repair of a bicycle tyre take:"),
				new Block(Block.Kind.LIST, "- a tyre lever\n- glue for the tyre\n- a patch")));
		add(passages, "de", "Sicherung", List.of(Block.prose(
				"Die Sicherung läuft nachts. Nach z. B. einem Stromausfall holt Nr. 5 die Sicherung nach. Sie dauert lange.")));
		add(passages, "zh", "备份", List.of(Block.prose("系统每天备份数据。备份保存在磁盘上。恢复需要一小时。")));
		add(passages, "ar", "النسخ",
				List.of(Block.prose("تُنسخ البيانات كل ليلة. تُحفظ النسخة الاحتياطية على القرص. الاستعادة سريعة.")));
		store.add(passages);
		answers = new ExtractiveAnswers(store, model, "documentId", "chunk");
	}

	private static void add(List<Document> passages, String document, String section, List<Block> blocks) {
		Map<String, Object> metadata = new HashMap<>(Map.of("documentId", document, "source", document + ".md",
				"section", section, "chunk", passages.size(), "blocks", Block.layout(blocks)));
		String text = String.join("\n\n", blocks.stream().map(Block::text).toList());
		passages.add(new Document(document + passages.size(), text, metadata));
	}

	@AfterAll
	static void close() {
		store.close();
	}

	@Test
	void sentencesInARowAreQuotedAroundTheBestOne() {
		ExtractiveAnswer answer = answers.answer("What does a colony do in winter around its queen?");
		Quote quote = answer.quotes().get(0);
		assertThat(quote.kind()).isEqualTo(QuoteKind.PROSE);
		assertThat(quote.text()).contains("In winter a colony forms a cluster around its queen.");
		assertThat(answer.passages().get(quote.passage() - 1).text()).contains(quote.text());
		assertThat(quote.text().split("(?<=\\.) ")).hasSizeBetween(2, 3);
	}

	@Test
	void neighbouringPassagesAreOneAndWhatIsRepeatedStandsOnce() {
		ExtractiveAnswer answer = answers.answer("What does a colony do in winter around its queen?");
		assertThat(answer.passages()).extracting(AnswerPassage::text)
			.contains("Bees fly in summer. In winter a colony forms a cluster around its queen. "
					+ "The cluster shivers to stay warm. It lives on its honey stores. "
					+ "A beekeeper weighs the hive in February.")
			.doesNotHaveDuplicates();
		assertThat(answer.passages()).filteredOn((passage) -> passage.text().contains("thirty kilograms"))
			.allSatisfy((passage) -> assertThat(passage.text()).doesNotContain("queen"));
	}

	@Test
	void rowsOfATableComeBelowTheNamesOfItsColumns() {
		Quote quote = answers.answer("What is pump.pressure?")
			.quotes()
			.stream()
			.filter((candidate) -> candidate.kind() == QuoteKind.TABLE)
			.findFirst()
			.orElseThrow();
		assertThat(quote.text()).startsWith("| Property | Default | Meaning |\n")
			.contains("| pump.pressure | 4 bar | most pressure of the pump |");
	}

	@Test
	void aListingComesBelowTheSentenceThatIntroducesIt() {
		ExtractiveAnswer answer = answers.answer("How do I prime the pump from a shell?");
		assertThat(answer.quotes()).extracting(Quote::kind).containsSequence(QuoteKind.PROSE, QuoteKind.CODE);
		assertThat(answer.text()).contains("To prime the pump from a shell, call its command:")
			.contains("pumpctl prime --slow\npumpctl status");
	}

	@Test
	void aListIsAList() {
		ExtractiveAnswer answer = answers.answer("What do I take for the repair of a bicycle tyre?");
		assertThat(answer.quotes()).filteredOn((quote) -> quote.kind() == QuoteKind.LIST)
			.first()
			.satisfies((quote) -> assertThat(quote.text()).contains("- a tyre lever\n- glue for the tyre\n- a patch"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';', value = {
			"Was geschieht nach einem Stromausfall mit der Sicherung?;Nach z. B. einem Stromausfall holt Nr. 5 die Sicherung nach.",
			"备份保存在磁盘上吗？;备份保存在磁盘上。", "أين تُحفظ النسخة الاحتياطية؟;تُحفظ النسخة الاحتياطية على القرص." })
	void sentencesAreWholeInOtherLanguages(String question, String sentence) {
		assertThat(answers.answer(question).quotes().get(0).text()).contains(sentence);
	}

	@Test
	void everyQuoteIsWhatItsSpansCutOut() {
		for (String question : List.of("What is pump.pressure?", "How do I prime the pump from a shell?",
				"What do I take for the repair of a bicycle tyre?", "What does a colony do in winter?")) {
			ExtractiveAnswer answer = answers.answer(question);
			assertThat(answer.quotes()).isNotEmpty().allSatisfy((quote) -> {
				String text = answer.passages().get(quote.passage() - 1).text();
				assertThat(quote.text()).isEqualTo(String.join("\n",
						quote.spans().stream().map((span) -> text.substring(span.start(), span.end())).toList()));
			});
		}
	}

	@Test
	void whatNoPassageAnswersHasPassagesOnly() {
		ExtractiveAnswer answer = answers.answer("Which airline serves Reykjavik?");
		assertThat(answer.abstained()).isTrue();
		assertThat(answer.text()).isEmpty();
		assertThat(answer.passages()).hasSize(5);
	}

	@Test
	void aNameThatStandsInNoPassageIsTold() {
		assertThat(answers.answer("How do I set pump.colour of the pump?").missingNames())
			.containsExactly("pump.colour");
		assertThat(answers.answer("How do I set pump.pressure of the pump?").missingNames()).isEmpty();
		assertThat(answers.answer("Which turns in a minute has the speed of a pump 2000?").missingNames())
			.containsExactly("2000");
	}

	@Test
	void theRequestSaysWhichPassagesAndHowMany() {
		ExtractiveAnswer answer = answers.answer(SearchRequest.builder()
			.query("How much honey?")
			.topK(2)
			.filterExpression("source == 'bees.md'")
			.build());
		assertThat(answer.passages()).hasSize(2)
			.allSatisfy((passage) -> assertThat(passage.document().getMetadata()).containsEntry("source", "bees.md"));
	}

	@Test
	void aBlankQuestionIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> answers.answer(" "))
			.withMessageContaining("ask with at least one word");
	}

	@Test
	void passagesFromElsewhereNeedNoMetadata() {
		NgramEmbeddingModel model = new NgramEmbeddingModel();
		try (TemporaryStore temporary = TemporaryStore.open(model, (builder) -> builder.textIndex(false))) {
			HnswVectorStore plain = temporary.store();
			plain.add(List.of(new Document("The harbour opens at seven. It closes at nine."),
					new Document("Trains leave every hour.")));
			ExtractiveAnswer answer = new ExtractiveAnswers(plain, model, "parent_document_id", "chunk_index")
				.answer("When does the harbour open?");
			assertThat(answer.quotes().get(0).text()).startsWith("The harbour opens at seven.");
		}
	}

}
