package io.github.hnswspring.vectorstore.migration;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.MigrationEstimate;
import io.github.hnswspring.vectorstore.MigrationPhase;
import io.github.hnswspring.vectorstore.MigrationStatus;
import io.github.hnswspring.vectorstore.embedding.EmbeddingClient;
import io.github.hnswspring.vectorstore.embedding.EmbeddingCounters;
import io.github.hnswspring.vectorstore.options.GenerationSteps;
import io.github.hnswspring.vectorstore.options.Generations;
import io.github.hnswspring.vectorstore.options.ModelGeneration;
import io.github.hnswspring.vectorstore.session.BackgroundWork;
import io.github.hnswspring.vectorstore.session.EmbeddingModels;
import io.github.hnswspring.vectorstore.session.ModelAnswer;
import io.github.hnswspring.vectorstore.session.StoreAccess;
import io.github.hnswspring.vectorstore.session.StoreSession;
import io.github.hnswspring.vectorstore.write.IngestPipeline;
import org.springframework.ai.embedding.EmbeddingModel;

/**
 * Another embedding model: what it would take, the way there and the way back. What it
 * begins goes on in the background. Thread-safe.
 */
public final class ModelMigration implements BackgroundWork {

	private static final Log logger = LogFactory.getLog(ModelMigration.class);

	// No vector is of this generation, so all are missing.
	private static final int NONE_YET = Integer.MAX_VALUE;

	private final StoreAccess store;

	private final IngestPipeline pipeline;

	private final EmbeddingModels models;

	private final Set<String> excludedMetadata;

	private final EmbeddingCounters counters;

	private final ReadersCount readersCount = new ReadersCount();

	private volatile @Nullable MigrationWorker worker;

	public ModelMigration(StoreAccess store, IngestPipeline pipeline, EmbeddingModels models,
			Set<String> excludedMetadata, EmbeddingCounters counters) {
		this.store = store;
		this.pipeline = pipeline;
		this.models = models;
		this.excludedMetadata = excludedMetadata;
		this.counters = counters;
	}

	@Override
	public void begin(StoreSession session) {
		if (!session.database().isReadOnly()) {
			MigrationWorker started = new MigrationWorker(this.pipeline, session, this.counters);
			this.worker = started;
			started.start();
		}
	}

	@Override
	public void end() {
		MigrationWorker current = this.worker;
		this.worker = null;
		if (current != null) {
			current.end();
		}
	}

	/**
	 * What it takes to migrate to a model, which is not asked for more than a word, and
	 * only if it is the store's own and nobody has asked it yet.
	 */
	public MigrationEstimate estimate(EmbeddingModel model) {
		EmbeddingClient client = client(model);
		if (this.models.own() == client) {
			ModelGeneration own = this.models.ofOwn(this.store);
			return new MigrationEstimator(this.store, client).estimate((own != null) ? own.number() : NONE_YET);
		}
		int generation = this.store.use((session) -> session.identity()
			.generations()
			.all()
			.stream()
			.map(ModelGeneration::number)
			.filter((number) -> asks(session, number, model))
			.findFirst()
			.orElse(NONE_YET));
		return new MigrationEstimator(this.store, client).estimate(generation);
	}

	private boolean asks(StoreSession session, int generation, EmbeddingModel model) {
		EmbeddingClient maker = this.models.of(session, generation);
		return maker != null && maker.asks(model);
	}

	private EmbeddingClient client(EmbeddingModel model) {
		EmbeddingClient own = this.models.own();
		return own.asks(model) ? own : new EmbeddingClient(model, null, this.excludedMetadata);
	}

	/**
	 * Begins to migrate to a model, or goes on.
	 * @return what it takes
	 * @throws IllegalStateException if the store migrates to another one
	 */
	public MigrationEstimate migrate(EmbeddingModel model) {
		EmbeddingClient client = client(model);
		ModelAnswer answer = this.models.ask(this.store, client);
		if (answer.dimensions() == 0) {
			throw new IllegalStateException(
					"The embedding model to migrate to gave no vector for a text of one word. Look at the model");
		}
		MigrationEstimate estimate = estimate(client, answer);
		expect((estimate.documents() > 0) ? estimate : null);
		try {
			this.store.run((session) -> session.models().migrate(session, client, answer));
		}
		catch (RuntimeException ex) {
			expect(null);
			throw ex;
		}
		wakeUp();
		return estimate;
	}

	private void expect(@Nullable MigrationEstimate estimate) {
		MigrationWorker current = this.worker;
		if (current != null) {
			current.steps().expect(estimate);
		}
	}

	private MigrationEstimate estimate(EmbeddingClient client, ModelAnswer answer) {
		ModelGeneration kept = this.store
			.<@Nullable ModelGeneration>use((session) -> answer.generation(session.identity().generations()));
		return new MigrationEstimator(this.store, client).estimate((kept != null) ? kept.number() : NONE_YET);
	}

	/**
	 * Goes back to the former model, or gives the migration under way up.
	 * @throws IllegalStateException if there is no way back
	 */
	public void rollback() {
		this.store.run((session) -> {
			session.models().turnBack(session);
			ModelGeneration to = Objects.requireNonNullElse(session.identity().generations().target(),
					session.identity().current());
			logger.info("Vector store in " + session.directory().path() + ": goes back to embeddings of " + to.name());
		});
		wakeUp();
	}

	/**
	 * Lets go of the former model's vectors now.
	 * @throws IllegalStateException if a migration is under way
	 */
	public void forgetFormer() {
		this.store.run((session) -> {
			MigrationWorker current = this.worker;
			if (session.identity().generations().former() != null && current != null && !current.release()) {
				throw new IllegalStateException("A migration is under way; wait for its end, or roll it back first");
			}
		});
	}

	/**
	 * Switches, once all others are embedded, without the documents the next model
	 * refuses.
	 * @throws IllegalStateException if no migration is under way
	 */
	public void switchWithoutRefused() {
		this.store.run((session) -> {
			if (session.identity().generations().next() == null) {
				throw noMigration();
			}
			session.writer().change((transaction) -> {
				ModelGeneration next = session.identity().generations().next();
				if (next == null) {
					throw noMigration();
				}
				GenerationSteps.acceptRefused(transaction.connection(), next.number());
			});
		});
		wakeUp();
	}

	private static IllegalStateException noMigration() {
		return new IllegalStateException("No migration to another embedding model is under way");
	}

	private void wakeUp() {
		MigrationWorker current = this.worker;
		if (current != null) {
			current.wakeUp();
		}
	}

	/**
	 * How far it is; {@code null} if there is only one model. Never waits; a reader
	 * counts in the database now and then.
	 */
	public @Nullable MigrationStatus status(@Nullable StoreSession session) {
		if (session == null) {
			return null;
		}
		Generations generations = session.identity().generations();
		return (generations.next() != null) ? underWay(session, generations, generations.next())
				: notUnderWay(session, generations);
	}

	private @Nullable MigrationStatus notUnderWay(StoreSession session, Generations generations) {
		ModelGeneration previous = generations.previous();
		boolean byWords = session.models().isByWords(session);
		EmbeddingModels.Unanswered unanswered = session.models().unanswered();
		MigrationWorker current = this.worker;
		boolean incomplete = previous == null
				&& (generations.isBeingCompleted() || (current != null && current.steps().refused().count() > 0));
		if (incomplete && !byWords && unanswered == null) {
			return incomplete(session, generations.current(), current);
		}
		if (previous == null && !byWords && unanswered == null) {
			return null;
		}
		long documents = session.writer().documents();
		Instant until = (generations.formerSince() > 0)
				? Instant.ofEpochSecond(generations.formerSince()).plus(GenerationChanges.KEPT) : null;
		String failure = (unanswered != null) ? unanswered.reason() : (current != null) ? current.failure() : null;
		Instant failingSince = (unanswered != null) ? unanswered.since()
				: (current != null) ? current.failingSince() : null;
		String answering = generations.current().model();
		if (previous == null && !session.models().isRejected(generations)) {
			return new MigrationStatus(MigrationPhase.NOT_BEGUN, answering, this.models.own().configuredName(), 0,
					documents, 0, List.of(), byWords, false, failure, failingSince, null);
		}
		boolean back = previous == null || generations.hasTurnedBack();
		return new MigrationStatus(back ? MigrationPhase.TURNED_BACK : MigrationPhase.SWITCHED,
				(previous != null) ? previous.model() : null, answering, documents, documents,
				(current != null) ? current.steps().refused().count() : 0,
				(current != null) ? current.steps().refused().first() : List.of(), byWords, false, failure,
				failingSince, until);
	}

	/** No other model, but documents without a vector of this one. */
	private MigrationStatus incomplete(StoreSession session, ModelGeneration model, @Nullable MigrationWorker current) {
		long documents = session.writer().documents();
		if (current == null) {
			return new MigrationStatus(MigrationPhase.INCOMPLETE, null, model.model(),
					Math.min(documents, this.readersCount.of(session, model)), documents, 0, List.of(), false, false,
					null, null, null);
		}
		MigrationSteps steps = current.steps();
		long refused = steps.refused().count();
		long asked = session.identity().generations().isBeingCompleted() ? Math.min(documents, steps.embedded())
				: documents;
		return new MigrationStatus(MigrationPhase.INCOMPLETE, null, model.model(), Math.max(0, asked - refused),
				documents, refused, steps.refused().first(), false, steps.isWaiting(), current.failure(),
				current.failingSince(), null);
	}

	private MigrationStatus underWay(StoreSession session, Generations generations, ModelGeneration next) {
		boolean byWords = session.models().isByWords(session);
		long documents = session.writer().documents();
		MigrationWorker current = this.worker;
		if (current == null) {
			// What the writer waits for is not known here, and its remedies are refused.
			return new MigrationStatus(MigrationPhase.EMBEDDING, generations.current().model(), next.model(),
					Math.min(documents, this.readersCount.of(session, next)), documents, 0, List.of(), byWords, false,
					null, null, null);
		}
		MigrationPhase phase = current.steps().isHeld() ? MigrationPhase.HELD
				: current.steps().isIndexing() ? MigrationPhase.INDEXING : MigrationPhase.EMBEDDING;
		long refused = current.steps().refused().count();
		return new MigrationStatus(phase, generations.current().model(), next.model(),
				Math.max(0, Math.min(documents, current.steps().embedded()) - refused), documents, refused,
				current.steps().refused().first(), byWords, current.steps().isWaiting(), current.failure(),
				current.failingSince(), null);
	}

}
