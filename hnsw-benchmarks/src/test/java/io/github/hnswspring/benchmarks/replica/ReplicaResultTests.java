package io.github.hnswspring.benchmarks.replica;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link ReplicaResult} and {@link Database}.
 */
class ReplicaResultTests {

	@Test
	void whatOneProcessWritesAnotherReads() {
		Comparison comparison = new Comparison("text", "search", 2, "queries/s", 100.5, 0.99, "PgVectorStore", 10, 0.98,
				10.05, 9, 11);
		Figure figure = new Figure("text", "lag", 1.5, "ms");
		assertThat(ReplicaResult.of(comparison.toLine())).isEqualTo(comparison);
		assertThat(ReplicaResult.of(figure.toLine())).isEqualTo(figure);
		assertThatIllegalArgumentException().isThrownBy(() -> ReplicaResult.of("point\t1"))
			.withMessageContaining("begins with 'point'");
	}

	@Test
	void theDatabaseIsOneOfItsOwnOnTheServer() {
		assertThat(Database.url("jdbc:postgresql://127.0.0.1:5432/vectors?user=a&password=b/c"))
			.isEqualTo("jdbc:postgresql://127.0.0.1:5432/hnsw_benchmark?user=a&password=b/c");
		assertThat(Database.url("jdbc:postgresql://host/")).isEqualTo("jdbc:postgresql://host/hnsw_benchmark");
	}

	@ParameterizedTest
	@ValueSource(strings = { "embeded", "jdbc:postgresql:vectors", "jdbc:mysql://host/vectors" })
	void anAddressOfAnotherFormIsRefused(String url) {
		assertThatIllegalArgumentException().isThrownBy(() -> Database.url(url))
			.withMessageContaining("--url must be the address of a PostgreSQL server")
			.withMessageContaining(url);
	}

}
