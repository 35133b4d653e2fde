package io.github.hnswspring.benchmarks.scenario;

import java.nio.file.Path;
import java.util.BitSet;

import io.github.hnswspring.benchmarks.data.Dataset;
import io.github.hnswspring.benchmarks.data.Space;
import io.github.hnswspring.benchmarks.data.VectorFile;
import io.github.hnswspring.benchmarks.scenario.FilterCases.Kind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FilterCases}.
 */
class FilterCasesTests {

	private static final int ROWS = 1000;

	/** Near the first row, and near the last one. */
	private static final float[][] QUERIES = { { 1, -0.1f }, { 1, 999.1f } };

	@TempDir
	private Path directory;

	private Dataset dataset;

	@BeforeEach
	void write() {
		this.dataset = dataset(Space.EUCLIDEAN);
	}

	private Dataset dataset(Space space) {
		Path base = this.directory.resolve(space + "-base.fbin");
		VectorFile.write(base, ROWS, 2, (row) -> new float[] { 1, row });
		Path queries = this.directory.resolve(space + "-query.fbin");
		VectorFile.write(queries, QUERIES.length, 2, (row) -> QUERIES[row]);
		return new Dataset("line", space, base, queries, queries);
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void aShareOfTheRowsPassesAndAtLeastOne(Kind kind) {
		FilterCases cases = new FilterCases(this.dataset, QUERIES);
		for (BitSet filter : cases.filters(kind, 0.1)) {
			assertThat(filter.cardinality()).isEqualTo(100);
		}
		assertThat(cases.filters(kind, 0.0001)[0].cardinality()).isEqualTo(1);
		assertThat(cases.filters(kind, 1)[0].cardinality()).isEqualTo(ROWS);
	}

	@Test
	void aCorrelatedFilterKeepsTheNearestAndAnOpposedOneTheFarthest() {
		FilterCases cases = new FilterCases(this.dataset, QUERIES);
		BitSet[] near = cases.filters(Kind.CORRELATED, 0.1);
		BitSet[] far = cases.filters(Kind.OPPOSED, 0.1);
		assertThat(near[0].nextSetBit(0)).isZero();
		assertThat(near[0].length()).isEqualTo(100);
		assertThat(near[1].nextSetBit(0)).isEqualTo(900);
		assertThat(far[0]).isEqualTo(near[1]);
		assertThat(far[1]).isEqualTo(near[0]);
	}

	@Test
	void negativeDistancesAreInOrderToo() {
		FilterCases cases = new FilterCases(dataset(Space.DOT_PRODUCT), QUERIES);
		// The second query's largest inner products are with the last rows, the first
		// one's with the first.
		assertThat(cases.filters(Kind.CORRELATED, 0.1)[1].nextSetBit(0)).isEqualTo(900);
		assertThat(cases.filters(Kind.CORRELATED, 0.1)[0].length()).isEqualTo(100);
	}

	@Test
	void theTrueNeighboursAreThoseThatPass() {
		FilterCases cases = new FilterCases(this.dataset, QUERIES);
		BitSet[] filters = cases.filters(Kind.OPPOSED, 0.5);
		assertThat(cases.recall(filters, 2).of(new int[][] { { 500, 501 }, { 499, 498 } })).isEqualTo(1);
		assertThat(cases.recall(filters, 2).of(new int[][] { { 500, 502 }, { 499, 498 } })).isEqualTo(0.75);
	}

}
