package io.github.hnswspring.console.browser;

import java.io.IOException;
import java.nio.file.Path;

import io.github.hnswspring.console.ConsoleApplication;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Somebody who has never seen the store searches, misses a document of which they know
 * some words, and goes by what the page says: from the search to the reason, and to a
 * search that finds it, in four clicks each, whatever the reason.
 */
@EnabledIf(value = "io.github.hnswspring.console.browser.Browser#isInstalled",
		disabledReason = "No chromium and chromedriver on the path: the browser test is skipped")
class MissingDocumentTests {

	@TempDir
	private static Path directory;

	private static ConfigurableApplicationContext context;

	private static Page page;

	@BeforeAll
	static void start() throws IOException {
		context = ConsoleApplication.start(directory);
		page = Page.open(context, "hnswVectorStore");
	}

	@AfterAll
	static void stop() {
		page.close();
		context.close();
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
