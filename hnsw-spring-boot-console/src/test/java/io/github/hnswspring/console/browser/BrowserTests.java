package io.github.hnswspring.console.browser;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import io.github.hnswspring.console.ConsoleApplication;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A developer who has never seen the store goes through every screen, with a mouse and
 * with the keyboard, in the dark and on a phone. Whoever misses a document of which they
 * know some words gets from the search to the reason, and to a search that finds it, in
 * four clicks, whatever the reason. Pictures are in {@code target/screenshots}.
 */
@EnabledIf(value = "io.github.hnswspring.console.browser.Browser#isInstalled",
		disabledReason = "No chromium and chromedriver on the path: the browser test is skipped")
class BrowserTests {

	@TempDir
	private static Path directory;

	private static ConfigurableApplicationContext context;

	private static Page page;

	private static Browser browser;

	@BeforeAll
	static void start() throws IOException {
		context = ConsoleApplication.start(directory);
		page = Page.open(context, "hnswVectorStore");
		browser = page.browser();
	}

	@AfterAll
	static void stop() {
		page.close();
		context.close();
	}

	@BeforeEach
	void asUsual() {
		browser.resize(1280, 1000);
		browser.dark(false);
	}

	/**
	 * After each: nothing was kept from running, no script failed, nothing was stolen.
	 */
	@AfterEach
	void nothingWentWrong() {
		assertThat(browser.violations()).isEmpty();
		assertThat(browser.driver().getTitle()).endsWith("HNSW console");
	}

	private static void finish(String name) throws IOException {
		browser.driver().executeScript("window.scrollTo(0, 0)");
		browser.screenshot(name);
		assertThat(browser.accessibilityFindings()).isEmpty();
		assertThat(browser.overflow()).isZero();
		browser.dark(true);
		browser.screenshot(name + "-dark");
		assertThat(browser.accessibilityFindings()).as("in the dark").isEmpty();
		browser.dark(false);
		browser.resize(420, 900);
		browser.screenshot(name + "-phone");
		assertThat(browser.overflow()).as("on a phone").isZero();
		browser.resize(1280, 1000);
	}

	@Test
	void theOverviewShowsBothStores() throws IOException {
		page.load("overview");
		browser.await(".card .figure");
		assertThat(browser.driver().findElements(By.cssSelector(".card"))).hasSize(2);
		// Looked for each time, as the page replaces them when a figure changes.
		String first = ".card[aria-label='Store hnswVectorStore']";
		assertThat(page.text(first)).contains("hnswVectorStore", "50", "256", "test-ngrams", "100 %",
				"the target is 99.0 %", "No damage is known");
		assertThat(page.text(".card[aria-label='Store notes']")).contains("notes", "a start replays");
		browser.until(() -> browser.driver().findElements(By.cssSelector(".samples .meter")).size() > 1);
		assertThat(page.text(first)).contains("Random documents, 40 asked now", "Last questions");
		finish("1-overview");
	}

	@Test
	void documentsAreFilteredByTheBuilderAndOpened() throws IOException {
		page.load("documents");
		browser.await("tbody tr");
		assertThat(browser.driver().findElements(By.cssSelector("tbody tr"))).hasSize(25);
		page.press("Next page");
		browser.until(() -> browser.find(".list").getText().contains("page 2"));
		assertThat(browser.find(".list").getText()).contains("<script>document.title='stolen'</script>");
		browser.find(".builder summary").click();
		browser.await(".builder select");
		browser.find(".builder select option[value='chapter']").click();
		page.press("rules (16)");
		page.press("Add to the filter");
		browser.until(() -> browser.find(".list").getText().contains("16 documents with this filter"));
		assertThat(browser.find(".filter-text").getDomProperty("value")).isEqualTo("chapter == 'rules'");
		page.press("doc-3");
		browser.await(".detail .nearest li");
		assertThat(browser.find(".detail").getText()).contains("Fishing from the pier", "chapter", "rules",
				"Nearest others");
		assertThat(browser.focused().getText()).isEqualTo("doc-3");
		finish("2-documents");
	}

	@Test
	void aHostileDocumentIsShownAsText() {
		page.load("documents?id=" + java.net.URLEncoder.encode("hostile" + ConsoleApplication.HOSTILE,
				java.nio.charset.StandardCharsets.UTF_8));
		browser.await(".detail .nearest li");
		assertThat(browser.find(".detail h3").getText()).isEqualTo("hostile" + ConsoleApplication.HOSTILE);
		assertThat(browser.find(".detail .metadata").getText()).contains("name" + ConsoleApplication.HOSTILE);
		assertThat(browser.driver().findElements(By.cssSelector("main img, main script"))).isEmpty();
	}

	@Test
	void aSearchIsShownBesideTheTruth() throws IOException {
		page.load("search");
		page.type("Question", "when does the lighthouse flash");
		page.press("Search");
		browser.await(".hits li");
		assertThat(browser.driver().findElements(By.cssSelector(".column"))).hasSize(2);
		assertThat(browser.find(".summary").getText()).contains("10 results of 50 documents",
				"Comparing everything finds the same");
		assertThat(browser.find(".plan").getText()).contains("Everything is compared", "Embedding the question", "ms");
		finish("3-search");
	}

	@Test
	void theReasonIsFoundAndWhatHelpsIsTried() throws IOException {
		page.load("why");
		page.type("or find it", "quokka");
		page.press("Find");
		browser.await(".found button").click();
		page.type("Question", "lighthouse");
		page.type("Results", "3");
		page.press("Explain");
		browser.await(".verdict");
		assertThat(browser.find(".verdict").getText()).contains("Others are better", "Rank by meaning");
		finish("4-why");
		page.press("Show it in the graph");
		browser.await(".picture canvas");
		browser.until(() -> browser.find(".step-words").getText().startsWith("Step"));
		assertThat(browser.find(".verdict").getText()).contains("Others are better", "It is the one in a ring");
		browser.find(".verdict details summary").click();
		assertThat(browser.find(".verdict table").getText()).contains("of the list");
		finish("8-missing");
		browser.find(".verdict .primary").click();
		browser.await(".hits li");
		assertThat(browser.find(".hits").getText()).contains("lonely");
	}

	@Test
	void theGraphIsWalkedStepByStep() throws IOException {
		page.load("graph");
		page.type("Question", "lighthouse flashes");
		page.type("Candidates", "6");
		page.press("Walk");
		browser.await(".picture canvas");
		browser.until(() -> browser.find(".step-words").getText().startsWith("Start"));
		page.press("Step");
		browser.until(() -> browser.find(".step-words").getText().startsWith("Step 1 of"));
		page.press("To the end");
		browser.until(() -> browser.find(".step-words").getText().contains("the walk ends"));
		assertThat(browser.find(".candidates li").getText()).contains("lighthouse");
		assertThat(browser.driver().findElements(By.cssSelector(".explain p"))).hasSize(5);
		WebElement slider = browser.find("input[aria-label='Step of the walk']");
		slider.sendKeys(Keys.ARROW_LEFT);
		assertThat(slider.getDomAttribute("aria-valuetext")).startsWith("Step ");
		Object painted = browser.driver()
			.executeScript(
					"const c = document.querySelector('canvas'); const d = c.getContext('2d').getImageData(0, 0, "
							+ "c.width, c.height).data; let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n;");
		assertThat(((Number) painted).intValue()).as("pixels that are drawn").isGreaterThan(10_000);
		page.press("Play");
		browser.until(() -> browser.find(".step-words").getText().contains("the walk ends"));
		finish("5-graph");
	}

	@Test
	void anInsertionIsReplayedFromTheEntryPointToTheLinksBack() throws IOException {
		page.load("documents?id=doc-12");
		browser.await(".detail .nearest li");
		page.press("How it is linked");
		browser.await(".picture canvas");
		browser.until(() -> browser.find(".step-words").getText().startsWith("Start"));
		assertThat(browser.find(".summary").getText()).contains("doc-12 is on", "links, chosen of 49 candidates");
		page.press("Step");
		browser.until(() -> browser.find(".step-words").getText().contains("Step 1 of"));
		page.press("To the choice");
		browser.until(() -> browser.find(".step-words").getText().contains("candidate 1 of 49"));
		assertThat(browser.find(".step-words").getText()).contains("so it is chosen, as number 1");
		page.press("Step");
		browser.until(() -> browser.find(".step-words").getText().contains("candidate 2 of 49"));
		page.press("To the links back");
		browser.until(() -> browser.find(".step-words").getText().contains("link back 1 of"));
		assertThat(browser.find(".candidates .here").getText()).contains("links back");
		finish("7-insertion");
	}

	@Test
	void theAuditSaysWhatItCostsAndWhatItFinds() throws IOException {
		page.load("health");
		assertThat(browser.await(".card p").getText()).contains("50 documents", "6,000 comparisons");
		page.press("Audit the index");
		browser.await(".verdict");
		assertThat(browser.find(".verdict").getText()).contains("The index is sound", "In order:");
		finish("6-health");
	}

	@Test
	void allCanBeReachedWithTheKeyboard() {
		page.load("overview");
		browser.await(".card .figure");
		browser.driver().findElement(By.tagName("body")).sendKeys(Keys.TAB);
		assertThat(browser.focused().getText()).isEqualTo("Skip to the screen");
		browser.focused().sendKeys(Keys.TAB);
		assertThat(browser.focused().getDomAttribute("id")).isEqualTo("store");
		for (String screen : List.of("Overview", "Documents", "Search")) {
			browser.focused().sendKeys(Keys.TAB);
			assertThat(browser.focused().getText()).isEqualTo(screen);
		}
		browser.focused().sendKeys(Keys.ENTER);
		browser.await(".query");
		browser.until(() -> "search".equals(browser.focused().getDomAttribute("type"))
				|| "screen".equals(browser.focused().getDomAttribute("id")));
	}

	@Test
	void theOtherStoreIsChosenAboveAll() {
		page.load("documents");
		browser.await("tbody tr");
		browser.find("#store option[value='notes']").click();
		browser.until(() -> browser.find(".list").getText().contains("1 document;"));
		assertThat(browser.find(".list").getText()).contains("Buy rope");
		browser.driver().navigate().refresh();
		browser.await("tbody tr");
		assertThat(browser.find("#store").getDomProperty("value")).isEqualTo("notes");
		assertThat(browser.find(".list").getText()).contains("Buy rope");
	}

	/** From results without the document to the reason. */
	private static void askWhy(String wordsOfIt, String id) {
		page.press("Is a document missing?");
		page.type("or find it", wordsOfIt);
		page.press("Find");
		page.browser().until(() -> page.text(".found").contains(id));
		page.press(id);
		page.browser().await(".verdict");
	}

	private static void isFoundAfter(String remedy, String id) {
		page.press(remedy);
		page.browser().await(".hits li");
		assertThat(page.text(".hits")).contains(id);
		assertThat(page.clicks()).as("clicks from the search to the document").isEqualTo(4);
	}

	private static void search(String question) {
		page.type("Question", question);
		page.press("Search");
		page.browser().await(".summary");
		page.forgetClicks();
	}

	@Test
	void theFilterLeavesItOut() {
		page.show("search");
		page.type("Filter", "chapter == 'rules'");
		search("how much do long boats pay");
		askWhy("boats berths", "doc-1");
		assertThat(page.text(".verdict")).contains("The filter leaves it out", "chapter == 'rules'",
				"Comparisons it fails");
		isFoundAfter("Try it: Search without the filter", "doc-1");
	}

	@Test
	void theThresholdIsTooHigh() {
		page.show("search");
		page.type("Similarity at least", "0.9");
		search("fish licence");
		askWhy("fishing pier", "doc-3");
		assertThat(page.text(".verdict")).contains("It is less similar than the threshold asks for",
				"Similarity asked for");
		page.pressFirst(".verdict .primary");
		page.browser().await(".hits li");
		assertThat(page.text(".hits")).contains("doc-3");
		assertThat(page.clicks()).isEqualTo(4);
	}

	@Test
	void othersAreBetter() {
		page.show("search");
		page.type("Results (k)", "3");
		search("lighthouse");
		askWhy("quokka", "lonely");
		assertThat(page.text(".verdict")).contains("Others are better", "Rank by meaning", "Results asked for");
		page.pressFirst(".verdict .primary");
		page.browser().await(".hits li");
		assertThat(page.text(".hits")).contains("lonely");
		assertThat(page.clicks()).isEqualTo(4);
	}

	@Test
	void wordsAloneDoNotFindIt() {
		page.show("search");
		page.choose("select[name='mode']", "TEXT");
		search("opening hours");
		askWhy("harbour opens seven", "doc-0");
		assertThat(page.text(".verdict")).contains("It has none of the words", "Words it lacks");
		isFoundAfter("Try it: Search by meaning", "doc-0");
	}

}
