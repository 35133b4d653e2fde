package io.github.hnswspring.index.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.github.hnswspring.reliability.ChangedSource;
import io.github.hnswspring.reliability.Child;
import io.github.hnswspring.reliability.ReliabilityReport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A test that has never failed proves nothing: each known bug in {@code src/test/planted}
 * is put into a copy of the engine, and the test named there must turn red.
 */
class PlantedBugTests {

	private static final Path DESCRIPTIONS = Path.of("src", "test", "planted");

	/**
	 * What depends on threads meeting may need to be tried again. The first attempt sees
	 * one processor, so that a history by one thread is the same one each time.
	 */
	private static final int ATTEMPTS = 12;

	@TempDir
	Path directory;

	@Test
	void everyPlantedBugFits() throws IOException {
		for (Path description : descriptions()) {
			PlantedBug.read(description).source().compile(Files.createTempDirectory(this.directory, "bug"));
		}
	}

	@Test
	@Tag("reliability")
	void everyPlantedBugIsCaught() throws Exception {
		List<String> missed = new ArrayList<>();
		List<Path> descriptions = descriptions();
		for (Path description : descriptions) {
			PlantedBug bug = PlantedBug.read(description);
			Path classes = Files.createTempDirectory(this.directory, "bug");
			bug.source().compile(classes);
			String red = "";
			for (int i = 0; i < ATTEMPTS && red.isEmpty(); i++) {
				red = run(bug, classes, (i == 0) ? 1 : 2);
			}
			if (red.isEmpty()) {
				missed.add(bug.title() + " (" + description.getFileName() + ")");
				continue;
			}
			ReliabilityReport.record("A harness that can fail: " + bug.title(),
					"PlantedBugTests.everyPlantedBugIsCaught-" + description.getFileName(),
					"caught by " + bug.test().substring(bug.test().lastIndexOf('.') + 1) + ": "
							+ red.substring(0, Math.min(160, red.length())));
		}
		assertThat(missed).isEmpty();
		assertThat(descriptions).hasSizeGreaterThanOrEqualTo(12);
	}

	private static String run(PlantedBug bug, Path classes, int processors) throws IOException, InterruptedException {
		List<String> arguments = new ArrayList<>(Modules.OF_THIS_JVM);
		arguments.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
				"-XX:ActiveProcessorCount=" + processors, "-D" + ReliabilityReport.OFF + "=true"));
		Child child = Child.run(Path.of(""), ChangedSource.classPath(classes), arguments, 600,
				RunOneTest.class.getName(), List.of(bug.test()));
		assertThat(child.exitCode()).as(bug + ": " + child.output()).isNotEqualTo(2);
		if (child.exitCode() == Child.TIMED_OUT) {
			return "did not end";
		}
		return (child.exitCode() == 0) ? "" : child.line("RED");
	}

	private static List<Path> descriptions() throws IOException {
		try (Stream<Path> files = Files.list(DESCRIPTIONS)) {
			return files.sorted().toList();
		}
	}

}
