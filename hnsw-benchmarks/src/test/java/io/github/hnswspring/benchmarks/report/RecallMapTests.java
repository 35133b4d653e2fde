package io.github.hnswspring.benchmarks.report;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RecallMap}.
 */
class RecallMapTests {

	@TempDir
	private Path directory;

	@Test
	void onlyWhatFindsEverythingIsShownAsOne() {
		assertThat(RecallMap.recall(1)).isEqualTo("1");
		assertThat(RecallMap.recall(0.99999)).isEqualTo(".999");
		assertThat(RecallMap.recall(0.5)).isEqualTo(".500");
		assertThat(RecallMap.recall(0)).isEqualTo(".000");
	}

	@Test
	void speedIsShownWithTwoDigitsOrMore() {
		assertThat(RecallMap.speed(7)).isEqualTo("7");
		assertThat(RecallMap.speed(994)).isEqualTo("994");
		assertThat(RecallMap.speed(996)).isEqualTo("1.0k");
		assertThat(RecallMap.speed(12_345)).isEqualTo("12k");
		assertThat(RecallMap.speed(2_345_678)).isEqualTo("2.3M");
	}

	@Test
	void aMapIsWrittenTwiceWithEveryCell() throws Exception {
		RecallMap map = new RecallMap("A title", "How to read it", List.of("ours-4", "other"), "ours");
		map.add(new RecallMap.Block("a line", "a block",
				Map.of("clustered", Map.of("ours-4", new RecallMap.Cell(0.987, 1234)))));
		assertThat(map.save(this.directory, "map")).containsExactly("map.png", "map.svg");
		assertThat(Files.size(this.directory.resolve("map.png"))).isPositive();
		assertThat(Files.readString(this.directory.resolve("map.svg"))).contains("A title", "a line", "a block",
				"clustered", "ours-4", "other", ".987", "1.2k");
	}

}
