package io.github.hnswspring.example.browser;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A person uploads a file, watches it being ingested, asks, and looks at the passages.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@DirtiesContext
class BrowserTests {

	private static final String LIGHTHOUSE = """
			# The lighthouse of Skagen

			## Light

			The lamp of the lighthouse flashes white every four seconds and is seen from twenty miles away.

			## History

			It was built of yellow brick in 1858 and is still one of the tallest in the country.
			""";

	@TempDir
	private static Path directory;

	@LocalServerPort
	private int port;

	@DynamicPropertySource
	static void properties(DynamicPropertyRegistry registry) throws IOException {
		Path folder = Files.createDirectory(directory.resolve("garden"));
		Files.writeString(folder.resolve("tomatoes.md"), """
				# Tomatoes

				Tomatoes need a sunny place and water in the morning.
				""");
		registry.add("rag.data-directory", () -> directory.resolve("data").toString());
		registry.add("rag.sources", folder::toString);
	}

	@BeforeAll
	static void browser() {
		Assumptions.assumeTrue(Browser.isInstalled(),
				"No chromium and chromedriver on the path: the browser test is skipped");
	}

	@Test
	void uploadAskAndReadThePassage() throws IOException {
		Path file = Files.writeString(directory.resolve("lighthouse.md"), LIGHTHOUSE);
		try (Browser browser = Browser.open(false)) {
			browser.driver().get("http://127.0.0.1:" + this.port + "/");
			browser.await(".document.READY");
			browser.screenshot("1-welcome");

			browser.find("#file").sendKeys(file.toString());
			WebElement uploaded = awaitReady(browser, "lighthouse.md");
			assertThat(uploaded.getText()).contains("2 passages").contains("uploaded");

			browser.find("#question").sendKeys("How often does the lamp flash?", Keys.ENTER);
			assertThat(browser.await("#answer-mode:not(:empty)").getText()).isEqualTo("Extractive");
			WebElement passage = browser.await("#passage-1");
			assertThat(passage.getText()).contains("lighthouse.md")
				.contains("The lighthouse of Skagen › Light")
				.contains("flashes white every four seconds");
			assertThat(Double.parseDouble(passage.findElement(By.cssSelector(".passage-score")).getText()))
				.isBetween(0.3, 1.0);
			assertThat(browser.await("#answer-text .cite").getText()).isEqualTo("1");
			browser.screenshot("2-answer");

			filterBySource(browser);
			deleteUpload(browser);
			assertThat(violations(browser)).isEmpty();
		}
	}

	private static WebElement awaitReady(Browser browser, String name) {
		return browser.await(".document.READY:has([aria-label='Delete " + name + "'])");
	}

	private static void filterBySource(Browser browser) throws IOException {
		browser.find("#source-filter summary").click();
		browser.await("#source-options input[value='garden/tomatoes.md']").click();
		browser.screenshot("3-filter");
		browser.find("#question").sendKeys(Keys.ENTER);
		browser.await("#answer-mode:not(:empty)");
		List<String> sources = browser.driver()
			.findElements(By.cssSelector(".passage-source"))
			.stream()
			.map(WebElement::getText)
			.toList();
		assertThat(sources).isSubsetOf("garden/tomatoes.md");
	}

	private static void deleteUpload(Browser browser) throws IOException {
		browser.find("[aria-label='Delete lighthouse.md']").click();
		browser.await("#confirm[open]");
		browser.screenshot("4-delete");
		browser.find("#confirm button[value='delete']").click();
		browser.await("#document-count");
		browser.await(".documents:not(:has([aria-label='Delete lighthouse.md']))");
	}

	/** What the page was kept from doing, and script errors. */
	private static List<String> violations(Browser browser) {
		return browser.driver()
			.manage()
			.logs()
			.get(LogType.BROWSER)
			.getAll()
			.stream()
			.map(LogEntry::getMessage)
			.toList();
	}

	@Test
	void everythingCanBeReachedByKeyboardAndNothingOverflowsOnAPhone() throws IOException {
		try (Browser browser = Browser.open(true)) {
			browser.resize(500, 900);
			browser.driver().get("http://127.0.0.1:" + this.port + "/");
			browser.await(".document.READY");
			browser.find("body").sendKeys("/");
			assertThat(browser.driver().switchTo().activeElement().getDomAttribute("id")).isEqualTo("question");
			browser.driver().switchTo().activeElement().sendKeys("When should I water tomatoes?", Keys.ENTER);
			browser.await("#answer-mode:not(:empty)");
			browser.screenshot("5-phone-dark");
			Object overflow = browser.driver()
				.executeScript("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
			assertThat(((Number) overflow).intValue()).isLessThanOrEqualTo(0);
			browser.find("#passage-1").sendKeys(Keys.TAB);
			assertThat(violations(browser)).isEmpty();
		}
	}

	@Test
	void documentTextIsNeverMarkup() throws IOException {
		Path file = Files.writeString(directory.resolve("hostile.txt"),
				"The secret ingredient is <img src=x onerror=\"document.title='taken over'\"> <script>document.title='taken over'</script> cardamom.");
		try (Browser browser = Browser.open(false)) {
			browser.driver().get("http://127.0.0.1:" + this.port + "/");
			browser.await(".document.READY");
			browser.find("#file").sendKeys(file.toString());
			awaitReady(browser, "hostile.txt");
			browser.find("#question").sendKeys("What is the secret ingredient?", Keys.ENTER);
			WebElement passage = browser.await("#passage-1");
			assertThat(passage.getText()).contains("<script>").contains("cardamom");
			assertThat(browser.driver().getTitle()).isEqualTo("Ask your documents");
			assertThat(browser.driver().findElements(By.cssSelector("main img, main script"))).isEmpty();
		}
	}

}
