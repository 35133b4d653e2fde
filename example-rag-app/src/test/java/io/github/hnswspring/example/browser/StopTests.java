package io.github.hnswspring.example.browser;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.hnswspring.example.answer.SilentModelApplication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.openqa.selenium.Keys;

import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A person who has read enough, asks something else or goes away does not keep the model
 * busy.
 */
@EnabledIf(value = "io.github.hnswspring.example.browser.Browser#isInstalled",
		disabledReason = "No chromium and chromedriver on the path: the browser test is skipped")
@ActiveProfiles("openai")
@TestPropertySource(properties = "rag.concurrent-answers=1")
class StopTests extends SilentModelApplication {

	@Test
	void theStopButtonEndsTheRequestToTheModelAndKeepsWhatWasSaid() throws Exception {
		try (Browser browser = open()) {
			CountDownLatch closed = ask(browser, "How high is the tower?");
			assertThat(browser.find("#answer-text").getDomAttribute("aria-busy")).isEqualTo("true");
			browser.screenshot("6-stop");
			browser.find("#stop-button").sendKeys(Keys.ENTER);
			assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
			assertThat(browser.await("#answer-note").getText()).startsWith("Stopped");
			assertThat(browser.find("#answer-text").getText()).isEqualTo("The tower");
			assertThat(browser.find("#answer-text").getDomAttribute("aria-busy")).isEqualTo("false");
			assertThat(browser.find("#stop-button").isDisplayed()).isFalse();
			assertThat(browser.driver().switchTo().activeElement().getDomAttribute("id")).isEqualTo("question");
			browser.screenshot("7-stopped");
		}
	}

	@Test
	void aNewQuestionEndsTheRequestOfTheFormerOne() throws Exception {
		try (Browser browser = open()) {
			CountDownLatch closed = ask(browser, "How high is the tower?");
			model.says("It is a tower [1].");
			browser.find("#question").clear();
			browser.find("#question").sendKeys("What is it?", Keys.ENTER);
			assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
			browser.await("#answer-mode:not(:empty)");
			assertThat(browser.find("#answer-text").getText()).startsWith("It is a tower");
		}
	}

	@Test
	void aPageThatIsLeftEndsItsRequest() throws Exception {
		try (Browser browser = open()) {
			CountDownLatch closed = ask(browser, "How high is the tower?");
			browser.driver().get("about:blank");
			assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
		}
	}

	private Browser open() throws IOException {
		Browser browser = Browser.open(false);
		browser.driver().get("http://127.0.0.1:" + this.port + "/");
		browser.await(".document.READY");
		return browser;
	}

	/** The model begins to answer, and says no more. */
	private static CountDownLatch ask(Browser browser, String question) throws IOException {
		CountDownLatch closed = new CountDownLatch(1);
		model.answers((exchange) -> {
			exchange.begin();
			exchange.piece("The tower ");
			exchange.awaitClosed(closed);
		});
		browser.find("#question").sendKeys(question, Keys.ENTER);
		browser.await("#answer-text p");
		assertThat(closed.getCount()).isOne();
		return closed;
	}

}
