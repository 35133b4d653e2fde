package io.github.hnswspring.console.browser;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

import org.springframework.context.ConfigurableApplicationContext;

/**
 * The console in a browser, as somebody uses it who reads what is on the screen. Confined
 * to one test.
 */
final class Page implements AutoCloseable {

	/** Collects what keeps the page busy for more than 50 ms. */
	private static final String WATCH = "window.longTasks = []; new PerformanceObserver((list) => "
			+ "window.longTasks.push(...list.getEntries())).observe({ entryTypes: ['longtask'] });";

	private final Browser browser;

	private final String address;

	private final String store;

	private int clicks;

	private Page(Browser browser, String address, String store) {
		this.browser = browser;
		this.address = address;
		this.store = store;
	}

	static Page open(ConfigurableApplicationContext context, String store) throws IOException {
		Browser browser = Browser.open();
		browser.driver().executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", WATCH));
		return new Page(browser, "http://localhost:" + context.getEnvironment().getRequiredProperty("local.server.port")
				+ "/hnsw-console/", store);
	}

	Browser browser() {
		return this.browser;
	}

	/** Loads the page anew, with a screen. */
	void load(String screen) {
		this.browser.driver().get("about:blank");
		this.browser.driver().get(this.address + "#" + screen);
		this.browser.await("#screen h2");
	}

	/** Loads the page anew, chooses the store and goes to a screen. */
	void show(String screen) {
		load("health");
		this.browser.find("#store option[value='" + this.store + "']").click();
		this.browser.driver().executeScript("location.hash = '#' + arguments[0]", screen);
		this.browser.await("#screen .screen." + screen.replaceAll("\\?.*", ""));
	}

	String text(String selector) {
		return this.browser.text(selector);
	}

	void type(String label, String text) {
		this.browser.until(() -> {
			Optional<WebElement> found = this.browser.driver()
				.findElements(By.cssSelector("label.field"))
				.stream()
				.filter((field) -> field.getText().startsWith(label))
				.findFirst()
				.map((field) -> field.findElement(By.cssSelector("input")));
			found.ifPresent((input) -> {
				input.clear();
				input.sendKeys(text);
			});
			return found.isPresent();
		});
	}

	void choose(String selector, String value) {
		this.browser.find(selector + " option[value='" + value + "']").click();
	}

	void press(String text) {
		By buttons = By.cssSelector("button");
		this.browser.until(() -> {
			Optional<WebElement> found = this.browser.driver()
				.findElements(buttons)
				.stream()
				.filter((button) -> button.getText().equals(text) && button.isEnabled())
				.findFirst();
			found.ifPresent(WebElement::click);
			return found.isPresent();
		});
		this.clicks++;
	}

	void pressFirst(String selector) {
		this.browser.await(selector).click();
		this.clicks++;
	}

	/** Buttons pressed since {@link #forgetClicks}. */
	int clicks() {
		return this.clicks;
	}

	void forgetClicks() {
		this.clicks = 0;
	}

	void forgetTasks() {
		this.browser.driver().executeScript("window.longTasks = []");
	}

	@Override
	public void close() {
		this.browser.close();
	}

}
