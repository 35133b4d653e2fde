package io.github.hnswspring.ingest;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import io.github.hnswspring.ingest.reading.ReadingLimits;
import io.github.hnswspring.ingest.reading.UnreadableDocumentException;
import io.github.hnswspring.vectorstore.DocumentPageRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.FileSystemUtils;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** Folders, a store, and what happens to them in between. */
@ExtendWith(OutputCaptureExtension.class)
class FolderIngestionTests {

	private static final IngestTiming QUICK = new IngestTiming(Duration.ofMillis(100), Duration.ofMillis(200),
			Duration.ofMillis(400));

	private static final ReadingLimits LIMITS = new ReadingLimits(DataSize.ofMegabytes(1), 100_000,
			Duration.ofSeconds(30), DataSize.ofMegabytes(256));

	@TempDir
	private Path directory;

	private final CountingModel model = new CountingModel();

	private final List<IngestEvent> events = new CopyOnWriteArrayList<>();

	/** How often the model had failed when each round ended. */
	private final List<Integer> failures = new CopyOnWriteArrayList<>();

	private Path folder;

	private HnswVectorStore store;

	private Ingestion ingestion;

	@BeforeEach
	void folder() throws IOException {
		this.folder = Files.createDirectory(this.directory.resolve("my notes"));
		write("bees.md", "# Bees\n\nBees make honey.");
		write("deep/otters.txt", "Otters sleep holding hands.");
	}

	@AfterEach
	void stop() {
		if (this.ingestion != null) {
			this.ingestion.stop();
			this.store.close();
		}
	}

	private void write(String path, String text) throws IOException {
		Path file = this.folder.resolve(path);
		Files.createDirectories(file.getParent());
		Files.writeString(file, text);
	}

	private void start(boolean watch, IngestSource... sources) {
		this.store = HnswVectorStore.builder(this.model).directory(this.directory.resolve("store")).build();
		this.store.start();
		this.ingestion = new FolderIngestion(this.store, new IngestSettings(Arrays.asList(sources), watch, 20, LIMITS),
				(event) -> told((IngestEvent) event), QUICK);
		this.ingestion.start();
	}

	private void told(IngestEvent event) {
		if (event instanceof IngestEvent.RoundEnded) {
			this.failures.add(this.model.failed.get());
		}
		this.events.add(event);
	}

	private List<RoundSummary> rounds() {
		return this.events.stream()
			.filter(IngestEvent.RoundEnded.class::isInstance)
			.map((event) -> ((IngestEvent.RoundEnded) event).summary())
			.toList();
	}

	private RoundSummary started(boolean watch, IngestSource... sources) throws Exception {
		start(watch, sources);
		// Served by the first round if that has not begun, else by the next.
		await(() -> !rounds().isEmpty() && !this.ingestion.progress().running());
		List<RoundSummary> rounds = rounds();
		return rounds.get(rounds.size() - 1);
	}

	private void restart() {
		this.ingestion.stop();
		this.store.close();
		this.events.clear();
		this.model.texts.set(0);
	}

	private RoundSummary rescan() throws Exception {
		return this.ingestion.rescan().get(60, TimeUnit.SECONDS);
	}

	private static void await(BooleanSupplier condition) throws InterruptedException {
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
		while (!condition.getAsBoolean()) {
			assertThat(System.nanoTime()).as("waited for a minute").isLessThan(deadline);
			Thread.sleep(20);
		}
	}

	private IngestSource notes() {
		return IngestSource.of(this.folder.toString());
	}

	private List<String> sources() {
		return this.ingestion.documents()
			.stream()
			.filter((document) -> document.state() == DocumentInfo.State.READY)
			.map(DocumentInfo::source)
			.toList();
	}

	@Test
	void aFolderFillsTheStoreAndASecondStartEmbedsNothing(CapturedOutput output) throws Exception {
		RoundSummary first = started(false, notes());
		assertThat(first.added()).isEqualTo(2);
		assertThat(first.embedded()).isEqualTo(2).isEqualTo(this.model.texts.get());
		assertThat(sources()).containsExactly("my notes/bees.md", "my notes/deep/otters.txt");
		assertThat(output).contains("2 new; 2 passages, 2 embeddings computed, 0 known");
		assertThat(this.ingestion.statistics().characters()).isEqualTo(43);

		restart();
		RoundSummary second = started(false, notes());
		assertThat(second.unchanged()).isEqualTo(2);
		assertThat(second.added() + second.changed() + second.removed()).isZero();
		assertThat(this.model.texts).hasValue(0);
		assertThat(output).contains("2 unchanged").doesNotContain("honey");
	}

	@Test
	void changesAreNoticedWithoutBeingAskedFor() throws Exception {
		started(true, notes());
		write("bees.md", "# Bees\n\nBees make honey.\n\n# Wasps\n\nWasps do not.");
		write("new.md", "# New\n\nThis is new.");
		await(() -> this.store.count() == 4 && sources().size() == 3);
		Files.move(this.folder.resolve("new.md"), this.folder.resolve("renamed.md"));
		await(() -> sources().contains("my notes/renamed.md") && !sources().contains("my notes/new.md"));
		Files.delete(this.folder.resolve("bees.md"));
		await(() -> this.store.count() == 2);
		assertThat(sources()).containsExactly("my notes/deep/otters.txt", "my notes/renamed.md");
		assertThat(this.model.texts).as("what was renamed is known").hasValue(4);
	}

	@Test
	void whatIsNotTakenAlthoughOneWouldThinkSoIsToldOnce(CapturedOutput output) throws Exception {
		write("notes.md.bak", "No format.");
		started(false, notes(), IngestSource.of(this.folder + "/BEEES.md"));
		rescan();
		assertThat(output.toString().split("does not exist: there is no ", -1)).hasSize(2);
		assertThat(output).contains("Left out: BEEES.md (does not exist").doesNotContain("notes.md.bak");
	}

	@Test
	void aSourceThatGivesNoDocumentIsToldOnceWithWhatWasLookedFor(CapturedOutput output) throws Exception {
		Path empty = Files.createDirectory(this.directory.resolve("empty"));
		Path pictures = Files.createDirectory(this.directory.resolve("pictures"));
		Files.createFile(pictures.resolve("a.png"));
		Files.createFile(pictures.resolve("b.png"));
		Path hidden = Files.createDirectory(this.directory.resolve("hidden"));
		Files.createFile(hidden.resolve(".gitkeep"));
		Path file = Files.createFile(this.directory.resolve("notes.xyz"));
		started(false, notes(), IngestSource.of(empty.toString()), IngestSource.of(pictures.toString()),
				IngestSource.of(hidden.toString()), IngestSource.of(file.toString()),
				IngestSource.of(this.folder + "/**/*.pdf"),
				IngestSource.owned("uploads", this.directory.resolve("up")));
		rescan();
		assertThat(output).contains("Source " + empty + " gives no document: " + empty + " is empty. ",
				"none of 2 files in " + pictures + " and below has an ending of a format that is read. Files are read "
						+ "that end with .md, ",
				hidden + " has nothing but hidden files", file + " has no ending of a format that is read",
				"none of 2 files in " + this.folder + " and below matches the pattern **/*.pdf",
				"or correct hnsw.ingest.sources");
		assertThat(output.toString().split("gives no document", -1)).as("five sources, once each").hasSize(6);
	}

	@Test
	void aRoundThatFindsAllAsTheOneBeforeDoesNotTellItAgain(CapturedOutput output) throws Exception {
		write("binary.md", "\u0000\u0001\u0002");
		started(false, notes());
		rescan();
		assertThat(output.toString().split("my notes/binary.md", -1)).as("told once").hasSize(2);
		assertThat(output).contains("nothing has changed since the round before");
		write("bees.md", "# Bees\n\nBees dance.");
		rescan();
		assertThat(output).contains("1 changed, 1 unchanged, 1 failed");
	}

	@Test
	void whatFailsAgainAfterItWasWellIsToldAgain(CapturedOutput output) throws Exception {
		String text = "# Bees\n\nBees dance.";
		write("bees.md", text);
		started(true, notes());
		write("bees.md", "");
		await(() -> failures(output) == 1);
		write("bees.md", text);
		await(() -> output.toString().contains("what had failed before is as it was read last"));
		write("bees.md", "");
		await(() -> failures(output) == 2);
	}

	private static int failures(CapturedOutput output) {
		return output.toString().split("my notes/bees.md", -1).length - 1;
	}

	@Test
	void aRoundThatIsStoppedSaysHowFarItCameAndThatItGoesOn(CapturedOutput output) throws Exception {
		for (int file = 0; file < 12; file++) {
			write("part" + file + ".md", "Text of file " + file);
		}
		this.model.before = () -> {
			if (this.model.texts.get() == 3) {
				CompletableFuture.runAsync(this.ingestion::stop, (task) -> new Thread(task).start());
				sleepUntil(() -> !this.ingestion.isRunning());
			}
		};
		start(false, notes());
		await(() -> output.toString().contains("Ingesting was stopped"));
		assertThat(output)
			.containsPattern(
					"was stopped after [34] of 14 files and goes on at the next start: [34] new; [34] passages")
			.doesNotContain("nothing to do", "failed");
		this.model.before = () -> {
		};
		restart();
		assertThat(started(false, notes()).unchanged()).isBetween(3, 4);
		assertThat(sources()).hasSize(14);
	}

	private static void sleepUntil(BooleanSupplier condition) {
		try {
			await(condition);
			// What is running no more is told to stop at once.
			Thread.sleep(200);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Test
	void aTildeIsTheHomeDirectory() {
		Path home = Path.of(System.getProperty("user.home"));
		assertThat(IngestSource.of("~/my notes").path()).isEqualTo(home.resolve("my notes"));
		assertThat(IngestSource.of("~").path()).isEqualTo(home);
		assertThat(IngestSource.of("~/*.md")).extracting(IngestSource::path, IngestSource::pattern, IngestSource::name)
			.containsExactly(home, "*.md", "~");
		assertThat(IngestSource.of("./~/notes").path()).as("a folder that is called so").isEqualTo(Path.of("~/notes"));
		assertThat(IngestSource.of("~notes").path()).isEqualTo(Path.of("~notes"));
	}

	@Test
	void aFolderThatIsMissingOrEmptyKeepsItsDocuments(CapturedOutput output) throws Exception {
		started(false, notes());
		Path away = this.directory.resolve("away");
		Files.move(this.folder, away);
		RoundSummary missing = rescan();
		assertThat(missing.kept()).isEqualTo(2);
		assertThat(missing.removed()).isZero();
		Files.createDirectory(this.folder);
		assertThat(rescan().kept()).isEqualTo(2);
		assertThat(this.store.count()).isEqualTo(2);
		assertThat(output).contains("does not exist", "the working directory is", "is not there", "is empty",
				"stay in the store");
		assertThat(this.ingestion.removeMissing().get(60, TimeUnit.SECONDS).removed()).isEqualTo(2);
		assertThat(this.store.count()).isZero();
		Files.delete(this.folder);
		Files.move(away, this.folder);
		assertThat(rescan().added()).isEqualTo(2);
	}

	@Test
	void anOwnedFolderThatIsNotThereKeepsItsDocuments() throws Exception {
		Path volume = this.directory.resolve("volume");
		started(false, IngestSource.owned("uploads", volume.resolve("uploads")));
		this.ingestion.put("foxes.md", bytes("Foxes bark."));
		await(() -> sources().contains("foxes.md"));
		Files.move(volume, this.directory.resolve("away"));
		assertThat(rescan().kept()).isEqualTo(1);
		assertThat(this.store.count()).isEqualTo(1);
		assertThat(this.ingestion.removeMissing().get(60, TimeUnit.SECONDS).removed()).isEqualTo(1);
	}

	@Test
	void aMountPointWithAHiddenFileIsEmpty() throws Exception {
		started(false, notes());
		Files.move(this.folder, this.directory.resolve("away"));
		write(".gitkeep", "");
		assertThat(rescan().kept()).isEqualTo(2);
		assertThat(this.store.count()).isEqualTo(2);
	}

	@Test
	void aFolderBelowASourceThatIsEmptyOrMissingWithMostDocumentsKeepsThem(CapturedOutput output) throws Exception {
		for (int file = 0; file < 12; file++) {
			write("disk/part/" + file + ".md", "Text of file " + file);
		}
		started(false, notes());
		FileSystemUtils.deleteRecursively(this.folder.resolve("deep"));
		assertThat(rescan().removed()).as("a small folder that is deleted").isEqualTo(1);
		Path disk = this.folder.resolve("disk");
		Files.move(disk, this.directory.resolve("away"));
		assertThat(rescan().kept()).isEqualTo(12);
		Files.createDirectory(disk);
		assertThat(rescan().kept()).isEqualTo(12);
		assertThat(this.store.count()).isEqualTo(13);
		assertThat(output).contains("disk is not there, and with it most documents", "disk is empty, and with it most");
		Files.delete(disk);
		Files.move(this.directory.resolve("away"), this.folder.resolve("renamed"));
		RoundSummary renamed = rescan();
		assertThat(renamed.removed()).isEqualTo(12);
		assertThat(renamed.embedded()).isZero();
	}

	@Test
	void aFolderBelowASourceThatIsEmptiedOrDeletedTakesItsDocumentsWithIt() throws Exception {
		write("deep/er/moles.txt", "Moles dig.");
		started(true, notes());
		Files.delete(this.folder.resolve("deep/otters.txt"));
		await(() -> this.store.count() == 2);
		Files.delete(this.folder.resolve("deep/er/moles.txt"));
		await(() -> this.store.count() == 1);
		assertThat(this.folder.resolve("deep/er")).isEmptyDirectory();
		assertThat(sources()).containsExactly("my notes/bees.md");
	}

	@Test
	void whileItIsWatchedASourceThatGoesIsToldOnceEachTime(CapturedOutput output) throws Exception {
		started(true, notes());
		Path away = this.directory.resolve("away");
		Files.move(this.folder, away);
		await(() -> output.toString().contains("does not exist: there is no " + this.folder)
				&& output.toString().contains("2 because " + this.folder + " is not there"));
		Files.createDirectory(this.folder);
		await(() -> output.toString().contains("2 because " + this.folder + " is empty"));
		assertThat(output).contains(
				"If they are to go, call Ingestion.removeMissing() or, for a single one, Ingestion.delete(id), or take "
						+ "the source out of hnsw.ingest.sources")
			.doesNotContain("delete the empty folder");
		Files.delete(this.folder);
		int before = rounds().size();
		Files.move(away, this.folder);
		await(() -> rounds().stream().skip(before).anyMatch((round) -> round.kept() == 0));
		Files.move(this.folder, away);
		await(() -> output.toString().split("2 because " + this.folder + " is not there", -1).length == 3);
		Thread.sleep(500);
		assertThat(output.toString().split("stay in the store", -1)).as("three states, each told once").hasSize(4);
		assertThat(this.store.count()).isEqualTo(2);
	}

	@Test
	void aDocumentThatStaysWithoutItsFileCanBeDeleted() throws Exception {
		started(false, notes());
		Files.move(this.folder, this.directory.resolve("away"));
		assertThat(this.ingestion.delete(this.ingestion.documents().get(0).id())).isTrue();
		assertThat(rescan().kept()).isOne();
		assertThat(this.store.count()).isOne();
	}

	/**
	 * An editor leaves an empty file in the middle of writing, and so does a full disk.
	 */
	@Test
	void whatWasReadOfAFileThatIsEmptiedIsFoundUntilTheFileIsDeleted() throws Exception {
		started(false, notes());
		write("bees.md", "");
		write("deep/new.md", " ");
		assertThat(rescan().failed()).isEqualTo(2);
		assertThat(message("bees.md")).isEqualTo(
				"The document has no text; what was read of it before is still found, and goes when the file is deleted");
		assertThat(message("new.md")).isEqualTo("The document has no text");
		assertThat(this.store.count()).isEqualTo(2);
		write("bees.md", "# Bees\n\nBees make honey.");
		assertThat(rescan().embedded()).as("what was paid for").isZero();
		write("bees.md", "");
		rescan();
		Files.delete(this.folder.resolve("bees.md"));
		assertThat(rescan().removed()).isOne();
		assertThat(this.store.count()).isOne();
	}

	private String message(String name) {
		return this.ingestion.documents()
			.stream()
			.filter((document) -> document.source().endsWith(name))
			.filter((document) -> document.state() == DocumentInfo.State.FAILED)
			.map(DocumentInfo::message)
			.findFirst()
			.orElseThrow();
	}

	@Test
	void aSourceMayBeWrittenAsTheAddressOfAFile() {
		assertThat(IngestSource.of("file:./handbook")).isEqualTo(IngestSource.of("./handbook"));
		assertThat(IngestSource.of("file:handbook/*.md")).isEqualTo(IngestSource.of("handbook/*.md"));
		assertThat(IngestSource.of("file:///srv/my%20notes")).isEqualTo(IngestSource.of("/srv/my notes"));
		assertThat(IngestSource.of("FILE:/srv/notes")).isEqualTo(IngestSource.of("/srv/notes"));
		assertThat(IngestSource.of("notes: 2024").path()).isEqualTo(Path.of("notes: 2024"));
		assertThat(IngestSource.of("./classpath:docs").path()).isEqualTo(Path.of("classpath:docs"));
		for (String location : List.of("classpath:docs", "classpath*:docs/**", "http://localhost/docs",
				"https://localhost", "s3://bucket/docs")) {
			assertThatIllegalArgumentException().as(location)
				.isThrownBy(() -> IngestSource.of(location))
				.withMessageContainingAll("'" + location + "'", "must be a file, a folder or a glob pattern", "./");
		}
		assertThatIllegalArgumentException().isThrownBy(() -> IngestSource.of("file://handbook"))
			.withMessageContaining("write file:handbook");
		assertThatIllegalArgumentException().isThrownBy(() -> IngestSource.of("file:100%.md"))
			.withMessageContaining("%25");
		assertThatIllegalArgumentException().isThrownBy(() -> IngestSource.of("file:"))
			.withMessageContaining("names no path");
	}

	@Test
	void aSourceThatIsNotNamedAnyMoreTakesItsDocumentsWithIt() throws Exception {
		Path other = Files.createDirectory(this.directory.resolve("other"));
		Files.writeString(other.resolve("foxes.md"), "Foxes bark.");
		started(false, notes(), IngestSource.of(other.toString()));
		restart();
		assertThat(started(false, IngestSource.of(other.toString()),
				IngestSource.of(this.directory.resolve("mistyped").toString()))
			.kept()).isEqualTo(2);
		restart();
		assertThat(started(false, IngestSource.of(other.toString())).removed()).isEqualTo(2);
		assertThat(sources()).containsExactly("other/foxes.md");
	}

	@Test
	void whatIsLeftOutIsListedWithItsReason() throws Exception {
		write(".hidden.md", "x");
		write(".git/config.md", "x");
		write("pom.xml", "<project/>");
		write("target/made.md", "x");
		write("logo.png", "x");
		Path secret = Files.writeString(this.directory.resolve("secret.md"), "Not yours.");
		Files.createSymbolicLink(this.folder.resolve("link.md"), secret);
		Files.createSymbolicLink(this.folder.resolve("up"), this.directory);
		RoundSummary round = started(false, notes());
		assertThat(round.added()).isEqualTo(2);
		assertThat(this.ingestion.skipped()).extracting((file) -> file.path() + ": " + file.reason())
			.containsExactlyInAnyOrder(".hidden.md: hidden", ".git: hidden", "pom.xml: no format that is read",
					"target: made by a build (pom.xml lies beside it)", "logo.png: no format that is read",
					"link.md: symbolic link", "up: symbolic link");
	}

	@Test
	void filesThatKubernetesMountsAreTaken() throws Exception {
		write("..2026/mounted.md", "Mounted.");
		Files.createSymbolicLink(this.folder.resolve("..data"), Path.of("..2026"));
		Files.createSymbolicLink(this.folder.resolve("mounted.md"), Path.of("..data/mounted.md"));
		started(false, notes());
		assertThat(sources()).contains("my notes/mounted.md").hasSize(3);
	}

	@Test
	void foldersOfOneNameAndFilesOfOddNamesStayApart() throws Exception {
		Path other = this.directory.resolve("elsewhere/my notes");
		Files.createDirectories(other);
		Files.writeString(other.resolve("bees.md"), "Other bees sting.");
		write("100% a b.md", "A name with blanks.");
		write("Mu\u0308ller.md", "Decomposed.");
		started(false, notes(), IngestSource.of(other.toString()));
		assertThat(sources()).containsExactlyInAnyOrder("my notes/bees.md", "my notes/deep/otters.txt",
				"my notes/100% a b.md", "my notes/M\u00fcller.md", other + "/bees.md");
		String id = this.ingestion.documents()
			.stream()
			.filter((document) -> document.source().endsWith("ller.md"))
			.findFirst()
			.orElseThrow()
			.id();
		assertThat(this.ingestion.file(id).orElseThrow()).hasContent("Decomposed.");
	}

	@Test
	void aPatternTakesWhatItMatches() throws Exception {
		write("top.txt", "Top.");
		started(false, IngestSource.of(this.folder + "/**/*.txt"), IngestSource.of(this.folder + "/bees.md"));
		assertThat(sources()).containsExactlyInAnyOrder("my notes/deep/otters.txt", "my notes/top.txt", "bees.md");
	}

	@Test
	void foldersInAPatternMayBeNone() throws Exception {
		write("api/v1/a.md", "A.");
		write("x/api/b.md", "B.");
		write("x/c.md", "C.");
		write("x/d.txt", "D.");
		started(false, IngestSource.of(this.folder + "/**/api/**/*.md"),
				IngestSource.of(this.folder + "/{x/**/d,deep/**/otters}.txt"));
		assertThat(sources()).containsExactly("my notes/api/v1/a.md", "my notes/deep/otters.txt", "my notes/x/api/b.md",
				"my notes/x/d.txt");
	}

	/** As they are in any locale that has no such characters. */
	@Test
	void filesWhoseNamesAreNotInTheCharacterSetStayApart() throws Exception {
		Assumptions.assumeTrue(File.separatorChar == '/');
		Process shell = new ProcessBuilder("sh", "-c",
				"printf 'Latin.' > \"$(printf 'lat\\374.md')\"; printf 'Other.' > \"$(printf 'lat\\366.md')\"")
			.directory(this.folder.toFile())
			.start();
		Assumptions.assumeTrue(shell.waitFor() == 0, "this file system takes such names");
		started(false, notes());
		assertThat(sources()).contains("my notes/lat%FC.md", "my notes/lat%F6.md");
	}

	@Test
	void aModelThatIsDownIsAskedAgainAndNothingIsLost(CapturedOutput output) throws Exception {
		for (int file = 0; file < 8; file++) {
			write("more" + file + ".md", "Text of file " + file);
		}
		this.model.down = true;
		RoundSummary round = started(false, notes());
		assertThat(round.waiting()).isEqualTo(10);
		// The next round may have begun meanwhile.
		int asked = this.failures.get(0);
		assertThat(asked).as("no more than three documents were tried in a row").isLessThanOrEqualTo(3 * 3);
		assertThat(this.ingestion.documents()).filteredOn((document) -> document.state() == DocumentInfo.State.FAILED)
			.isNotEmpty()
			.allSatisfy((document) -> assertThat(document.message()).contains("IllegalStateException", "tried again"));
		await(() -> this.model.failed.get() > asked);
		this.model.down = false;
		await(() -> sources().size() == 10);
		assertThat(this.model.texts).hasValue(10);
		assertThat(output).contains("The store or the embedding model failed (IllegalStateException)")
			.doesNotContain("Text of file");
	}

	@Test
	void whatIsDeletedStaysAwayUntilItIsRestoredOrChanges() throws Exception {
		started(false, notes());
		String bees = this.ingestion.documents().get(0).id();
		String otters = this.ingestion.documents().get(1).id();
		assertThat(this.ingestion.delete(bees)).isTrue();
		assertThat(this.ingestion.delete(otters)).isTrue();
		assertThat(this.store.count()).isZero();
		assertThat(this.folder.resolve("bees.md")).exists();

		restart();
		started(false, notes());
		assertThat(sources()).isEmpty();
		assertThat(this.ingestion.excluded()).extracting(ExcludedDocument::source)
			.containsExactly("my notes/bees.md", "my notes/deep/otters.txt");
		assertThat(this.ingestion.restore(bees)).isTrue();
		assertThat(this.ingestion.restore(bees)).isFalse();
		write("deep/otters.txt", "Otters swim.");
		rescan();
		await(() -> sources().size() == 2);
		assertThat(this.ingestion.excluded()).isEmpty();
	}

	@Test
	void aDeletionThatACrashInterruptedIsFinished() throws Exception {
		started(false, notes());
		DocumentInfo bees = this.ingestion.documents().get(0);
		String state = String.valueOf(this.store.list(null, DocumentPageRequest.first(10))
			.documents()
			.stream()
			.map(Document::getMetadata)
			.filter((metadata) -> bees.id().equals(metadata.get(Chunks.DOCUMENT)))
			.findFirst()
			.orElseThrow()
			.get(Chunks.FINGERPRINT));
		restart();
		new Exclusions(this.directory.resolve("store/excluded")).exclude(bees.id(), bees.source(), state);
		Path away = this.directory.resolve("away");
		Files.move(this.folder, away);
		started(false, notes());
		assertThat(this.store.count()).isEqualTo(1);
		Files.move(away, this.folder);
		rescan();
		assertThat(sources()).containsExactly("my notes/deep/otters.txt");
	}

	@Test
	void whatIsDeletedStaysAwayThoughItsSourceIsCalledOtherwiseAndAnExclusionIsDamaged() throws Exception {
		Path other = this.directory.resolve("other/my notes");
		Files.createDirectories(other);
		Files.writeString(other.resolve("foxes.md"), "Foxes bark.");
		IngestSource foxes = IngestSource.of(other.toString());
		started(false, notes(), foxes);
		List<DocumentInfo> all = this.ingestion.documents();
		all.forEach((document) -> this.ingestion.delete(document.id()));
		restart();
		Path excluded = this.directory.resolve("store/excluded");
		Files.write(excluded.resolve("0123.tmp"), new byte[] { 'x', (byte) 0xC3 });
		Files.write(excluded.resolve(all.get(0).id()), new byte[] { 'x', (byte) 0xC3 });
		started(false, foxes, notes());
		assertThat(this.ingestion.documents()).isEmpty();
		assertThat(this.ingestion.excluded()).hasSize(3);
	}

	@Test
	void aFileThatIsReplacedByALinkAfterTheListingIsNotFollowed() throws Exception {
		Path secret = Files.writeString(this.directory.resolve("secret.md"), "Not yours.");
		Path real = this.folder.toRealPath();
		Files.delete(real.resolve("bees.md"));
		Files.createSymbolicLink(real.resolve("bees.md"), secret);
		Files.createSymbolicLink(real.resolve("up"), this.directory);
		assertThatIOException().isThrownBy(() -> SourceContent.read(real.resolve("bees.md"), 100));
		assertThatIOException().isThrownBy(() -> SourceContent.read(real.resolve("up/secret.md"), 100))
			.withMessageContaining("has become a link");
		assertThat(SourceContent.read(real.resolve("deep/otters.txt"), 100)).hasSize(27);
	}

	@Test
	void aFileThatGrowsAllTheTimeDoesNotKeepWhatIsGone() throws Exception {
		started(true, notes());
		Path log = this.folder.resolve("live.txt");
		Files.writeString(log, "line\n");
		Files.delete(this.folder.resolve("bees.md"));
		await(() -> {
			append(log);
			return this.store.count() == 1;
		});
		assertThat(sources()).containsExactly("my notes/deep/otters.txt");
	}

	private static void append(Path file) {
		try {
			Files.writeString(file, "another line\n", StandardOpenOption.APPEND);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Test
	void aFileThatIsPutIntoAFolderIsIngestedAtOnce() throws Exception {
		Path uploads = this.directory.resolve("uploads");
		started(true, notes(), IngestSource.owned("uploads", uploads));
		DocumentInfo document = this.ingestion.put("f\u00f6xes.md", bytes("Foxes bark."));
		assertThat(uploads.resolve("f\u00f6xes.md")).hasContent("Foxes bark.");
		await(() -> sources().contains("f\u00f6xes.md"));
		this.ingestion.put("f\u00f6xes.md", bytes("Foxes bark at night."));
		await(() -> this.ingestion.document(document.id()).orElseThrow().state() == DocumentInfo.State.READY
				&& this.store.count() == 3);
		assertThat(this.ingestion.delete(document.id())).isTrue();
		assertThat(uploads).isEmptyDirectory();
		assertThat(this.ingestion.excluded()).isEmpty();
		for (String name : List.of("../x.md", "a/b.md", "a\\b.md", ".x.md", "x\u0000.md", "nul.md", "x.md ", "")) {
			assertThatIllegalArgumentException().as(name).isThrownBy(() -> this.ingestion.put(name, bytes("x")));
		}
		assertThat(uploads).isEmptyDirectory();
		try (Stream<Path> beside = Files.list(this.directory)) {
			assertThat(beside.map((path) -> path.getFileName().toString())).containsExactlyInAnyOrder("my notes",
					"uploads", "store");
		}
	}

	@Test
	void aBadFileIsToldAndKeepsNoOtherOut(CapturedOutput output) throws Exception {
		write("binary.md", "\u0000\u0001\u0002");
		write("large.txt", "x".repeat(1_100_000));
		RoundSummary round = started(false, notes());
		assertThat(round.failed()).isEqualTo(2);
		assertThat(round.added()).isEqualTo(2);
		assertThat(round.failures().values()).containsExactlyInAnyOrder(List.of("my notes/binary.md"),
				List.of("my notes/large.txt"));
		assertThat(output).contains("hnsw.ingest.max-file-size): my notes/large.txt");
	}

	@Test
	void moreFilesThanAllowedRemoveNone() throws Exception {
		started(false, notes());
		for (int file = 0; file < 25; file++) {
			write("a" + file + ".md", "Number " + file);
		}
		RoundSummary round = rescan();
		assertThat(round.removed()).isZero();
		assertThat(this.ingestion.skipped()).extracting(SkippedFile::reason)
			.contains("more than 20 files (hnsw.ingest.max-files)");
	}

	/** The round is asked for while the end of the one before is being told. */
	@Test
	void aRoundThatHasNotBegunYetCountsAsRunning() throws Exception {
		started(false, notes());
		BlockingQueue<Boolean> running = new LinkedBlockingQueue<>();
		Ingestion again = new FolderIngestion(this.store, new IngestSettings(List.of(), false, 1,
				new ReadingLimits(DataSize.ofMegabytes(1), 1, Duration.ofSeconds(1), DataSize.ofMegabytes(256))),
				(event) -> {
					if (event instanceof IngestEvent.Scan scan && !scan.progress().running() && running.isEmpty()) {
						this.ingestion.rescan();
						running.add(this.ingestion.progress().running());
					}
				}, QUICK);
		this.ingestion.stop();
		this.ingestion = again;
		again.start();
		assertThat(running.poll(60, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void stoppingInTheMiddleLosesNothing() throws Exception {
		FileSystemUtils.deleteRecursively(this.folder.resolve("deep"));
		StringBuilder text = new StringBuilder();
		for (int section = 0; section < 300; section++) {
			text.append("# Part ").append(section).append("\n\nSection number ").append(section).append(".\n\n");
		}
		write("bees.md", text.toString());
		start(false, notes());
		await(() -> this.store.count() >= 32);
		int before = this.model.texts.get();
		this.ingestion.stop();
		this.store.close();
		this.events.clear();
		int paid = this.model.texts.get();
		assertThat(paid - before).isLessThanOrEqualTo(300);
		started(false, notes());
		assertThat(this.store.count()).isEqualTo(300);
		assertThat(this.model.texts).as("each once").hasValue(300);
	}

	@Test
	void documentsThatTheModelRefusesKeepNoOtherOut() throws Exception {
		this.model.refused = "poison";
		for (int file = 0; file < 4; file++) {
			write("a" + file + ".txt", "This is poison number " + file);
		}
		started(false, notes());
		await(() -> sources().size() == 2);
		int failed = this.model.failed.get();
		write("z.txt", "Zebras have stripes.");
		for (int file = 4; file < 8; file++) {
			write("b" + file + ".txt", "This is poison number " + file);
		}
		rescan();
		assertThat(sources()).as("in one round, after three others in a row").contains("my notes/z.txt");
		assertThat(this.model.failed.get() - failed).as("all are tried").isGreaterThanOrEqualTo(8);
	}

	@Test
	void whatFailedAndIsDeletedStaysAwayUntilItsFileChanges() throws Exception {
		write("blank.md", "   ");
		write("large.txt", "x".repeat(1_100_000));
		started(false, notes());
		write("bees.md", "   ");
		rescan();
		List<DocumentInfo> failed = this.ingestion.documents()
			.stream()
			.filter((document) -> document.state() == DocumentInfo.State.FAILED)
			.toList();
		assertThat(failed).extracting(DocumentInfo::path).containsExactly("bees.md", "blank.md", "large.txt");
		failed.forEach((document) -> assertThat(this.ingestion.delete(document.id())).isTrue());
		rescan();
		assertThat(this.ingestion.documents()).extracting(DocumentInfo::path).containsExactly("deep/otters.txt");
		write("bees.md", "# Bees\n\nBees dance.");
		write("blank.md", "Not blank any more.");
		write("large.txt", "Small.");
		rescan();
		assertThat(sources()).containsExactly("my notes/bees.md", "my notes/blank.md", "my notes/deep/otters.txt",
				"my notes/large.txt");
		assertThat(this.ingestion.excluded()).isEmpty();
	}

	@Test
	void whatIsPutStopsAtTheLargestFile() throws Exception {
		Path uploads = this.directory.resolve("uploads");
		started(false, IngestSource.owned("uploads", uploads));
		AtomicLong given = new AtomicLong();
		InputStream endless = new InputStream() {
			@Override
			public int read() {
				given.incrementAndGet();
				return 'a';
			}

			@Override
			public int read(byte[] bytes, int offset, int length) {
				Arrays.fill(bytes, offset, offset + length, (byte) 'a');
				assertThat(given.addAndGet(length)).isLessThan(2 * 1_048_576);
				return length;
			}
		};
		assertThatExceptionOfType(UnreadableDocumentException.class)
			.isThrownBy(() -> this.ingestion.put("a.txt", endless))
			.withMessage("The file has more than 1048576 bytes, which are the most that are read "
					+ "(hnsw.ingest.max-file-size)");
		assertThat(uploads).isEmptyDirectory();
	}

	@Test
	void whatIsPutWhileNothingIsIngestedIsRefusedBeforeItIsReceived() throws Exception {
		Path uploads = this.directory.resolve("uploads");
		started(false, IngestSource.owned("uploads", uploads));
		this.ingestion.stop();
		InputStream untouched = new InputStream() {
			@Override
			public int read() {
				throw new AssertionError("nothing is to be received");
			}
		};
		assertThatIllegalStateException().isThrownBy(() -> this.ingestion.put("a.txt", untouched))
			.withMessageContaining("not running");
		this.store.close();
		this.store = HnswVectorStore.builder(this.model)
			.directory(this.directory.resolve("store"))
			.readOnly(true)
			.build();
		this.store.start();
		this.ingestion = new FolderIngestion(this.store,
				new IngestSettings(List.of(IngestSource.owned("uploads", uploads)), false, 20, LIMITS), (event) -> {
				}, QUICK);
		this.ingestion.start();
		assertThatIllegalStateException().isThrownBy(() -> this.ingestion.put("a.txt", untouched))
			.withMessageContaining("read-only");
	}

	@Test
	void oneOfSomethingIsToldInTheSingular(CapturedOutput output) throws Exception {
		FileSystemUtils.deleteRecursively(this.folder.resolve("deep"));
		started(false, notes());
		assertThat(output).contains("1 new; 1 passage, 1 embedding computed, 0 known");
		restart();
		started(false, notes());
		assertThat(output).contains("; 1 document stored");
	}

	private static ByteArrayInputStream bytes(String text) {
		return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
	}

}
