package io.github.hnswspring.example.browser;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.FluentWait;
import org.openqa.selenium.support.ui.WebDriverWait;

/**
 * A headless Chromium from the system's packages, opened once for a class of tests.
 * Nothing is downloaded: without both programs on the path these are skipped.
 */
final class Browser implements ExecutionCondition, BeforeAllCallback, AfterAllCallback {

	private ChromeDriver driver;

	private Path profile;

	@Override
	public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
		return (chromium().isPresent() && program("chromedriver").isPresent())
				? ConditionEvaluationResult.enabled("Both are there")
				: ConditionEvaluationResult.disabled("No chromium and chromedriver on the path: the test is skipped");
	}

	@Override
	public void beforeAll(ExtensionContext context) throws IOException {
		this.profile = Files.createTempDirectory("browser-test");
		ChromeOptions options = new ChromeOptions();
		options.setBinary(chromium().orElseThrow().toFile());
		options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
				"--disable-background-networking", "--disable-component-update", "--disable-sync",
				"--disable-dev-shm-usage", "--user-data-dir=" + this.profile, "--window-size=1280,1000");
		ChromeDriverService service = new ChromeDriverService.Builder()
			.usingDriverExecutable(program("chromedriver").orElseThrow().toFile())
			.usingAnyFreePort()
			.withSilent(true)
			.build();
		this.driver = new ChromeDriver(service, options);
	}

	/** Opens the page as one who comes for the first time, once there is a document. */
	void load(int port) {
		this.driver.get("http://127.0.0.1:" + port + "/");
		this.driver.executeScript("sessionStorage.clear()");
		this.driver.navigate().refresh();
		await(".document.READY");
		violations();
	}

	/** Asks, and waits for the end of the answer. */
	void ask(String question) {
		int before = this.driver.findElements(By.cssSelector(".turn")).size();
		find("#question").sendKeys(question, Keys.ENTER);
		await(".turn:nth-child(" + (before + 1) + ") .badge:not(:empty)");
	}

	ChromeDriver driver() {
		return this.driver;
	}

	WebElement find(String selector) {
		return this.driver.findElement(By.cssSelector(selector));
	}

	/** Waits until something matches and is shown. */
	WebElement await(String selector) {
		return waiting().until((driver) -> driver.findElements(By.cssSelector(selector))
			.stream()
			.filter(WebElement::isDisplayed)
			.findFirst()
			.orElse(null));
	}

	/** Waits until something is so. */
	void until(BooleanSupplier condition) {
		waiting().until((driver) -> condition.getAsBoolean());
	}

	/** Looks again for what the page has replaced in the middle of a look. */
	private FluentWait<WebDriver> waiting() {
		return new WebDriverWait(this.driver, Duration.ofSeconds(60)).ignoring(StaleElementReferenceException.class);
	}

	/** What a screen reader is told next that has a part; it is told a frame later. */
	String announced(String part) {
		return waiting().until((driver) -> {
			String text = String.valueOf(find("#announcement").getDomProperty("textContent"));
			return text.contains(part) ? text : null;
		});
	}

	/** The element with the focus. */
	WebElement focused() {
		return this.driver.switchTo().activeElement();
	}

	/** What the page was kept from doing, and script errors, since the last time. */
	List<String> violations() {
		return this.driver.manage().logs().get(LogType.BROWSER).getAll().stream().map(LogEntry::getMessage).toList();
	}

	/** Findings of axe-core that are serious or critical, each with what it is about. */
	List<String> accessibilityFindings() throws IOException {
		try (InputStream script = Objects.requireNonNull(Browser.class.getResourceAsStream("/axe.min.js"))) {
			this.driver.executeScript(new String(script.readAllBytes(), StandardCharsets.UTF_8));
		}
		Object found = this.driver.executeAsyncScript(
				"""
						const done = arguments[arguments.length - 1];
						axe.run().then((result) => done(result.violations
							.filter((violation) => ['serious', 'critical'].includes(violation.impact))
							.map((violation) => violation.id + ': ' + violation.nodes.map((node) => node.html).join(' '))));""");
		return ((List<?>) Objects.requireNonNull(found)).stream().map(String::valueOf).toList();
	}

	/** How far the page is wider than its window. */
	int overflow() {
		Object width = this.driver
			.executeScript("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
		return ((Number) Objects.requireNonNull(width)).intValue();
	}

	void dark(boolean dark) {
		this.driver.executeCdpCommand("Emulation.setEmulatedMedia",
				Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
	}

	void resize(int width, int height) {
		this.driver.manage().window().setSize(new Dimension(width, height));
	}

	/** For people: saved only when a folder is named with -Dexample.screenshots=. */
	void screenshot(String name) throws IOException {
		String folder = System.getProperty("example.screenshots", "");
		if (!folder.isEmpty()) {
			Files.createDirectories(Path.of(folder));
			Files.write(Path.of(folder, name + ".png"), this.driver.getScreenshotAs(OutputType.BYTES));
		}
	}

	private static Optional<Path> chromium() {
		return program("chromium", "chromium-browser", "google-chrome");
	}

	private static Optional<Path> program(String... names) {
		Stream<String> directories = Stream
			.of(System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator));
		return directories.flatMap((directory) -> Stream.of(names).map((name) -> Path.of(directory, name)))
			.filter(Files::isExecutable)
			.findFirst();
	}

	@Override
	public void afterAll(ExtensionContext context) {
		this.driver.quit();
		try (Stream<Path> files = Files.walk(this.profile)) {
			files.sorted(java.util.Comparator.reverseOrder()).forEach((file) -> file.toFile().delete());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
