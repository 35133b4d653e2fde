package io.github.hnswspring.vectorstore.filter;

import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder;
import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder.Op;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** A filter that cannot match as the metadata are says so, once for each key. */
@ExtendWith(OutputCaptureExtension.class)
class FilterHintsTests {

	private static final FilterExpressionBuilder FILTER = new FilterExpressionBuilder();

	private FilterDatabase database;

	@BeforeEach
	void open() throws SQLException {
		this.database = new FilterDatabase();
		this.database.add(Map.of("file_name", "a.pdf", "year", "2024", "tags", List.of("red"), "count", 3, "day",
				LocalDate.of(2026, 11, 28)));
	}

	@AfterEach
	void close() throws SQLException {
		this.database.close();
	}

	@Test
	void aKeyNoDocumentHas(CapturedOutput output) throws SQLException {
		select(FILTER.eq("author", "Eve"));
		assertThat(output).containsOnlyOnce("No document has the metadata key 'author'")
			.contains("Keys there are: ", "'count'", "'day'", "'file_name'", "'tags'", "'year'");
	}

	@Test
	void aKeySpelledOtherwise(CapturedOutput output) throws SQLException {
		select(FILTER.ne("fileName", "a.pdf"));
		assertThat(output).contains("'fileName'").contains("Did you mean 'file_name'?");
	}

	@Test
	void aKeyWithASlip(CapturedOutput output) throws SQLException {
		select(FILTER.eq("yaer", "2024"));
		assertThat(output).contains("'yaer'").contains("Did you mean 'year'?");
	}

	@Test
	void aKeyThatPassagesArePutTogetherBy(CapturedOutput output) throws SQLException {
		for (int i = 0; i < 3; i++) {
			this.database.index.hintAt(this.database::prepare, "filename", "it is in vain");
			this.database.index.hintAt(this.database::prepare, "file_name", "it is in vain");
		}
		assertThat(output)
			.containsOnlyOnce("No document has the metadata key 'filename': it is in vain. Did you mean 'file_name'?")
			.doesNotContain("key 'file_name'");
	}

	@Test
	void aDateThatIsSpelledOtherwise(CapturedOutput output) throws SQLException {
		select(FILTER.gte("day", "28.11.2026"));
		assertThat(output).contains("what is stored are dates").contains("texts of ISO-8601");
	}

	@Test
	void aMapIsNoValue(CapturedOutput output) throws SQLException {
		this.database.add(Map.of("author", Map.of("name", "Eve")));
		select(FILTER.eq("author", "Eve"));
		assertThat(output).contains("what is stored are maps, arrays").contains("'author.name'");
	}

	@Test
	void eachKindOfValueOnce(CapturedOutput output) throws SQLException {
		select(FILTER.eq("day", 20261128));
		select(FILTER.eq("day", "28.11.2026"));
		select(FILTER.eq("day", "29.11.2026"));
		assertThat(output).containsOnlyOnce("'day' with a number").containsOnlyOnce("'day' with a text");
	}

	@Test
	void aDeletionByFilterToo(CapturedOutput output) throws SQLException {
		this.database.index.keys(this.database::prepare, FILTER.ne("yaer", "2024").build());
		assertThat(output).contains("Did you mean 'year'?");
	}

	@Test
	void aNumberWhereTextsAreStored(CapturedOutput output) throws SQLException {
		select(FILTER.gte("year", 2024));
		assertThat(output)
			.contains("compares the metadata key 'year' with a number, and no document has one there: what is stored "
					+ "are texts");
	}

	@Test
	void anOrderingOfElementsOfAList(CapturedOutput output) throws SQLException {
		select(FILTER.gt("tags", "blue"));
		assertThat(output).contains("'tags'").contains("An ordering matches no element of a list");
	}

	@Test
	void eachKeyOnce(CapturedOutput output) throws SQLException {
		for (int i = 0; i < 3; i++) {
			select(FILTER.eq("author", i));
			this.database.add(Map.of("count", i));
		}
		assertThat(output).containsOnlyOnce("'author'");
	}

	@Test
	void nothingIsSaidWhereAValueIsJustNotThere(CapturedOutput output) throws SQLException {
		select(FILTER.eq("file_name", "b.pdf"));
		select(FILTER.eq("file_name", "2026-11-28"));
		select(FILTER.in("tags", "blue", "green"));
		select(FILTER.gt("count", 7.5));
		select(FILTER.eq("year", "1999"));
		select(FILTER.lt("year", "1999-01-01"));
		select(FILTER.eq("day", "2026-11-27"));
		select(FILTER.gt("day", "2027-01-01"));
		select(FILTER.in("author"));
		select(FILTER.isNull("deletedAt"));
		assertThat(output).doesNotContain("WARN");
	}

	@Test
	void nothingIsSaidOfAnEmptyStore(CapturedOutput output) throws SQLException {
		this.database.delete(1);
		select(FILTER.eq("author", "Eve"));
		assertThat(output).doesNotContain("WARN");
	}

	@Test
	void aKeyNoDocumentHasAnyMoreIsNotNamed(CapturedOutput output) throws SQLException {
		this.database.delete(this.database.add(Map.of("l", 1)));
		select(FILTER.eq("l", 1));
		assertThat(output).contains("metadata key 'l'").doesNotContain("Did you mean 'l'");
	}

	@Test
	void aHintThatFailsDoesNotFailTheSearch(CapturedOutput output) throws SQLException {
		Statements failing = (sql) -> {
			if (sql.startsWith("SELECT name")) {
				throw new SQLException("damaged");
			}
			return this.database.prepare(sql);
		};
		assertThat(this.database.index.select(failing, this.database.changesUpTo(1), FILTER.eq("author", 1).build())
			.cardinality()).isZero();
		assertThat(output).doesNotContain("WARN");
	}

	@Test
	void aKeyCannotForgeALine(CapturedOutput output) throws SQLException {
		select(FILTER.eq("a\nb\u2028c\u0085d\u009b" + "x".repeat(1000), 1));
		assertThat(output).contains("'a?b?c?d?xxx").doesNotContain("x".repeat(100));
	}

	@Test
	void theLogIsNotFilledWithKeysMadeOfData(CapturedOutput output) throws SQLException {
		for (int i = 0; i < 200; i++) {
			select(FILTER.eq("key" + i, 1));
		}
		assertThat(output).contains("'key99'").doesNotContain("'key100'");
	}

	private void select(Op filter) throws SQLException {
		this.database.select(filter.build());
	}

}
