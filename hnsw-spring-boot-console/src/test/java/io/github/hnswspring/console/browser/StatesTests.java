package io.github.hnswspring.console.browser;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever state a store, its embedding model or the network is in, the page says what
 * happened and what to do. Pictures are in {@code target/screenshots}.
 */
@EnabledIf(value = "io.github.hnswspring.console.browser.Browser#isInstalled",
		disabledReason = "No chromium and chromedriver on the path: the browser test is skipped")
class StatesTests {

	private static final String MAIN = "hnswVectorStore";

	/** The first of the ingested ones. */
	private static final String PASSAGE = "Boats longer than twelve metres pay for two berths, says paragraph 0. What "
			+ "else there is to know about it is told at the harbour office, where a table of all fees hangs beside "
			+ "the door, and by radio on channel nine.";

	@TempDir
	private static Path directory;

	private static ConfigurableApplicationContext context;

	private static Page page;

	@BeforeAll
	static void start() throws IOException {
		context = StatesApplication.start(directory);
		page = Page.open(context, MAIN);
	}

	@AfterAll
	static void stop() {
		page.close();
		context.close();
	}

	@AfterEach
	void theModelAnswersAgain() {
		StatesApplication.state = StatesApplication.State.UP;
	}

	private static void showStore(String screen, String store) {
		page.show(screen);
		page.choose("#store", store);
	}

	private static void awaitText(String selector, String part) {
		page.browser().until(() -> page.text(selector).contains(part));
	}

	private static void search(String question) {
		page.show("search");
		page.type("Question", question);
		page.press("Search");
	}

	private static String card(String store) {
		return page.text("section[aria-label='Store " + store + "']");
	}

	/** In both schemes and on a phone: it can be read, and fits. */
	private static void looksRight(String name) throws IOException {
		Browser browser = page.browser();
		assertThat(browser.accessibilityFindings()).isEmpty();
		browser.dark(true);
		browser.screenshot(name + "-dark");
		assertThat(browser.accessibilityFindings()).as("in the dark").isEmpty();
		browser.dark(false);
		browser.resize(420, 900);
		browser.screenshot(name + "-phone");
		assertThat(browser.overflow()).as("on a phone").isZero();
		browser.resize(1280, 1000);
		browser.screenshot(name);
	}

	@Test
	void theOverviewTellsTheStateOfEachStore() throws IOException {
		HnswVectorStore notes = context.getBean("notes", HnswVectorStore.class);
		notes.stop();
		try {
			page.show("overview");
			// What the status tells of the graph may be some seconds old.
			awaitText("section[aria-label='Store " + MAIN + "']", "The graph has 51 nodes for 52 vectors");
			assertThat(card("notes")).contains("The store is not open", "Call start()").doesNotContain("of the true");
			assertThat(card("archive")).contains("read-only", "nothing has failed").doesNotContain("write failed");
			assertThat(card("empty")).contains("The store is empty. Add documents").doesNotContain("of the true");
			assertThat(card("behind")).contains("1,234 documents", "Nothing has to be done");
			assertThat(card("arriving"))
				.contains("answering meanwhile", "searches by meaning without a filter", "All else waits",
						"No document is here yet", "The copy: 4,000 of 12,000 documents: 33.3 %")
				.doesNotContain("It answers with what it has", "The store is empty");
			assertThat(card("anew")).contains("refilling", "searches wait for it", "No document is here yet")
				.doesNotContain("The copy:");
			assertThat(card("away")).contains("disconnected", "Connection to db:5432 refused", "tries again by itself",
					"3 min");
			assertThat(card("refused")).contains("vectors of 384 dimensions", "does not go on before")
				.doesNotContain("nothing has failed");
			assertThat(card(MAIN)).contains("1 document is damaged", "Add it again or delete it");
			assertThat(card("archive")).doesNotContain("The graph has");
			looksRight("states-overview");
		}
		finally {
			notes.start();
		}
	}

	@Test
	void whatIsOnItsWayIsToldAtOnceOnEveryScreen() throws IOException {
		showStore("documents", "arriving");
		awaitText(".list", "The documents are on their way");
		assertThat(page.text(".list"))
			.contains("4,000 of 12,000 documents of tables hnsw are here", "goes on by itself",
					"documents asked for by their ids")
			.doesNotContain("did not work");
		looksRight("states-arriving");
		showStore("documents", "anew");
		awaitText(".list", "0 documents of tables hnsw are here");
		assertThat(page.text(".list")).contains("searches wait as well");
		for (String screen : List.of("search", "why?id=x", "graph")) {
			showStore(screen, "arriving");
			page.type("Question", "rope");
			page.pressFirst("form button[type='submit']");
			awaitText(".arriving", "4,000 of 12,000");
		}
		showStore("health", "arriving");
		awaitText("#screen", "nothing to audit until they are here");
	}

	@Test
	void anIngestedDocumentIsNamedByItsTitleOnEveryScreen() throws IOException {
		String id = StatesApplication.hash(PASSAGE);
		showStore("documents", "manuals");
		awaitText(".list", "Harbour handbook");
		assertThat(page.text(".list tbody tr"))
			.contains("Harbour handbook", id.substring(0, 8) + "…", "Boats longer than twelve metres",
					"section Fees › Boats", "technical keys")
			.doesNotContain(id, "fingerprint");
		assertThat(page.text(".list")).contains("manuals/guides/tides-and-currents.pdf");
		looksRight("ingested-documents");
		page.browser().find(".list tbody tr .tagged summary").click();
		assertThat(page.text(".list tbody tr")).contains("fingerprint", "chunk_index 0");
		assertThat(page.text(".detail")).as("unfolding is no opening").isEmpty();
		page.pressFirst(".list tbody tr .link.name");
		awaitText(".detail", "Nearest others");
		assertThat(page.text(".detail h3")).isEqualTo("Harbour handbook");
		assertThat(page.text(".detail .id-line")).contains(id, "Copy");
		assertThat(page.text(".detail .metadata")).startsWith("title").contains("fingerprint", "parent_document_id");
		assertThat(page.text(".detail .nearest")).contains("Harbour handbook");
		looksRight("ingested-document");
	}

	@Test
	void anIngestedDocumentIsNamedWhereItIsSearchedForAndMissed() throws IOException {
		String id = StatesApplication
			.hash(PASSAGE.replace("Boats longer than twelve metres pay for two berths, says paragraph 0",
					"At spring tide the current at the mole reaches four knots, says paragraph 12"));
		showStore("search", "manuals");
		page.type("Question", "current at the mole");
		page.type("Results", "3");
		page.press("Search");
		awaitText(".hits", "manuals/guides/tides-and-currents.pdf");
		assertThat(page.browser().find(".hits .link.name").getAccessibleName())
			.startsWith("Open document manuals/guides/tides-and-currents.pdf “At spring tide the current")
			.contains(", id ");
		looksRight("ingested-search");
		page.press("Is a document missing?");
		page.type("or find it", "spring tide paragraph 12");
		page.press("Find");
		awaitText(".found", "paragraph 12");
		page.browser().find(".found .link[title='" + id + "']").click();
		awaitText(".verdict", "Others are better");
		assertThat(page.text(".verdict .subject")).contains("manuals/guides/tides-and-currents.pdf “At spring tide");
		assertThat(page.text(".which")).contains("manuals/guides/tides-and-currents.pdf “At spring tide");
		looksRight("ingested-why");
		page.press("Show it in the graph");
		awaitText(".step-words", "Step");
		assertThat(page.text(".step-words")).contains("“").doesNotContain(id);
		assertThat(page.text(".candidates")).contains("manuals/guides").doesNotContain(id);
		looksRight("ingested-graph");
		page.show("graph?show=insertion&id=" + id);
		page.choose("#store", "manuals");
		awaitText(".summary", "is on");
		assertThat(page.text(".summary")).startsWith("manuals/guides/tides-and-currents.pdf “At spring tide");
		looksRight("ingested-insertion");
	}

	@Test
	void aDamagedRowIsNamedAmongTheOthers() throws IOException {
		showStore("documents", "manuals");
		awaitText(".list", "Row key 7");
		assertThat(page.browser().driver().findElements(By.cssSelector(".list tbody tr"))).hasSize(24);
		assertThat(page.text(".list .damaged")).contains("row key 7", "Add the document again or delete it");
		page.browser()
			.driver()
			.executeScript("document.querySelector('.list .damaged').scrollIntoView({ block: 'center' })");
		page.browser().screenshot("states-damaged-row");
		page.type("Open by id", StatesApplication.hash(PASSAGE.replace(" 0.", " 6.")));
		page.press("Open");
		awaitText(".detail .problem", "row key 7");
		assertThat(page.text(".detail .problem")).contains("Add the document again or delete it");
	}

	@ParameterizedTest
	@ValueSource(strings = { "documents", "health" })
	void aStoreThatIsClosedSaysSo(String screen) {
		HnswVectorStore notes = context.getBean("notes", HnswVectorStore.class);
		notes.stop();
		try {
			showStore(screen, "notes");
			awaitText("#screen", "start()");
			assertThat(page.text("#screen")).containsAnyOf("The vector store is stopped", "The store is not open");
		}
		finally {
			notes.start();
		}
	}

	@Test
	void anEmptyStoreSaysWhatToDoOnEveryScreen() {
		showStore("documents", "empty");
		awaitText(".list", "Add documents to it");
		showStore("search", "empty");
		page.type("Question", "rope");
		page.press("Search");
		awaitText(".result", "The store is empty, so there is nothing to find");
		showStore("health", "empty");
		awaitText("#screen", "There is nothing to audit yet");
		showStore("graph", "empty");
		page.type("Question", "rope");
		page.press("Walk");
		awaitText(".result", "The index is empty");
	}

	@Test
	void aModelThatDoesNotAnswerIsNamedAndWordsStillSearch() throws IOException {
		StatesApplication.state = StatesApplication.State.DOWN;
		search("whistle buoy");
		awaitText(".result .problem", "The embedding model did not give the question a vector: Connection refused");
		assertThat(page.text(".result")).contains("or search in mode text");
		page.browser().screenshot("states-model-down");
		page.choose("select[name='mode']", "TEXT");
		page.press("Search");
		awaitText(".hits", "damaged");
	}

	@Test
	void aModelOfOtherDimensionsIsToldWithBoth() {
		StatesApplication.state = StatesApplication.State.OTHER_DIMENSIONS;
		search("whistle buoys");
		awaitText(".result .problem", "with 128 dimensions");
		assertThat(page.text(".result")).contains("256 dimensions", "Configure the former model again");
	}

	@Test
	void aFilterThatCannotBeReadSaysWhereAndHowOneIsSpelled() {
		page.show("search");
		page.type("Question", "lighthouse");
		page.type("Filter", "chapter = 'rules");
		page.press("Search");
		awaitText(".result .problem", "A filter cannot be read at character");
		assertThat(page.text(".result .problem")).contains("country == 'BG'");
	}

	@Test
	void aDocumentWithoutAVectorIsFoundByWordsIfItHasThem() throws IOException {
		page.show("why?id=damaged");
		page.type("Question", "whistle buoy");
		page.press("Explain");
		awaitText(".verdict", "It has no vector to compare with");
		page.press("Try it: Search by words");
		awaitText(".hits", "damaged");

		page.show("why?id=damaged");
		page.type("Question", "lighthouse");
		page.press("Explain");
		awaitText(".verdict", "2 things keep it out");
		assertThat(page.text(".verdict")).contains("It has no vector to compare with", "It has none of the words",
				"No setting of the search finds it");
		assertThat(page.browser().driver().findElements(By.cssSelector(".verdict .primary"))).isEmpty();
		looksRight("states-no-vector");
	}

	@Test
	void anUnknownIdIsToldOnEveryScreenThatTakesOne() {
		page.show("documents?id=nobody");
		awaitText(".detail", "There is no document 'nobody'");
		page.press("Close");
		assertThat(page.text(".detail")).isEmpty();
		page.show("why?id=nobody");
		page.type("Question", "lighthouse");
		page.press("Explain");
		awaitText(".verdict", "look for it by words of its text, or add it");
		page.show("graph?show=insertion&id=nobody");
		awaitText(".result", "nobody");
	}

	@Test
	void whileTheNetworkIsLostTheOverviewSaysSoAndGoesOnAfterwards() throws IOException {
		page.show("overview");
		page.browser().await(".cards .card");
		page.browser().offline(true);
		try {
			awaitText(".lost", "The application cannot be reached");
			assertThat(page.text(".lost")).contains("What is below was so at", "the page goes on by itself")
				.doesNotContain("try again");
			assertThat(page.text(".cards")).contains(MAIN);
			page.browser().screenshot("states-network-lost");
		}
		finally {
			page.browser().offline(false);
		}
		page.browser().until(() -> page.text(".lost").isEmpty());
	}

	@Test
	void theAuditSaysThatItRunsAndIsFollowedByItsFindings() throws IOException {
		page.show("health");
		page.press("Audit the index");
		// Either it still runs, or it is done: no moment between has nothing to say.
		assertThat(page.text(".result")).containsAnyOf("The audit is running", "The index is sound");
		awaitText(".result", "The index is sound");
		assertThat(page.text(".result")).contains("2 vectors equal another one, in 1 group", "none yet");
		looksRight("states-audited");
	}

	@Test
	void allOfAHitLeadsOnAndItsTextCanBeMarked() {
		search("lighthouse");
		page.browser().await(".hits .text");
		WebElement text = page.browser().find(".hits .hit .text");
		page.browser()
			.driver()
			.executeScript("getSelection().selectAllChildren(arguments[0]); arguments[0].click();", text);
		assertThat(page.browser().driver().getCurrentUrl()).as("while its text is marked").contains("#search");
		page.browser().driver().executeScript("getSelection().removeAllRanges()");
		text.click();
		page.browser().await(".detail h3");
		awaitText(".detail h3", "doc-");
		assertThat(page.browser().driver().getCurrentUrl()).contains("#documents?id=doc-");
	}

}
