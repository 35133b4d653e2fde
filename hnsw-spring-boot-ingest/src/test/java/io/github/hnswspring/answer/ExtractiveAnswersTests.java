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
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
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
	void aWordThatStandsInNoPassageIsTold() {
		assertThat(answers.answer("Does the pump run on a Battery or on petrol?").missingWords())
			.containsExactly("Battery", "petrol");
		assertThat(answers.answer("Which airline serves Reykjavik?").missingWords()).contains("airline", "Reykjavik");
	}

	@Test
	void stopWordsInflectionsAdverbsNamesAndWhatIsElsewhereAreNoMissingWords() {
		assertThat(answers.answer("How are hives weighed by beekeepers?").missingWords()).as("inflections").isEmpty();
		assertThat(answers.answer("How strongly shivers the cluster?").missingWords()).as("adverbs").isEmpty();
		assertThat(answers.answer("How do I set pump.colour of the pump?").missingWords()).as("names").isEmpty();
		assertThat(answers.answer("What does a queen do with a lever?").missingWords()).as("elsewhere").isEmpty();
		assertThat(answers
			.answer(SearchRequest.builder()
				.query("Has the queen a lever?")
				.topK(5)
				.filterExpression("source == 'bees.md'")
				.build())
			.missingWords()).as("not in the documents that are asked").containsExactly("lever");
	}

	@Test
	void aWordThatIsQuotedInAnotherWayIsNoMissingOne() {
		NgramEmbeddingModel words = new NgramEmbeddingModel();
		EmbeddingModel synonyms = new SynonymModel(words, "jettison", "discards");
		try (TemporaryStore temporary = TemporaryStore.open(synonyms, (builder) -> builder)) {
			temporary.store().add(List.of(new Document("The captain discards cargo in a storm at sea.")));
			ExtractiveAnswers answers = new ExtractiveAnswers(temporary.store(), synonyms, "documentId", "chunk");
			ExtractiveAnswer answer = answers.answer("Does the captain jettison cargo in a storm at sea?");
			assertThat(answer.abstained()).isFalse();
			assertThat(answer.missingWords()).isEmpty();
			assertThat(answers.answer("Does the captain insure cargo in a storm at sea?").missingWords())
				.containsExactly("insure");
		}
	}

	@Test
	void aQuestionForANumberIsAnsweredByTheSentenceThatHasOne() {
		NgramEmbeddingModel model = new NgramEmbeddingModel();
		try (TemporaryStore temporary = TemporaryStore.open(model, (builder) -> builder)) {
			temporary.store()
				.add(List.of(new Document("Which driver version is needed depends on the driver. "
						+ "It needs driver version 17 or newer. Version control is needed.")));
			ExtractiveAnswers answers = new ExtractiveAnswers(temporary.store(), model, "documentId", "chunk");
			assertThat(new QuestionTerms("Which driver version do I need?", List.of()).isValuedIn("Needs driver v17."))
				.isTrue();
			assertThat(new QuestionTerms("Is a driver needed?", List.of()).isValuedIn("Needs driver v17.")).isFalse();
			assertThat(new QuestionTerms("Which driver?", List.of()).isValuedIn("Any driver; 17 of them.")).isFalse();
			assertThat(answers.answer("Which driver version do I need?").text()).contains("17 or newer");
		}
	}

	@Test
	void rowsAndItemsThatDoNotAnswerAreLeftOut() {
		assertThat(answers.answer("What is pump.pressure?").quotes().get(0).text()).contains("pump.pressure")
			.doesNotContain("valve.delay");
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

	/** To which one word is another one. */
	private record SynonymModel(EmbeddingModel model, String word, String same) implements EmbeddingModel {

		@Override
		public EmbeddingResponse call(EmbeddingRequest request) {
			return this.model.call(new EmbeddingRequest(
					request.getInstructions().stream().map((text) -> text.replace(this.word, this.same)).toList(),
					request.getOptions()));
		}

		@Override
		public float[] embed(Document document) {
			return this.model.embed(document);
		}

		@Override
		public int dimensions() {
			return this.model.dimensions();
		}

	}

}
