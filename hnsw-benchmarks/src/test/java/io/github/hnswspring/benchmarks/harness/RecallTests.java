package io.github.hnswspring.benchmarks.harness;

import java.nio.file.Path;

import io.github.hnswspring.benchmarks.data.Space;
import io.github.hnswspring.benchmarks.data.VectorFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Recall}.
 */
class RecallTests {

	private static final float[][] BASE = { { 0 }, { 1 }, { 1 }, { 3 } };

	@TempDir
	private Path directory;

	private VectorFile base;

	private VectorFile queries;

	@BeforeEach
	void write() {
		Path file = this.directory.resolve("base.fbin");
		VectorFile.write(file, BASE.length, 1, (row) -> BASE[row]);
		this.base = VectorFile.open(file);
		Path query = this.directory.resolve("query.fbin");
		VectorFile.write(query, 2, 1, (row) -> new float[1]);
		this.queries = VectorFile.open(query);
	}

	@Test
	void aTieCountsWhicheverRowIsReturned() {
		assertThat(recall(new float[] { 0, 1 }).of(new int[][] { { 0, 1 }, { 0, 2 } })).isEqualTo(1);
	}

	@Test
	void aRowReturnedTwiceCountsOnce() {
		assertThat(recall(new float[] { 0, 1 }).of(new int[][] { { 0, 0 }, { 0, 1 } })).isEqualTo(0.75);
	}

	@Test
	void aRowTooFarAndAMissingRowDoNotCount() {
		assertThat(recall(new float[] { 0, 1 }).of(new int[][] { { 0, 3 }, { 0, Answers.NOTHING } })).isEqualTo(0.5);
	}

	@Test
	void queriesThatWereNotAskedAreNoMisses() {
		int[] notAsked = { Answers.NOT_ASKED, Answers.NOT_ASKED };
		assertThat(recall(new float[] { 0, 1 }).of(new int[][] { { 0, 1 }, notAsked })).isEqualTo(1);
	}

	@Test
	void wherePassingVectorsAreFewerThanKNoMoreAreExpected() {
		float[] truth = { 0, Float.POSITIVE_INFINITY };
		assertThat(recall(truth).of(new int[][] { { 0, Answers.NOTHING }, { 0, Answers.NOTHING } })).isEqualTo(1);
	}

	@Test
	void aRowALittleTooFarDoesNotCountEvenWhereAllAreNear() {
		Path file = this.directory.resolve("near.fbin");
		VectorFile.write(file, 2, 1, (row) -> new float[] { (row + 1) * 1e-6f });
		Recall recall = new Recall(Space.EUCLIDEAN, VectorFile.open(file), this.queries, new float[][] { { 1e-6f } });
		assertThat(recall.of(new int[][] { { 0 } })).isEqualTo(1);
		assertThat(recall.of(new int[][] { { 1 } })).isEqualTo(0);
	}

	@Test
	void moreThanTheTrueNeighboursKnownCannotBeJudged() {
		assertThatIllegalArgumentException().isThrownBy(() -> recall(new float[] { 0 }).of(new int[][] { { 0, 1 } }))
			.withMessageContaining("2 nearest")
			.withMessageContaining("only 1");
	}

	private Recall recall(float[] truth) {
		return new Recall(Space.EUCLIDEAN, this.base, this.queries, new float[][] { truth, truth });
	}

}
