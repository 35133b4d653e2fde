package io.github.hnswspring.vectorstore.filter;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.hnswspring.vectorstore.filter.ComplementKeySet.LiveBounds;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** An answer that is known is brought up to date, and never asked for twice. */
class CachedLeavesTests {

	private static final FilterNode RED = new FilterNode.AnyOf("colour", Set.of(new Scalar(Scalar.Kind.TEXT, "red")),
			false);

	private final LeafCache cache = new LeafCache(1 << 20);

	private final List<String> asked = new ArrayList<>();

	private FilterDatabase database;

	@BeforeEach
	void open() throws SQLException {
		this.database = new FilterDatabase();
		for (int i = 0; i < 3; i++) {
			this.database.add(Map.of("colour", "red"));
		}
	}

	@AfterEach
	void close() throws SQLException {
		this.database.close();
	}

	/** What a transaction knows that begins now. */
	private CachedLeaves now() throws SQLException {
		return after(this.database.changes.size());
	}

	private CachedLeaves after(int changes) throws SQLException {
		this.asked.clear();
		LeafQuery query = new LeafQuery((sql) -> {
			this.asked.add(sql);
			return this.database.prepare(sql);
		});
		return new CachedLeaves(query, this.cache, this.database.changesUpTo(changes), new FilterHints());
	}

	/** As the store follows another tool's edit, under the same key. */
	private void edit(long key, String colour) throws SQLException {
		this.database.writer.delete(key);
		this.database.writer.write(key, Map.of("colour", colour));
		this.database.changes.add(key);
	}

	@Test
	void anAnswerOfThisStateIsGivenWithoutAsking() throws SQLException {
		KeySet first = now().keys(RED);
		assertThat(now().keys(RED)).isSameAs(first);
		assertThat(this.asked).isEmpty();
	}

	@Test
	void aDocumentThatDoesNotMatchAnyMoreLeavesTheAnswerAndOneThatDoesNowJoinsIt() throws SQLException {
		this.database.add(Map.of("colour", "blue"));
		now().keys(RED);
		edit(2, "green");
		edit(4, "red");
		assertThat(now().keys(RED).toArray()).containsExactly(1, 3, 4);
		assertThat(this.asked).singleElement().asString().contains("attribute_by_document");
	}

	@Test
	void aDocumentThatIsGoneLeavesTheAnswer() throws SQLException {
		now().keys(RED);
		this.database.delete(2);
		assertThat(now().keys(RED).toArray()).containsExactly(1, 3);
	}

	@Test
	void boundsFollowInsertionsAndDeletionsWithoutCountingAllAgain() throws SQLException {
		assertThat(now().bounds()).isEqualTo(new LiveBounds(3, 3));
		this.database.delete(2);
		this.database.add(Map.of());
		this.database.delete(this.database.add(Map.of()));
		assertThat(now().bounds()).isEqualTo(new LiveBounds(3, 4));
		assertThat(this.asked).allMatch((sql) -> sql.contains("attribute_by_document"));
		assertThat(now().bounds()).isEqualTo(new LiveBounds(3, 4));
		assertThat(this.asked).isEmpty();
	}

	@Test
	void theBoundsDoNotShrinkWhenTheLastDocumentGoes() throws SQLException {
		now().bounds();
		this.database.delete(3);
		assertThat(now().bounds()).as("its key is not given again").isEqualTo(new LiveBounds(2, 3));
	}

	@Test
	void anEarlierStateIsAnsweredFromItselfAndNotKept() throws SQLException {
		KeySet newest = now().keys(RED);
		now().bounds();
		CachedLeaves earlier = after(1);
		assertThat(earlier.keys(RED)).isEqualTo(newest).isNotSameAs(newest);
		earlier.bounds();
		assertThat(this.asked).hasSize(2);
		CachedLeaves now = now();
		assertThat(now.keys(RED)).isSameAs(newest);
		now.bounds();
		assertThat(this.asked).isEmpty();
	}

}
