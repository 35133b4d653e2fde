package io.github.hnswspring.vectorstore.options;

import java.nio.file.Path;
import java.sql.SQLException;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.vectorstore.EmbeddingModelMismatchException;
import io.github.hnswspring.vectorstore.MetricMismatchException;
import io.github.hnswspring.vectorstore.storage.MetaTable;
import io.github.hnswspring.vectorstore.storage.SqliteConnectionSource;
import io.github.hnswspring.vectorstore.storage.StoreDatabase;
import io.github.hnswspring.vectorstore.storage.StoreDirectory;
import io.github.hnswspring.vectorstore.storage.StoreSchema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** What a store learns of its embeddings, when, and what it refuses from then on. */
class StoreIdentityTests {

	@TempDir
	Path directory;

	private final StoreOptionsBuilder options = new StoreOptionsBuilder();

	private StoreDatabase database;

	@BeforeEach
	void create() throws SQLException {
		this.database = StoreDatabase.open(this.directory.resolve(StoreDirectory.DATABASE_FILE),
				new SqliteConnectionSource());
		this.database.update((connection) -> {
			StoreSchema.create(connection);
			StoreIdentity.create(connection, Metric.COSINE);
		});
	}

	@AfterEach
	void close() throws SQLException {
		this.database.close();
	}

	@Test
	void aNewStoreKnowsNothingOfItsEmbeddingsAndTakesAny() throws SQLException {
		StoreIdentity identity = load();
		assertThat(identity.dimensions()).isEmpty();
		assertThat(identity.model()).isNull();
		assertThat(identity.expectedDimensions()).isZero();
		identity.check("any", 5);
	}

	@Test
	void everyStoreHasAnIdOfItsOwn() throws SQLException {
		String first = load().storeId();
		this.database.update((connection) -> StoreIdentity.create(connection, Metric.COSINE));
		assertThat(load().storeId()).isNotBlank().isNotEqualTo(first);
	}

	@Test
	void theFirstEmbeddingsSayWhatAllOthersHaveToBe() throws SQLException {
		StoreIdentity identity = load();
		bind(identity, "minilm", 3);
		for (StoreIdentity known : new StoreIdentity[] { identity, load() }) {
			assertThat(known.dimensions()).hasValue(3);
			assertThat(known.model()).isEqualTo("minilm");
			known.check("minilm", 3);
			assertThatExceptionOfType(EmbeddingModelMismatchException.class).isThrownBy(() -> known.check("other", 3))
				.withMessageContaining("come from 'minilm' with 3 dimensions")
				.withMessageContaining("is 'other' with 3 dimensions");
			assertThatExceptionOfType(EmbeddingModelMismatchException.class).isThrownBy(() -> known.check("minilm", 4));
		}
	}

	@Test
	void whatIsNotToldContradictsNothing() throws SQLException {
		StoreIdentity identity = load();
		bind(identity, "minilm", 3);
		identity.check(null, 3);
		identity.check("minilm", 0);
	}

	@Test
	void aTransactionThatFailsHasTaughtNothing() throws SQLException {
		StoreIdentity identity = load();
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.database.update((connection) -> {
			identity.bind(connection, 0, "minilm", 3);
			throw new SQLException("after the embeddings");
		}));
		assertThat(identity.dimensions()).isEmpty();
		bind(identity, "other", 4);
		assertThat(load().model()).isEqualTo("other");
	}

	@Test
	void aNameIsAddedOnceAModelTellsItAndNotReplaced() throws SQLException {
		StoreIdentity identity = load();
		bind(identity, null, 3);
		assertThat(load().model()).isNull();
		bind(identity, "minilm", 3);
		bind(identity, null, 3);
		assertThat(load().model()).isEqualTo("minilm");
		assertThatExceptionOfType(EmbeddingModelMismatchException.class).isThrownBy(() -> bind(identity, "other", 3));
	}

	@Test
	void configuredDimensionsHoldUntilThereAreEmbeddings() throws SQLException {
		this.options.dimensions = 4;
		StoreIdentity identity = load();
		assertThat(identity.expectedDimensions()).isEqualTo(4);
		assertThat(identity.dimensions()).as("of what is stored").isEmpty();
		assertThatExceptionOfType(EmbeddingModelMismatchException.class).isThrownBy(() -> bind(identity, "minilm", 3))
			.withMessageContaining("hnsw.dimensions is 4");
	}

	@Test
	void propertiesThatContradictWhatIsStoredAreRefusedWhenItIsLoaded() throws SQLException {
		bind(load(), "minilm", 3);
		this.options.dimensions = 4;
		this.options.embeddingModelName = "other";
		assertThatExceptionOfType(EmbeddingModelMismatchException.class).isThrownBy(this::load)
			.withMessageContaining("hnsw.embedding.model is 'other' and hnsw.dimensions is 4");
	}

	@Test
	void anotherMetricIsRefusedWithBothOfThem() {
		this.options.metric = Metric.EUCLIDEAN;
		assertThatExceptionOfType(MetricMismatchException.class).isThrownBy(this::load).satisfies((ex) -> {
			assertThat(ex.expected()).isEqualTo(Metric.COSINE);
			assertThat(ex.actual()).isEqualTo(Metric.EUCLIDEAN);
		});
	}

	@Test
	void aMetricNobodyKnowsIsToldAsAChangeOfTheDatabase() throws SQLException {
		put(MetaTable.METRIC, "MANHATTAN");
		assertThatIllegalStateException().isThrownBy(this::load)
			.withMessageContaining("'MANHATTAN'")
			.withMessageContaining("row 'metric' in its table 'meta'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "three", "", "3.0", "99999999999" })
	void dimensionsThatAreNoNumberAreToldAsAChangeOfTheDatabase(String stored) throws SQLException {
		StoreIdentity opened = load();
		put(MetaTable.DIMENSIONS, stored);
		assertThatIllegalStateException().isThrownBy(this::load)
			.withMessageContaining("'" + stored + "'")
			.withMessageContaining("row 'dimensions' in its table 'meta'");
		assertThatIllegalStateException().isThrownBy(() -> this.database.visit(opened::refresh));
	}

	@Test
	void dimensionsNoIndexTakesAreRefusedBeforeTheyAreWritten() throws SQLException {
		StoreIdentity identity = load();
		for (int dimensions : new int[] { 0, HnswIndex.MAX_DIMENSIONS + 1 }) {
			assertThatIllegalArgumentException().isThrownBy(() -> bind(identity, "minilm", dimensions))
				.withMessageContaining("1 to " + HnswIndex.MAX_DIMENSIONS)
				.withMessageContaining("delivers " + dimensions);
		}
		assertThat(load().dimensions()).isEmpty();
	}

	@Test
	void aReaderLearnsWhatTheOwnerHasFoundOutSince() throws SQLException {
		StoreIdentity reader = load();
		bind(load(), "minilm", 3);
		assertThat(reader.dimensions()).isEmpty();
		this.database.visit(reader::refresh);
		assertThat(reader.dimensions()).hasValue(3);
		assertThat(reader.model()).isEqualTo("minilm");
	}

	private StoreIdentity load() throws SQLException {
		StoreOptions built = this.options.build();
		return this.database.<StoreIdentity>read((connection) -> StoreIdentity.load(connection, built));
	}

	private void bind(StoreIdentity identity, @Nullable String model, int dimensions) throws SQLException {
		this.database.<Runnable>write((connection) -> identity.bind(connection, 0, model, dimensions)).run();
	}

	private void put(String name, String value) throws SQLException {
		this.database.update((connection) -> MetaTable.put(connection, name, value));
	}

}
