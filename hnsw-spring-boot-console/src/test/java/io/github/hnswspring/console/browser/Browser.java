package io.github.hnswspring.console.browser;

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

import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
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
 * A headless Chromium from the system's packages. Nothing is downloaded: without both
 * programs on the path there is no browser.
 */
final class Browser implements AutoCloseable {

	private final ChromeDriver driver;

	private final Path profile;

	private Browser(ChromeDriver driver, Path profile) {
		this.driver = driver;
		this.profile = profile;
	}

	static boolean isInstalled() {
		return program("chromium", "chromium-browser", "google-chrome").isPresent()
				&& program("chromedriver").isPresent();
	}

	static Browser open() throws IOException {
		Path profile = Files.createTempDirectory("browser-test");
		ChromeOptions options = new ChromeOptions();
		options.setBinary(program("chromium", "chromium-browser", "google-chrome").orElseThrow().toFile());
		options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
				"--disable-background-networking", "--disable-component-update", "--disable-sync",
				"--disable-dev-shm-usage", "--user-data-dir=" + profile, "--window-size=1280,1000");
		ChromeDriverService service = new ChromeDriverService.Builder()
			.usingDriverExecutable(program("chromedriver").orElseThrow().toFile())
			.usingAnyFreePort()
			.withSilent(true)
			.build();
		return new Browser(new ChromeDriver(service, options), profile);
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

	/** The text of the first that matches, empty if nothing does. */
	String text(String selector) {
		return waiting().until((driver) -> driver.findElements(By.cssSelector(selector))
			.stream()
			.map(WebElement::getText)
			.findFirst()
			.orElse(""));
	}

	/** Waits until something is so. */
	void until(BooleanSupplier condition) {
		waiting().until((driver) -> condition.getAsBoolean());
	}

	/** Looks again for what the page has replaced in the middle of a look. */
	private FluentWait<WebDriver> waiting() {
		return new WebDriverWait(this.driver, Duration.ofSeconds(60)).ignoring(StaleElementReferenceException.class);
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

	/** As if somebody pulled the plug. */
	void offline(boolean offline) {
		this.driver.executeCdpCommand("Network.enable", Map.of());
		this.driver.executeCdpCommand("Network.emulateNetworkConditions",
				Map.of("offline", offline, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1));
	}

	/** For people to look at, in the output of the build. */
	void screenshot(String name) throws IOException {
		Path folder = Path.of("target", "screenshots");
		Files.createDirectories(folder);
		Files.write(folder.resolve(name + ".png"), this.driver.getScreenshotAs(OutputType.BYTES));
	}

	private static Optional<Path> program(String... names) {
		Stream<String> directories = Stream
			.of(System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator));
		return directories.flatMap((directory) -> Stream.of(names).map((name) -> Path.of(directory, name)))
			.filter(Files::isExecutable)
			.findFirst();
	}

	@Override
	public void close() {
		this.driver.quit();
		try (Stream<Path> files = Files.walk(this.profile)) {
			files.sorted(java.util.Comparator.reverseOrder()).forEach((file) -> file.toFile().delete());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
