package io.github.hnswspring.vectorstore.filter;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Rows of {@code attribute} under rollback, deletion and limits.
 */
class AttributeWriterTests {

	private static final FilterExpressionBuilder FILTER = new FilterExpressionBuilder();

	private FilterDatabase database;

	@BeforeEach
	void open() throws SQLException {
		this.database = new FilterDatabase();
	}

	@AfterEach
	void close() throws SQLException {
		this.database.close();
	}

	@Test
	void aNameThatWasRolledBackIsInsertedAgain() throws SQLException {
		this.database.add(Map.of("kept", 1));
		this.database.connection.setAutoCommit(false);
		this.database.add(Map.of("lost", 1, "kept", 2));
		this.database.connection.rollback();
		long swapped = this.database.add(Map.of("other", 1));
		long again = this.database.add(Map.of("lost", 1));
		this.database.connection.commit();
		this.database.connection.setAutoCommit(true);
		assertThat(this.database.select(FILTER.eq("lost", 1).build())).containsExactly(again);
		assertThat(this.database.select(FILTER.eq("other", 1).build())).containsExactly(swapped);
		assertThat(this.database.select(FILTER.eq("kept", 2).build())).isEmpty();
	}

	@Test
	void deletingLeavesNoRowBehind() throws SQLException {
		long key = this.database.add(Map.of("a", List.of(1, "2", true), "b", Map.of("c", 1)));
		this.database.delete(key);
		this.database.delete(key);
		try (var statement = this.database.connection.createStatement();
				var row = statement.executeQuery("SELECT count(*) FROM attribute")) {
			assertThat(row.getLong(1)).isZero();
		}
	}

	@Test
	void refusesMoreValuesThanTheLimit() throws SQLException {
		this.database.add(Map.of("n", numbers(AttributeRows.MAX_ROWS - 1)));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> AttributeWriter.check(Map.of("n", numbers(AttributeRows.MAX_ROWS))))
			.withMessageContaining("'n'")
			.withMessageContaining("10000");
		AttributeWriter.check(Map.of("n", new float[1_000_000]));
	}

	@Test
	void refusesKeysLongerThanTheLimit() throws SQLException {
		String longest = "k".repeat(AttributeRows.MAX_NAME_LENGTH);
		long key = this.database.add(Map.of(longest, 1));
		assertThat(this.database.select(FILTER.eq(longest, 1).build())).containsExactly(key);
		assertThatIllegalArgumentException().isThrownBy(() -> AttributeWriter.check(Map.of(longest + "k", 1)))
			.withMessageContaining("1025");
		assertThatIllegalArgumentException().isThrownBy(() -> AttributeWriter.check(Map.of(longest, Map.of("k", 1))))
			.withMessageContaining("1026");
	}

	@Test
	void refusesMetadataThatContainsItself() {
		List<Object> cycle = new ArrayList<>();
		cycle.add(cycle);
		assertThatIllegalArgumentException().isThrownBy(() -> AttributeWriter.check(Map.of("cycle", cycle)))
			.withMessageContaining("deeper than 32");
	}

	@Test
	void anIndexSeekAnswersEveryKindOfLeaf() throws SQLException {
		for (String condition : List.of("kind IN (2, 10) AND value = 1", "kind = 2 AND value > 1",
				"kind IN (4, 12) AND value IN ('a', 'b')")) {
			try (var statement = this.database.connection.createStatement();
					var plan = statement.executeQuery("EXPLAIN QUERY PLAN SELECT doc_key FROM attribute WHERE name_id ="
							+ " (SELECT id FROM attribute_name WHERE name = 'x') AND " + condition)) {
				plan.next();
				assertThat(plan.getString("detail"))
					.startsWith("SEARCH attribute USING PRIMARY KEY (name_id=? AND kind=?")
					.contains("value");
			}
		}
	}

	private static List<Integer> numbers(int count) {
		List<Integer> numbers = new ArrayList<>(Collections.nCopies(count, 0));
		numbers.replaceAll((zero) -> numbers.size());
		return numbers;
	}

}
