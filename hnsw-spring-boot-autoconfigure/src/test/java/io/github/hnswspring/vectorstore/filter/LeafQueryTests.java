package io.github.hnswspring.vectorstore.filter;

import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

import io.github.hnswspring.vectorstore.filter.ComplementKeySet.LiveBounds;
import io.github.hnswspring.vectorstore.filter.LeafQuery.StoredKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.ai.vectorstore.filter.Filter.ExpressionType;

import static org.assertj.core.api.Assertions.assertThat;

/** One leaf of a filter as a statement: what it finds, and what is in its text. */
class LeafQueryTests {

	private final List<String> asked = new ArrayList<>();

	private FilterDatabase database;

	private LeafQuery query;

	@BeforeEach
	void open() throws SQLException {
		this.database = new FilterDatabase();
		this.query = new LeafQuery((sql) -> {
			this.asked.add(sql);
			return this.database.prepare(sql);
		});
	}

	@AfterEach
	void close() throws SQLException {
		this.database.close();
	}

	private static FilterNode.AnyOf anyOf(String key, Object... values) {
		Set<Scalar> wanted = new LinkedHashSet<>();
		for (Object value : values) {
			wanted.add(Scalar.exact(value));
		}
		return new FilterNode.AnyOf(key, wanted, false);
	}

	@Test
	void ofAFewDocumentsOnlyTheseAreFound() throws SQLException {
		for (int i = 0; i < 6; i++) {
			this.database.add(Map.of("n", i % 2));
		}
		assertThat(this.query.keysAmong(List.of(1L, 2L, 5L, 99L), anyOf("n", 0)).toArray()).containsExactly(1, 5);
		assertThat(this.query.keysAmong(List.of(2L, 3L), new FilterNode.Present("n")).toArray()).containsExactly(2, 3);
		assertThat(this.query.keysAmong(List.of(6L, 7L), new FilterNode.Live()).toArray()).containsExactly(6);
	}

	@Test
	void ofNoDocumentsNothingIsAsked() throws SQLException {
		this.database.add(Map.of("n", 1));
		assertThat(this.query.keysAmong(List.of(), anyOf("n", 1)).isEmpty()).isTrue();
		assertThat(this.asked).isEmpty();
	}

	@Test
	void valuesAreNeverPartOfAStatement() throws SQLException {
		String evil = "x' OR 1=1 --";
		this.database.add(Map.of(evil, evil));
		assertThat(this.query.keys(anyOf(evil, evil)).toArray()).containsExactly(1);
		this.query.keys(new FilterNode.Ordering(evil, ExpressionType.GT, Scalar.readings(evil)));
		this.query.keys(new FilterNode.Present(evil));
		this.query.kinds(evil);
		assertThat(this.asked).isNotEmpty().noneMatch((sql) -> sql.contains("OR 1=1"));
	}

	@Test
	void aRunOfValuesIsPaddedSoThatFewStatementsDiffer() throws SQLException {
		for (int n = 0; n < 20; n++) {
			this.database.add(Map.of("n", n));
		}
		Set<String> statements = new LinkedHashSet<>();
		for (int size = 1; size <= 16; size++) {
			this.asked.clear();
			Object[] values = LongStream.range(0, size).boxed().toArray();
			assertThat(this.query.keys(anyOf("n", values)).cardinality()).isEqualTo(size);
			statements.addAll(this.asked);
		}
		assertThat(statements).as("for 1, 2, 4, 8 and 16 values").hasSize(5);
	}

	@Test
	void aStringThatIsADateDoesNotFindAnotherSpellingOfTheSameInstant() throws SQLException {
		this.database.add(Map.of("day", "2026-11-20"));
		this.database.add(Map.of("day", "2026-11-20T00:00"));
		this.database.add(Map.of("day", LocalDate.of(2026, 11, 20)));
		assertThat(this.query.keys(anyOf("day", "2026-11-20")).toArray()).as("the string and the date")
			.containsExactly(1, 3);
		assertThat(this.query.keys(anyOf("day", LocalDate.of(2026, 11, 20))).toArray()).containsExactly(1, 2, 3);
	}

	@Test
	void theNamesAreThoseThatDocumentsHaveNow() throws SQLException {
		this.database.add(Map.of("a", 1, "b", Map.of("c", 1)));
		long gone = this.database.add(Map.of("d", 1));
		this.database.delete(gone);
		assertThat(this.query.names()).containsExactlyInAnyOrder("a", "b", "b.c");
	}

	@Test
	void theKindsOfAKeyAreToldOnceEachAloneAndInLists() throws SQLException {
		this.database.add(Map.of("k", 1));
		this.database.add(Map.of("k", 2.5));
		this.database.add(Map.of("k", List.of("a", true)));
		this.database.add(Map.of("other", "a"));
		assertThat(this.query.kinds("k")).containsExactlyInAnyOrder(new StoredKind(Scalar.Kind.NUMBER, false),
				new StoredKind(Scalar.Kind.PRESENT, false), new StoredKind(Scalar.Kind.TEXT, true),
				new StoredKind(Scalar.Kind.BOOLEAN, true));
		assertThat(this.query.kinds("missing")).isEmpty();
	}

	@Test
	void liveDocumentsAreCountedWhetherTheyHaveMetadataOrNot() throws SQLException {
		assertThat(this.query.isEmpty()).isTrue();
		assertThat(this.query.liveBounds()).isEqualTo(new LiveBounds(0, 0));
		this.database.add(Map.of());
		this.database.add(Map.of("a", List.of(1, 2, 3)));
		this.database.delete(1);
		assertThat(this.query.isEmpty()).isFalse();
		assertThat(this.query.liveBounds()).isEqualTo(new LiveBounds(1, 2));
		assertThat(this.query.live().toArray()).containsExactly(2);
	}

}
