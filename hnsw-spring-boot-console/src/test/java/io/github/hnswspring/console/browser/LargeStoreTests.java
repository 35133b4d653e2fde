package io.github.hnswspring.console.browser;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

import io.github.hnswspring.console.ConsoleApplication;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every screen on a store of 20,000 documents: whatever the page does, it does not keep
 * the browser from anything else for long. Building the store takes longer than the other
 * tests of the module together, so it runs with the profile {@code reliability}.
 */
@Tag("reliability")
@EnabledIf(value = "io.github.hnswspring.console.browser.Browser#isInstalled",
		disabledReason = "No chromium and chromedriver on the path: the browser test is skipped")
class LargeStoreTests {

	private static final int DOCUMENTS = 20_000;

	/** A page that does one thing for longer is not fluent. */
	private static final int LONGEST_MILLIS = 200;

	/** Placing nodes and drawing all links, once for each walk. */
	private static final int LONGEST_LAYOUT_MILLIS = 1_000;

	private static final String[] WORDS = ("harbour boat quay lighthouse pier ferry island licence storm mast museum "
			+ "shower laundry dog lead park berth metre fuel card cash warning winter evening morning town rope anchor "
			+ "sail tide chart compass crew captain fish net crab gull wave wind cloud rain")
		.split(" ");

	@TempDir
	private static Path directory;

	private static ConfigurableApplicationContext context;

	private static Page page;

	@BeforeAll
	static void start() throws IOException {
		context = ConsoleApplication.start(directory, "--hnsw.stores.large.directory=" + directory.resolve("large"));
		HnswVectorStore store = context.getBean("large", HnswVectorStore.class);
		Random random = new Random(20);
		List<Document> documents = new ArrayList<>();
		for (int i = 0; i < DOCUMENTS; i++) {
			StringBuilder text = new StringBuilder("Page " + i + ":");
			for (int word = 0; word < 12; word++) {
				text.append(' ').append(WORDS[random.nextInt(WORDS.length)]);
			}
			documents.add(new Document("page-" + i, text.toString(),
					Map.of("number", i, "chapter", WORDS[i % 7], "draft", i % 9 == 0)));
		}
		store.add(documents);
		page = Page.open(context, "large");
	}

	@AfterAll
	static void stop() {
		page.close();
		context.close();
	}

	/** What took longest since the screen was opened. */
	private static int longest() {
		Object longest = page.browser()
			.driver()
			.executeScript("return Math.max(0, ...(window.longTasks ?? []).map((task) => task.duration))");
		return ((Number) Objects.requireNonNull(longest)).intValue();
	}

	private static void isFluent(String screen, int limit) throws IOException {
		int longest = longest();
		System.out.println(screen + ": longest task " + longest + " ms");
		page.browser().screenshot("large-" + screen);
		assertThat(longest).as("longest task of %s in ms", screen).isLessThanOrEqualTo(limit);
		assertThat(page.browser().violations()).isEmpty();
	}

	@Test
	void theOverviewMeasuresTheRecall() throws IOException {
		page.show("overview");
		page.browser().until(() -> page.text("[aria-label='Store large']").contains("Random documents, 40 asked now"));
		isFluent("overview", LONGEST_MILLIS);
	}

	@Test
	void documentsAreTurnedOverAndFiltered() throws IOException {
		page.show("documents");
		page.browser().await("tbody tr");
		page.press("Next page");
		page.browser().until(() -> page.text(".list").contains("page 2"));
		page.browser().find(".builder summary").click();
		page.browser().await(".builder select");
		page.choose(".builder select", "chapter");
		page.browser().await(".frequent button").click();
		page.press("Add to the filter");
		page.browser().until(() -> page.text(".list").contains("with this filter"));
		page.browser().find("tbody th button").click();
		page.browser().await(".detail .nearest li");
		isFluent("documents", LONGEST_MILLIS);
	}

	@Test
	void aSearchIsShownBesideTheTruth() throws IOException {
		page.show("search");
		page.type("Question", "when does the ferry to the island leave");
		page.press("Search");
		page.browser().await(".hits li");
		assertThat(page.text(".summary")).contains("of 20,000 documents");
		isFluent("search", LONGEST_MILLIS);
	}

	@Test
	void theReasonIsFoundAndShownInTheGraph() throws IOException {
		page.show("why?id=page-777");
		page.type("Question", "storm warning at the mast");
		page.press("Explain");
		page.browser().await(".verdict");
		isFluent("why", LONGEST_MILLIS);
		page.press("Show it in the graph");
		page.browser().await(".picture canvas");
		page.browser().until(() -> page.text(".step-words").startsWith("Step"));
		assertThat(page.text(".where")).contains("It is the one in a ring");
		isFluent("missing", LONGEST_LAYOUT_MILLIS);
	}

	@Test
	void theGraphIsWalkedThrough() throws IOException {
		page.show("graph");
		page.type("Question", "storm warning at the mast");
		page.press("Walk");
		page.browser().await(".picture canvas");
		page.browser().until(() -> page.text(".step-words").startsWith("Start"));
		isFluent("graph-laid-out", LONGEST_LAYOUT_MILLIS);
		page.forgetTasks();
		for (int step = 0; step < 10; step++) {
			page.press("Step");
		}
		page.press("To the end");
		page.browser().until(() -> page.text(".step-words").contains("the walk ends"));
		isFluent("graph", LONGEST_MILLIS);
	}

	@Test
	void anInsertionIsReplayed() throws IOException {
		page.show("graph?show=insertion&id=page-4711");
		page.browser().await(".picture canvas");
		page.browser().until(() -> page.text(".step-words").startsWith("Start"));
		isFluent("insertion-laid-out", LONGEST_LAYOUT_MILLIS);
		page.forgetTasks();
		page.press("To the links back");
		page.browser().until(() -> page.text(".step-words").contains("link back 1 of"));
		for (int step = 0; step < 10; step++) {
			page.press("Step");
		}
		isFluent("insertion", LONGEST_MILLIS);
	}

	@Test
	void theAuditIsRun() throws IOException {
		page.show("health");
		page.press("Audit the index");
		page.browser().await(".verdict");
		assertThat(page.text(".verdict")).contains("20,000 vectors");
		isFluent("health", LONGEST_MILLIS);
	}

}
