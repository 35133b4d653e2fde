package io.github.hnswspring.vectorstore.filter;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.vectorstore.filter.LeafCache.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.ai.vectorstore.filter.Filter.Expression;
import org.springframework.ai.vectorstore.filter.Filter.ExpressionType;
import org.springframework.ai.vectorstore.filter.Filter.Group;
import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * How {@link FilterIndex} behaves beside what filters mean: cache, limits, changes.
 */
class FilterIndexTests {

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
	void asksSqliteOnceForALeafUntilSomethingChanges() throws SQLException {
		Expression filter = FILTER.and(FILTER.eq("tenant", "a"), FILTER.gt("year", 2000)).build();
		long first = this.database.add(Map.of("tenant", "a", "year", 2020));
		assertThat(this.database.select(filter)).containsExactly(first);
		assertThat(this.database.index.cachedLeaves()).isEqualTo(2);
		// A document the changes do not show is one the cache may miss: proof that it is
		// used.
		this.database.writer.write(7, Map.of("tenant", "a", "year", 2020));
		assertThat(select(filter, 1).cardinality()).isEqualTo(1);
		this.database.changes.add(7L);
		IdSet fresh = select(filter, 2);
		assertThat(fresh.cardinality()).isEqualTo(2);
		assertThat(fresh.contains(7)).isTrue();
	}

	@Test
	void afterAWriteOnlyWhatChangedIsAskedAgain() throws SQLException {
		Expression filter = FILTER.and(FILTER.eq("tenant", "a"), FILTER.ne("year", 1999)).build();
		long kept = this.database.add(Map.of("tenant", "a", "year", 2020));
		long deleted = this.database.add(Map.of("tenant", "a", "year", 2021));
		assertThat(this.database.select(filter)).containsExactly(kept, deleted);
		// The changes do not show this one: proof that the others are not asked.
		this.database.writer.delete(kept);
		this.database.delete(deleted);
		long added = this.database.add(Map.of("tenant", "a", "year", 2022));
		this.database.add(Map.of("tenant", "a", "year", 1999));
		this.database.add(Map.of("tenant", "b", "year", 2022));
		IdSet after = select(filter, this.database.changes.size());
		assertThat(after.contains(kept)).isTrue();
		assertThat(after.contains(added)).isTrue();
		assertThat(after.cardinality()).isEqualTo(2);
	}

	@Test
	void afterManyWritesEverythingIsAskedAgain() throws SQLException {
		Expression equal = FILTER.eq("n", 1).build();
		Expression opposite = FILTER.ne("n", 1).build();
		this.database.add(Map.of("n", 1));
		this.database.add(Map.of("n", 2));
		for (int written : new int[] { 1, 511, 512, 513, 2_000 }) {
			int before = this.database.select(equal).size();
			int others = this.database.select(opposite).size();
			for (int i = 0; i < written; i++) {
				this.database.add(Map.of("n", i % 2));
			}
			assertThat(this.database.select(equal)).hasSize(before + written / 2);
			assertThat(this.database.select(opposite)).hasSize(others + written - written / 2);
		}
	}

	/** Looking at each change would take longer than at the few matches. */
	@Test
	void aNarrowLeafIsAskedAnewAfterABatch() throws SQLException {
		Expression narrow = FILTER.eq("n", 1).build();
		List<String> asked = new ArrayList<>();
		Statements watched = (sql) -> {
			asked.add(sql);
			return this.database.prepare(sql);
		};
		this.database.add(Map.of("n", 1));
		for (int written : new int[] { 8, 9 }) {
			this.database.select(narrow);
			for (int i = 0; i < written; i++) {
				this.database.add(Map.of("n", 2));
			}
			asked.clear();
			IdSet set = this.database.index.select(watched, this.database.changesUpTo(this.database.changes.size()),
					narrow);
			assertThat(set.cardinality()).isEqualTo(1);
			assertThat(asked).hasSize(1)
				.allMatch((sql) -> sql.contains("INDEXED BY attribute_by_document") == (written == 8));
		}
	}

	@Test
	void aReaderOfAnOlderStateIsAnsweredFromItsOwnState() throws SQLException {
		Expression filter = FILTER.eq("tenant", "a").build();
		this.database.add(Map.of("tenant", "a"));
		this.database.add(Map.of("tenant", "b"));
		assertThat(select(filter, 2).cardinality()).isEqualTo(1);
		this.database.writer.write(9, Map.of("tenant", "a"));
		assertThat(select(filter, 1).cardinality()).as("asked anew, as no newer answer is of its state").isEqualTo(2);
		assertThat(select(filter, 2).cardinality()).as("what the older one found is not kept").isEqualTo(1);
	}

	private IdSet select(Expression filter, int changes) throws SQLException {
		return this.database.index.select(this.database::prepare, this.database.changesUpTo(changes), filter);
	}

	@Test
	void aNegatedFilterNeverContainsADocumentItHasNotSeen() throws SQLException {
		long seen = this.database.add(Map.of("secret", false));
		IdSet set = select(FILTER.ne("secret", true).build(), 1);
		long later = this.database.add(Map.of("secret", true));
		assertThat(set.contains(seen)).isTrue();
		assertThat(set.contains(later)).isFalse();
		assertThat(set.cardinality()).isEqualTo(1);
		List<Long> listed = new ArrayList<>();
		set.forEach(listed::add);
		assertThat(listed).containsExactly(seen);
	}

	@Test
	void selectsNothingFromAnEmptyStore() throws SQLException {
		assertThat(this.database.select(FILTER.ne("a", 1).build())).isEmpty();
		assertThat(this.database.select(FILTER.eq("a", 1).build())).isEmpty();
	}

	@Test
	void splitsLongInListsIntoSeveralStatements() throws SQLException {
		for (int i = 0; i < 1_500; i++) {
			this.database.add(Map.of("n", i));
		}
		for (int size : new int[] { 1, 2, 3, 511, 512, 513, 1_200 }) {
			Object[] values = LongStream.range(0, size).boxed().toArray();
			assertThat(this.database.select(FILTER.in("n", values).build())).hasSize(size);
			assertThat(this.database.select(FILTER.nin("n", values).build())).hasSize(1_500 - size);
		}
	}

	@Test
	void limitsInListsComparisonsAndNesting() throws SQLException {
		this.database.add(Map.of("n", 5));
		Object[] most = LongStream.range(0, FilterNode.MAX_IN_VALUES).boxed().toArray();
		assertThat(this.database.select(FILTER.in("n", most).build())).hasSize(1);
		Object[] tooMany = Arrays.copyOf(most, most.length + 1);
		tooMany[most.length] = -1L;
		assertRefused(FILTER.in("n", tooMany).build(), "10001 values");

		for (boolean leftDeep : new boolean[] { true, false }) {
			assertThat(this.database.select(chain(FilterNode.MAX_NESTING, leftDeep))).hasSize(1);
			assertRefused(chain(FilterNode.MAX_NESTING + 1, leftDeep), "deeper than 1000");
		}
		assertThat(this.database.select(balanced(FilterNode.MAX_LEAVES))).hasSize(1);
		assertRefused(balanced(FilterNode.MAX_LEAVES + 1), "more than 10000 comparisons");

		assertThat(this.database.select(alternating(FilterNode.MAX_DEPTH))).hasSize(1);
		assertRefused(alternating(FilterNode.MAX_DEPTH + 1), "deeper than 128");
	}

	@Test
	void noExpressionOverflowsTheStackOrRunsForEver() {
		Expression filter = FILTER.eq("n", 5).build();
		for (int i = 0; i < 200_000; i++) {
			filter = new Expression(ExpressionType.NOT, new Group(filter));
		}
		assertRefused(filter, "deeper than 1000");
		// Shared operands make 2^60 leaves of sixty objects.
		Expression shared = FILTER.eq("n", 5).build();
		for (int i = 0; i < 60; i++) {
			shared = new Expression(ExpressionType.AND, shared, shared);
		}
		assertRefused(shared, "more than 10000 comparisons");
	}

	@Test
	void theCacheStaysWithinItsBytes() {
		LeafCache cache = new LeafCache(10_000);
		for (int i = 0; i < 1_000; i++) {
			cache.put(new FilterNode.Present("key" + i), new Answer(1, KeySet.of(i)));
		}
		assertThat(cache.size()).isBetween(5, 100);
		FilterNode last = new FilterNode.Present("key999");
		assertThat(cache.get(last)).isEqualTo(new Answer(1, KeySet.of(999)));
		assertThat(cache.get(new FilterNode.Present("key0"))).isNull();
		cache.put(last, new Answer(0, KeySet.EMPTY));
		assertThat(cache.get(last)).as("an older answer").isEqualTo(new Answer(1, KeySet.of(999)));
		cache.put(last, new Answer(2, KeySet.EMPTY));
		assertThat(cache.get(last)).isEqualTo(new Answer(2, KeySet.EMPTY));
	}

	private static void assertRefused(Expression filter, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> FilterIndex.check(filter)).withMessageContaining(message);
	}

	private static Expression chain(int leaves, boolean leftDeep) {
		Expression chain = FILTER.eq("n", 5).build();
		for (int i = 1; i < leaves; i++) {
			Expression leaf = FILTER.eq("n", 1).build();
			chain = leftDeep ? new Expression(ExpressionType.OR, chain, leaf)
					: new Expression(ExpressionType.OR, leaf, chain);
		}
		return chain;
	}

	private static Expression balanced(int leaves) {
		return (leaves == 1) ? FILTER.eq("n", 5).build()
				: new Expression(ExpressionType.OR, balanced(leaves / 2), balanced(leaves - leaves / 2));
	}

	private static Expression alternating(int depth) {
		Expression nested = FILTER.eq("n", 5).build();
		for (int level = depth - 1; level > 0; level--) {
			ExpressionType type = (level % 2 == 0) ? ExpressionType.AND : ExpressionType.OR;
			nested = new Expression(type, FILTER.eq("n", 5).build(), nested);
		}
		return nested;
	}

}
