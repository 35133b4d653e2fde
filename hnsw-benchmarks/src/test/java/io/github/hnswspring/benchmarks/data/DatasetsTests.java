package io.github.hnswspring.benchmarks.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link Datasets}.
 */
class DatasetsTests {

	@TempDir
	private Path directory;

	@Test
	void filesOfAnnBenchmarksAreRead() {
		Path file = this.directory.resolve("tiny-angular.hdf5");
		try (WritableHdfFile hdf = HdfFile.write(file)) {
			hdf.putDataset("train", new float[][] { { 3, 4 }, { 0, 2 }, { -1, 0 } });
			hdf.putDataset("test", new float[][] { { 0, 5 } });
		}
		Dataset dataset = datasets(10, new ArrayList<>()).get("hdf5:" + file);
		assertThat(dataset.space()).isEqualTo(Space.COSINE);
		assertThat(dataset.base().row(0)).containsExactly(0.6f, 0.8f);
		float[] truth = dataset.truth().row(0);
		assertThat(truth[0]).isCloseTo(0, within(1e-6f));
		assertThat(truth[1]).isCloseTo(0.2f, within(1e-6f));
		assertThat(truth[2]).isCloseTo(1, within(1e-6f));
		assertThat(truth[3]).isInfinite();
	}

	@Test
	void aPreparedSetIsNotPreparedAgain() {
		List<String> said = new ArrayList<>();
		Dataset dataset = datasets(7, said).get("limited-50:text-200x16");
		assertThat(dataset.base().rows()).isEqualTo(50);
		assertThat(dataset.queries().rows()).isEqualTo(7);
		assertThat(said).isNotEmpty();
		said.clear();
		assertThat(datasets(7, said).get("limited-50:text-200x16")).isEqualTo(dataset);
		assertThat(said).isEmpty();
	}

	@Test
	void absentDataAreNamed() {
		assertThatIllegalArgumentException().isThrownBy(() -> datasets(1, new ArrayList<>()).get("passages384"))
			.withMessageContaining("--data");
		assertThatIllegalArgumentException().isThrownBy(() -> datasets(1, new ArrayList<>()).get("nothing"))
			.withMessageContaining("'nothing'");
	}

	private Datasets datasets(int queries, List<String> said) {
		return new Datasets(this.directory, null, queries, said::add);
	}

}
