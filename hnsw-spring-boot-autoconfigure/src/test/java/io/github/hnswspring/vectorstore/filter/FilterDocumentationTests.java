package io.github.hnswspring.vectorstore.filter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.github.hnswspring.vectorstore.metadata.MetadataCodec;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.ai.vectorstore.filter.Filter.Expression;

import static org.assertj.core.api.Assertions.assertThat;

/** The tables of docs/filters.md say what filters do. */
class FilterDocumentationTests {

	private static final Path PAGE = Path.of("../docs/filters.md");

	private static final Pattern ROW = Pattern.compile("\\| `(.*?)` \\| `(.*?)` \\| (yes|no) \\|.*");

	@ParameterizedTest
	@MethodSource("rows")
	void matchesAsDocumented(String stored, String filter, boolean matches) throws SQLException {
		Map<String, Object> metadata = metadata(stored);
		Expression expression = FilterTextParser.parse(filter);
		assertThat(new FilterEvaluator(expression).matches(metadata)).as("evaluated").isEqualTo(matches);
		try (FilterDatabase database = new FilterDatabase()) {
			long key = database.add(metadata);
			assertThat(database.select(expression)).as("asked of SQLite").isEqualTo(matches ? List.of(key) : List.of());
		}
	}

	static Stream<Arguments> rows() throws IOException {
		return Files.readAllLines(PAGE)
			.stream()
			.map(ROW::matcher)
			.filter(Matcher::matches)
			.map((row) -> Arguments.of(row.group(1), row.group(2), row.group(3).equals("yes")));
	}

	/** A row that is written otherwise would be left out silently. */
	@Test
	void everyRowIsRun() throws IOException {
		long lines = Files.readAllLines(PAGE)
			.stream()
			.filter((line) -> line.startsWith("|") && !line.startsWith("|---") && !line.startsWith("| stored"))
			.count();
		assertThat(rows().count()).isEqualTo(lines).isGreaterThan(50);
	}

	private static Map<String, Object> metadata(String stored) {
		Map<String, Object> metadata = new HashMap<>();
		if (stored.startsWith("date ")) {
			metadata.put("k", LocalDate.parse(stored.substring("date ".length())));
		}
		else if (stored.startsWith("instant ")) {
			metadata.put("k", Instant.parse(stored.substring("instant ".length())));
		}
		else if (!stored.equals("nothing")) {
			metadata.putAll(new MetadataCodec().decode("{\"k\": " + stored + "}"));
		}
		return metadata;
	}

}
