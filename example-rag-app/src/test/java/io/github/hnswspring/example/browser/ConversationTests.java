package io.github.hnswspring.example.browser;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.hnswspring.example.answer.SilentModelApplication;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A person talks with a chat model about the documents; and one who has read enough, asks
 * something else or goes away does not keep the model busy.
 */
@ActiveProfiles("openai")
@TestPropertySource(properties = "rag.concurrent-answers=1")
class ConversationTests extends SilentModelApplication {

	@RegisterExtension
	private static final Browser browser = new Browser();

	@BeforeEach
	void load() {
		browser.load(this.port);
	}

	@Test
	void followUpQuestionsAreCompletedAndTheHistoryStays() throws IOException {
		assertThat(browser.find("#status").getText()).contains("answers written by fake");
		model.says("The tower is sixty-three metres high [1].");
		browser.ask("How high is the tower?");
		assertThat(turn(1, ".badge").getText()).isEqualTo("Written by fake");
		assertThat(browser.find("#follow-up").isDisplayed()).as("a chat model completes questions").isFalse();
		model.answers((exchange) -> {
			boolean rewriting = model.lastRequest().path("messages").toString().contains("that it is understood");
			exchange.begin();
			exchange.piece(rewriting ? "What is the height of the tower in feet?" : "About 207 feet [1].");
			exchange.end();
		});
		browser.ask("And in feet?");
		assertThat(turn(2, ".rewritten").getText()).isEqualTo("Searched for: What is the height of the tower in feet?");
		assertThat(turn(1, ".prose").getText()).startsWith("The tower is sixty-three");
		assertThat(turn(2, ".prose").getText()).startsWith("About 207 feet");
		assertThat(model.lastRequest().path("messages").toString()).contains("sixty-three metres high [1]");
		browser.screenshot("9-conversation");
		assertThat(browser.accessibilityFindings()).isEmpty();
		assertThat(browser.violations()).isEmpty();
	}

	@Test
	void markdownIsShownAndNothingElse() throws IOException {
		model.says("""
				# Height

				The tower is **63 metres** high [1], and not `[1]`.

				| Part | Height |
				|---|---|
				| Roof | 9 m |

				```java
				int metres = 63; // [1]
				```

				<script>document.title = 'taken over'</script>
				<img src=x onerror="document.title = 'taken over'">

				![see](https://example.org/x.png) [here](javascript:document.title='taken-over')
				""");
		browser.ask("How high is the tower?");
		WebElement text = turn(1, ".prose");
		assertThat(text.findElement(By.tagName("h4")).getText()).isEqualTo("Height");
		assertThat(text.findElement(By.cssSelector("td")).getText()).isEqualTo("Roof");
		assertThat(text.findElement(By.cssSelector("pre code")).getText()).isEqualTo("int metres = 63; // [1]");
		assertThat(text.findElements(By.cssSelector(".cite"))).hasSize(1);
		assertThat(text.getText()).contains("<script>", "<img", "see", "here (javascript:");
		assertThat(text.findElements(By.cssSelector("img, script, a:not(.cite)"))).isEmpty();
		assertThat(browser.driver().getTitle()).isEqualTo("Ask your documents");
		assertThat(text.findElement(By.cssSelector(".copy")).getDomAttribute("aria-label")).isEqualTo("Copy code 1");
		browser.screenshot("10-markdown");
		assertThat(browser.accessibilityFindings()).isEmpty();
		assertThat(browser.violations()).isEmpty();
	}

	@Test
	void anAnswerThatBreaksOffIsKept() throws IOException {
		model.answers((exchange) -> {
			exchange.begin();
			exchange.piece("The tower is ");
			exchange.disconnect();
		});
		browser.find("#question").sendKeys("How high is the tower?", Keys.ENTER);
		assertThat(browser.await(".turn .note").getText()).contains("broke");
		assertThat(turn(1, ".prose").getText()).isEqualTo("The tower is");
		assertThat(browser.announced("broke")).isEqualTo(browser.find(".turn .note").getText());
		browser.driver().navigate().refresh();
		assertThat(browser.await(".turn .prose").getText()).isEqualTo("The tower is");
	}

	@Test
	void theStopButtonEndsTheRequestToTheModelAndKeepsWhatWasSaid() throws Exception {
		CountDownLatch closed = begin("How high is the tower?");
		assertThat(turn(1, ".prose").getDomAttribute("aria-busy")).isEqualTo("true");
		browser.find("#stop-button").sendKeys(Keys.ENTER);
		assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
		assertThat(browser.await(".turn .note").getText()).startsWith("Stopped");
		assertThat(turn(1, ".prose").getText()).isEqualTo("The tower");
		assertThat(turn(1, ".prose").getDomAttribute("aria-busy")).isEqualTo("false");
		assertThat(browser.find("#stop-button").isDisplayed()).isFalse();
		assertThat(browser.focused().getDomAttribute("id")).isEqualTo("question");
		browser.screenshot("11-stopped");
	}

	@Test
	void aNewQuestionEndsTheRequestOfTheFormerOne() throws Exception {
		CountDownLatch closed = begin("How high is the tower?");
		model.says("It is a tower [1].");
		browser.find("#question").sendKeys("What is it?", Keys.ENTER);
		assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
		browser.await(".turn:nth-child(2) .badge:not(:empty)");
		assertThat(turn(2, ".prose").getText()).startsWith("It is a tower");
	}

	@Test
	void aPageThatIsLeftEndsItsRequest() throws Exception {
		CountDownLatch closed = begin("How high is the tower?");
		browser.driver().get("about:blank");
		assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
	}

	private static WebElement turn(int number, String selector) {
		return browser.find(".turn:nth-child(" + number + ") " + selector);
	}

	/** The model begins to answer, and says no more. */
	private static CountDownLatch begin(String question) {
		CountDownLatch closed = new CountDownLatch(1);
		model.answers((exchange) -> {
			exchange.begin();
			exchange.piece("The tower ");
			exchange.awaitClosed(closed);
		});
		browser.find("#question").sendKeys(question, Keys.ENTER);
		browser.await(".turn .prose p");
		assertThat(closed.getCount()).isOne();
		return closed;
	}

}
