package io.github.hnswspring.example.browser;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

import io.github.hnswspring.example.Rest;
import io.github.hnswspring.example.RunningApplication;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A person uploads files, asks, looks at passages and files, deletes and restores; with a
 * mouse, with the keyboard alone, and on a phone.
 */
class BrowserTests extends RunningApplication {

	private static final String LIGHTHOUSE = """
			# The lighthouse of Skagen

			## Light

			The lamp of the lighthouse flashes white every four seconds. It is seen from twenty miles away.

			## History

			It was built of yellow brick in 1858 and is still one of the tallest in the country.
			""";

	@TempDir
	private static Path directory;

	@RegisterExtension
	private static final Browser browser = new Browser();

	@BeforeEach
	void load() {
		browser.resize(1280, 1000);
		browser.dark(false);
		browser.load(port());
	}

	@Test
	void uploadAskOpenThePassageAndTheFile() throws IOException {
		upload("lighthouse.md", LIGHTHOUSE);
		browser.screenshot("1-welcome");
		browser.ask("How often does the lamp flash?");
		assertThat(browser.find(".badge").getText()).isEqualTo("Quoted");
		assertThat(browser.announced("four seconds")).startsWith("Answer: ");
		browser.screenshot("2-answer");

		WebElement cite = browser.driver()
			.findElements(By.cssSelector(".turn .cite"))
			.stream()
			.filter((link) -> link.getDomAttribute("aria-label").contains("lighthouse.md"))
			.findFirst()
			.orElseThrow();
		cite.click();
		WebElement mark = browser.await(".passage mark");
		assertThat(mark.getText()).contains("four seconds").doesNotContain("1858");
		WebElement passage = browser.focused();
		assertThat(passage.getText()).contains("lighthouse.md").contains("The lighthouse of Skagen › Light");
		assertThat(Double.parseDouble(passage.findElement(By.cssSelector(".passage-score")).getText())).isBetween(0.3,
				1.0);
		browser.screenshot("3-passage");

		String address = passage.findElement(By.cssSelector(".open-file")).getDomProperty("href");
		assertThat(address).contains("#:~:text=The%20lamp");
		Rest.Reply file = this.rest.get(address.replaceFirst("^http://[^/]+", "").replaceFirst("#.*", ""));
		assertThat(file.body()).isEqualTo(LIGHTHOUSE);
		assertThat(file.type()).isEqualTo("text/plain;charset=UTF-8");
		assertThat(browser.accessibilityFindings()).isEmpty();
		assertThat(browser.violations()).isEmpty();
	}

	@Test
	void askOneDocumentOnly() throws IOException {
		browser.find("#source-filter summary").click();
		browser.await("#source-search").sendKeys("BEES");
		assertThat(browser.driver().findElements(By.cssSelector("#source-options legend")))
			.extracting(WebElement::getText)
			.containsExactly("notes");
		browser.await("#source-options input[value='notes/bees.md']").click();
		browser.screenshot("4-filter");
		assertThat(browser.accessibilityFindings()).isEmpty();
		browser.find("#source-search").sendKeys(Keys.ESCAPE);
		browser.ask("What do bees make in summer?");
		assertThat(browser.driver().findElements(By.cssSelector(".passage-source")))
			.extracting((element) -> element.getDomProperty("textContent"))
			.isNotEmpty()
			.containsOnly("notes/bees.md");
	}

	@Test
	void aFollowUpQuestionIsSaidToBeSearchedAsItStands() throws IOException {
		assertThat(browser.find("#follow-up").isDisplayed()).isFalse();
		browser.ask("What do bees make in summer?");
		assertThat(browser.find("#follow-up").getText()).startsWith("Each question is searched as it stands");
		assertThat(browser.accessibilityFindings()).isEmpty();
		browser.find("#new-conversation").click();
		assertThat(browser.find("#follow-up").isDisplayed()).isFalse();
	}

	@Test
	void manyFilesAreOneProgressAndFailuresAreGrouped() throws IOException {
		List<String> files = IntStream.range(0, 20).mapToObj((i) -> {
			String name = (i % 4 == 0) ? "many-" + i + ".exe"
					: (i % 4 == 1) ? "many-" + i + ".md" : "many-" + i + ".txt";
			return write(name, (i % 4 == 2) ? " " : "Number " + i + " of many.").toString();
		}).toList();
		browser.find("#file").sendKeys(String.join("\n", files));
		browser.await("#uploads-close");
		assertThat(browser.find("#uploads-text").getText()).isEqualTo("10 files taken in, 10 not");
		assertThat(browser.driver().findElements(By.cssSelector("#uploads-failures li strong")))
			.extracting(WebElement::getText)
			.hasSize(2)
			.anyMatch((text) -> text.startsWith("5 files: Not read here"))
			.anyMatch((text) -> text.startsWith("5 files:") && text.contains("no text"));
		assertThat(browser.driver().findElements(By.cssSelector(".message"))).isEmpty();
		browser.screenshot("5-uploads");
		assertThat(browser.accessibilityFindings()).isEmpty();
		browser.find("#uploads-close").click();
		assertThat(browser.focused().getDomAttribute("id")).isEqualTo("file");
	}

	@Test
	void afterDeletingTheFocusIsAtTheNeighbour() throws IOException {
		// Of a name that no other test uses: the list is not to change meanwhile.
		upload("mole.md", "# The mole\n\nThe mole of the harbour is of granite.");
		browser.find("[aria-label='Delete mole.md']").sendKeys(Keys.ENTER);
		browser.await("#confirm[open]");
		browser.screenshot("6-delete");
		assertThat(browser.focused().getText()).isEqualTo("Keep it");
		browser.find("#confirm button[value='delete']").sendKeys(Keys.ENTER);
		browser.await(".documents:not(:has([aria-label='Delete mole.md']))");
		browser.until(() -> String.valueOf(browser.focused().getDomAttribute("aria-label")).startsWith("Delete "));
	}

	@Test
	void whatWasReadIsShownAndADeletedDocumentOfAFolderComesBack() throws IOException {
		WebElement bees = browser.await(".document.READY:has([aria-label='Delete notes/bees.md'])");
		bees.findElement(By.cssSelector(".report summary")).click();
		assertThat(bees.findElement(By.cssSelector(".report dl")).getText()).contains("Bees", "2 sections",
				"characters");
		browser.screenshot("12-report");
		browser.find("[aria-label='Delete notes/bees.md']").click();
		browser.await("#confirm[open]");
		browser.find("#confirm button[value='delete']").click();
		browser.await("#excluded summary").click();
		browser.screenshot("13-restore");
		assertThat(browser.accessibilityFindings()).isEmpty();
		browser.await("[aria-label='Restore notes/bees.md']").click();
		browser.await(".document.READY:has([aria-label='Delete notes/bees.md'])");
		browser.until(() -> !browser.find("#excluded").isDisplayed());
	}

	@Test
	void everythingIsReachedByKeyboardAndNothingOverflowsOnAPhone() throws IOException {
		browser.resize(500, 900);
		browser.dark(true);
		browser.find("body").sendKeys("/");
		assertThat(browser.focused().getDomAttribute("id")).isEqualTo("question");
		browser.focused().sendKeys("How do bees live in winter?", Keys.ENTER);
		browser.await(".turn .badge:not(:empty)");
		browser.screenshot("7-phone-dark");
		assertThat(browser.overflow()).isLessThanOrEqualTo(0);
		browser.find(".turn .cite").sendKeys(Keys.ENTER);
		assertThat(browser.focused().getDomAttribute("class")).contains("passage");
		browser.find("#documents-toggle").sendKeys(Keys.ENTER);
		assertThat(browser.await(".document.READY").getText()).isNotBlank();
		browser.screenshot("8-phone-documents");
		assertThat(browser.overflow()).isLessThanOrEqualTo(0);
		assertThat(browser.accessibilityFindings()).isEmpty();
		assertThat(browser.violations()).isEmpty();
	}

	@Test
	void controlsThatRepeatHaveNamesOfTheirOwn() {
		browser.ask("What do bees make in summer?");
		browser.ask("How do bees live in winter?");
		browser.driver().executeScript("document.querySelectorAll('details.sources').forEach((d) => d.open = true)");
		Object names = browser.driver().executeScript("""
				return [...document.querySelectorAll('button, a, summary')]
					.filter((control) => control.checkVisibility() && !control.matches('.cite'))
					.map((control) => control.getAttribute('aria-label') || control.textContent.trim());""");
		assertThat((List<?>) names).hasSizeGreaterThan(8).doesNotHaveDuplicates();
	}

	@Test
	void documentTextIsNeverMarkup() {
		upload("hostile.txt",
				"The secret ingredient is <img src=x onerror=\"document.title='taken over'\"> <script>document.title='taken over'</script> **cardamom** of course.");
		browser.ask("What is the secret ingredient?");
		browser.driver().executeScript("document.querySelector('details.sources').open = true");
		assertThat(browser.find(".passages").getText()).contains("<script>").contains("**cardamom**");
		assertThat(browser.driver().getTitle()).isEqualTo("Ask your documents");
		assertThat(browser.driver().findElements(By.cssSelector("main img, main script"))).isEmpty();
	}

	@Test
	void aReloadKeepsTheConversationAndANewOneBeginsEmpty() {
		browser.ask("What do bees make in summer?");
		browser.driver().navigate().refresh();
		assertThat(browser.await(".turn .badge:not(:empty)").getText()).isEqualTo("Quoted");
		assertThat(browser.find(".asked").getText()).isEqualTo("What do bees make in summer?");
		browser.find("#new-conversation").click();
		assertThat(browser.driver().findElements(By.cssSelector(".turn"))).isEmpty();
		assertThat(browser.focused().getDomAttribute("id")).isEqualTo("question");
	}

	private static void upload(String name, String content) {
		browser.find("#file").sendKeys(write(name, content).toString());
		browser.await(".document.READY:has([aria-label='Delete " + name + "'])");
	}

	private static Path write(String name, String content) {
		try {
			return Files.writeString(directory.resolve(name), content);
		}
		catch (IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
	}

}
