package io.github.hnswspring.vectorstore.session;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.EmbeddingModelMismatchException;
import io.github.hnswspring.vectorstore.OnModelChange;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.embedding.EmbeddingClient;
import io.github.hnswspring.vectorstore.options.GenerationSteps;
import io.github.hnswspring.vectorstore.options.Generations;
import io.github.hnswspring.vectorstore.options.ModelGeneration;
import io.github.hnswspring.vectorstore.storage.EmbeddingTable;

/**
 * Which embedding model makes vectors of which generation. There is the store's own
 * model; there may be a former one, for as long as its vectors answer, and one that was
 * given to migrate to. A store that migrates when its own model changes asks that model
 * for its name and dimensions before it relies on it, unless what is configured tells
 * them: with a text of one word, once, and never at the start. Thread-safe.
 */
public final class EmbeddingModels {

	private static final Log logger = LogFactory.getLog(EmbeddingModels.class);

	private final EmbeddingClient own;

	private final @Nullable EmbeddingClient former;

	private final boolean migrates;

	private final Duration patience;

	private final ModelProbe ownProbe;

	private final @Nullable ModelProbe formerProbe;

	private final AssignedModels models;

	// Those of models that callers give, while they wait.
	private final Set<ModelProbe> givenProbes = ConcurrentHashMap.newKeySet();

	// The last answer of the own model since the start.
	private volatile @Nullable ModelAnswer told;

	private volatile boolean warned;

	private volatile boolean toldOfFailure;

	/**
	 * Describes the models of a store that is not open yet.
	 * @param former makes vectors of the generation the own model does not make, or
	 * {@code null}
	 * @param patience for how long a caller waits for a model to tell which one it is
	 */
	public EmbeddingModels(EmbeddingClient own, @Nullable EmbeddingClient former, OnModelChange onModelChange,
			Duration patience) {
		this.own = own;
		this.former = former;
		this.models = new AssignedModels(own, former);
		this.migrates = onModelChange == OnModelChange.MIGRATE;
		this.patience = patience;
		this.ownProbe = new ModelProbe(own, "The embedding model", true, patience);
		this.formerProbe = (former != null) ? new ModelProbe(former, "The former embedding model", true, patience)
				: null;
	}

	/** The store's own model. */
	public EmbeddingClient own() {
		return this.own;
	}

	/**
	 * What makes vectors of a generation. Each start of the store forgets which model the
	 * own one is, and it counts only once that is learned again.
	 * @return the model, or {@code null} if it is not there or not learned
	 */
	public @Nullable EmbeddingClient of(StoreSession session, int generation) {
		return this.models.certain(generation, session.identity().generations());
	}

	/**
	 * What tells the content that vectors of a generation were made of: their model, or
	 * all there are if that one is not there or not learned.
	 */
	Stream<EmbeddingClient> readersOf(int generation, Generations generations) {
		EmbeddingClient maker = this.models.certain(generation, generations);
		return (maker != null) ? Stream.of(maker)
				: generations.all()
					.stream()
					.<@Nullable EmbeddingClient>map((one) -> this.models.supposed(one.number()))
					.filter(Objects::nonNull)
					.map(Objects::requireNonNull);
	}

	/**
	 * Decides, when a store is opened, as far as what is configured tells.
	 * @param dimensions those configured, or 0
	 */
	void open(Generations generations, int dimensions) {
		String name = this.own.configuredName();
		ModelGeneration current = generations.current();
		ModelGeneration next = generations.next();
		boolean mayBeCurrent = current.fits(name, dimensions);
		// One name may stand for vectors of several sizes.
		boolean learned = !this.migrates || (name != null && (dimensions > 0 || !mayBeCurrent));
		if (next != null && this.migrates && next.fits(name, dimensions) && (name == null || !mayBeCurrent)) {
			this.models.assign(next, generations, learned);
		}
		else if (mayBeCurrent) {
			this.models.assign(current, generations, learned);
		}
		else {
			// A reader whose owner has not begun to migrate yet, or a model that was
			// turned back from.
			leaveToFormer(generations, name, 0, learned);
		}
	}

	/** No caller waits for a model any longer. */
	void end() {
		this.ownProbe.end();
		if (this.formerProbe != null) {
			this.formerProbe.end();
		}
		this.givenProbes.forEach(ModelProbe::end);
		this.told = null;
	}

	/** That the own model has been asked in vain; {@code null} if it is known. */
	public @Nullable Unanswered unanswered() {
		ModelProbe.Unanswered unanswered = this.models.areLearned() ? null : this.ownProbe.unanswered();
		return (unanswered != null) ? new Unanswered(unanswered.reason(), unanswered.since()) : null;
	}

	/** Whether the own model is the one that was turned back from, as far as is known. */
	public boolean isRejected(Generations generations) {
		ModelAnswer answer = this.told;
		return (answer != null) ? generations.isRejected(answer.name(), answer.dimensions())
				: this.own.configuredName() != null && generations.isRejected(this.own.configuredName(), 0);
	}

	/** The own model makes nothing for the time being. */
	private void leaveToFormer(Generations generations, @Nullable String name, int dimensions, boolean learned) {
		this.models.leaveToFormer(generations, learned);
		if (generations.isRejected(name, dimensions) && !this.warned) {
			this.warned = true;
			logger.warn("The vector store was turned back from " + Objects.requireNonNull(generations.rejected()).name()
					+ " to " + generations.current().name()
					+ ", so it does not migrate to the former by itself again. To do that, call migrate(...) with it; "
					+ "otherwise configure the latter as its embedding model"
					+ ((this.former == null) ? ", without which only words are searched for" : ""));
		}
	}

	/**
	 * What documents are embedded by: what makes the vectors that answer, or else the
	 * model the store migrates to.
	 * @throws EmbeddingModelMismatchException if neither is there
	 */
	public Maker forDocuments(StoreAccess store) {
		while (true) {
			Maker instead = insteadOfOwn(store);
			if (instead != null) {
				return instead;
			}
			checkFormer(store);
			Maker maker = store.<@Nullable Maker>use((session) -> isLearned(session) ? forDocuments(session) : null);
			if (maker != null) {
				return maker;
			}
		}
	}

	private Maker forDocuments(StoreSession session) {
		Generations generations = session.identity().generations();
		for (ModelGeneration generation : generations.inUse()) {
			EmbeddingClient client = of(session, generation.number());
			if (client != null) {
				return new Maker(client, generation.number());
			}
		}
		ModelGeneration current = generations.current();
		throw new EmbeddingModelMismatchException(current.model(), this.own.configuredName(), current.dimensions(), 0);
	}

	/** The generation of vectors that callers bring: that of other additions. */
	public int generationOfDocuments(StoreAccess store) {
		while (true) {
			Maker instead = insteadOfOwn(store);
			if (instead != null) {
				return instead.generation();
			}
			checkFormer(store);
			Integer generation = store
				.<@Nullable Integer>use((session) -> isLearned(session) ? generationOfDocuments(session) : null);
			if (generation != null) {
				return generation;
			}
		}
	}

	private int generationOfDocuments(StoreSession session) {
		Generations generations = session.identity().generations();
		return generations.inUse()
			.stream()
			.filter((generation) -> of(session, generation.number()) != null)
			.findFirst()
			.orElse(generations.current())
			.number();
	}

	/** What may have made vectors that come from elsewhere. */
	public Maker thatFits(StoreSession session, @Nullable String model, int dimensions) {
		Generations generations = session.identity().generations();
		int number = generations.inUse()
			.stream()
			.filter((generation) -> generation.fits(model, dimensions))
			.findFirst()
			.orElse(generations.current())
			.number();
		EmbeddingClient client = of(session, number);
		return new Maker((client != null) ? client : this.own, number);
	}

	/** What questions are embedded by; {@code null} if words alone can answer. */
	public @Nullable Maker forQuestions(StoreAccess store) {
		while (true) {
			Maker instead = insteadOfOwn(store);
			if (instead != null) {
				return instead;
			}
			checkFormer(store);
			Optional<Maker> maker = store.<@Nullable Optional<Maker>>use((session) -> {
				followOwner(session);
				return isLearned(session) ? Optional.ofNullable(forQuestions(session)) : null;
			});
			if (maker != null) {
				return maker.orElse(null);
			}
		}
	}

	/** The owner of what is only read may have begun to migrate, or switched. */
	private void followOwner(StoreSession session) {
		Generations generations = session.identity().generations();
		if (session.database().isReadOnly() && !this.models.areOf(generations)
				&& of(session, generations.current().number()) == null) {
			open(generations, session.options().dimensions());
		}
	}

	private @Nullable Maker forQuestions(StoreSession session) {
		int current = session.identity().current().number();
		EmbeddingClient client = of(session, current);
		return (client != null) ? new Maker(client, current) : null;
	}

	/**
	 * Whether it is this session whose model was learned: the store may have been stopped
	 * and started since, and then the own model stands where nothing is known of it.
	 */
	private boolean isLearned(StoreSession session) {
		return this.models.areLearned() || isUnbound(session.identity().generations());
	}

	/** Whether words alone can answer, as far as that is known. */
	public boolean isByWords(StoreSession session) {
		return this.models.supposed(session.identity().current().number()) == null;
	}

	/**
	 * Finds out which model the own one is, and begins to migrate to it if it is another
	 * one than before.
	 */
	public void learn(StoreAccess store) {
		if (this.models.areLearned() || store.use(this::isLearned)) {
			return;
		}
		// Under no lock: who does not need a model that hangs shall not wait for it.
		ModelAnswer answer = answer(store);
		store.run((session) -> settle(session, answer));
	}

	private ModelAnswer answer(StoreAccess store) {
		ModelAnswer before = this.told;
		// Of readers: each step of the writer has them look anew.
		boolean holds = before != null && store.use((session) -> session.database().isReadOnly()
				&& session.identity().current().number() == before.compared());
		return (before != null && holds) ? before : this.ownProbe.ask(store);
	}

	/**
	 * Learns which model the own one is.
	 * @return the former one, if the own one fails or does not answer in time, and the
	 * former one's vectors answer; {@code null} once the own one is known
	 */
	private @Nullable Maker insteadOfOwn(StoreAccess store) {
		Maker known = besideFormer(store);
		if (known != null) {
			return known;
		}
		try {
			learn(store);
			return null;
		}
		catch (RuntimeException ex) {
			EmbeddingClient client = this.former;
			ModelProbe probe = this.formerProbe;
			if (client == null || probe == null) {
				throw ex;
			}
			ModelGeneration current = store.use((session) -> session.identity().current());
			if (!isOfFormer(store, probe, current)) {
				throw ex;
			}
			if (!this.models.leaveToFormerUnlessLearned(current)) {
				return null;
			}
			if (!this.toldOfFailure) {
				this.toldOfFailure = true;
				logger.warn("The former embedding model goes on: the store has not learned yet whether it has to "
						+ "migrate to the other one (" + StoreException.reason(ex) + ")");
			}
			return new Maker(client, current.number());
		}
	}

	/**
	 * Once the former model has answered for the own one, callers do not wait for the
	 * latter any more.
	 */
	private @Nullable Maker besideFormer(StoreAccess store) {
		EmbeddingClient client = this.former;
		if (client == null || this.models.areLearned() || this.ownProbe.hasAnswer()) {
			return null;
		}
		ModelGeneration current = store.use((session) -> session.identity().current());
		if (isUnboundGeneration(current) || !Boolean.TRUE.equals(this.models.formerFits(current))) {
			return null;
		}
		this.ownProbe.askBeside(store);
		return this.models.leaveToFormerUnlessLearned(current) ? new Maker(client, current.number()) : null;
	}

	/** What is configured as the former model may be another one, or outdated. */
	private void checkFormer(StoreAccess store) {
		ModelGeneration current = store.use((session) -> session.identity().current());
		if (this.formerProbe != null && this.models.supposed(current.number()) == this.former) {
			isOfFormer(store, this.formerProbe, current);
		}
	}

	/** Whether vectors come from the former model, which is asked once for each. */
	private boolean isOfFormer(StoreAccess store, ModelProbe former, ModelGeneration current) {
		Boolean known = this.models.formerFits(current);
		if (known != null) {
			return known;
		}
		ModelAnswer answer = former.ask(store);
		boolean fits = answer.made(current);
		if (this.models.formerFits(current, fits) && !fits) {
			logger.warn(store.use((session) -> session.options().property("embedding.former-bean")) + " names "
					+ answer.describe() + ", but the stored embeddings come from " + current.name()
					+ ((current.model() != null) ? " with " + current.dimensions() + " dimensions" : "")
					+ ": it is not asked, and words alone answer until the store has migrated. Name the model they come "
					+ "from, or remove the property");
		}
		return fits;
	}

	/**
	 * Asks a model that is given to migrate to which one it is.
	 * @throws StoreException if it does not answer in time
	 */
	public ModelAnswer ask(StoreAccess store, EmbeddingClient client) {
		ModelProbe probe = new ModelProbe(client, "The embedding model to migrate to", false, this.patience);
		this.givenProbes.add(probe);
		try {
			return probe.ask(store);
		}
		finally {
			this.givenProbes.remove(probe);
			probe.end();
		}
	}

	/**
	 * Whose vectors the own model makes, asking it only if that is not settled.
	 * @return the generation, or {@code null} if there is none of it
	 */
	public @Nullable ModelGeneration ofOwn(StoreAccess store) {
		Generations generations = store.use((session) -> session.identity().generations());
		if (isUnbound(generations)) {
			return null;
		}
		if (this.migrates && this.models.areLearned()) {
			return generations.all()
				.stream()
				.filter((each) -> this.models.supposed(each.number()) == this.own)
				.findFirst()
				.orElse(null);
		}
		return this.ownProbe.ask(store).generation(generations);
	}

	static boolean isUnbound(Generations generations) {
		return isUnboundGeneration(generations.current());
	}

	private static boolean isUnboundGeneration(ModelGeneration generation) {
		return generation.model() == null && generation.dimensions() == 0;
	}

	private synchronized void settle(StoreSession session, ModelAnswer answer) {
		if (this.models.areLearned()) {
			return;
		}
		this.told = answer;
		Generations generations = session.identity().generations();
		String name = answer.name();
		int dimensions = answer.dimensions();
		ModelGeneration made = answer.generation(generations);
		if (made != null && generations.inUse(made.number()) != null) {
			this.models.assign(made, generations, true);
		}
		else if (session.database().isReadOnly() || generations.isRejected(name, dimensions)) {
			leaveToFormer(generations, name, dimensions, true);
		}
		else {
			session.writer().change((transaction) -> begin(session, transaction, this.own, name, dimensions));
		}
	}

	/**
	 * Asks the own model once more which one it is, after it gave vectors that are not of
	 * the generation it was supposed to fill, and begins to migrate to what it is now.
	 * @return whether that has begun
	 */
	public boolean learnAnew(StoreAccess store) {
		Generations before = store.use((session) -> session.identity().generations());
		ModelGeneration next = before.next();
		if (!this.migrates || next == null || this.models.supposed(next.number()) != this.own) {
			return false;
		}
		ModelAnswer answer = this.ownProbe.ask(store);
		if (answer.dimensions() == 0 || answer.generation(before) != null
				|| before.isRejected(answer.name(), answer.dimensions())) {
			return false;
		}
		store.run((session) -> session.writer().change((transaction) -> {
			if (next.equals(session.identity().generations().next())) {
				begin(session, transaction, this.own, answer.name(), answer.dimensions());
			}
		}));
		return true;
	}

	private void begin(StoreSession session, WriteTransaction transaction, EmbeddingClient client,
			@Nullable String name, int dimensions) throws SQLException {
		GenerationSteps.begin(transaction.connection(), name, dimensions);
		changed(session, transaction, client);
	}

	/**
	 * Begins to migrate to a model, unless its vectors answer, or has it go on with what
	 * was begun.
	 * @throws IllegalStateException if the store migrates to another one
	 */
	public void migrate(StoreSession session, EmbeddingClient client, ModelAnswer answer) {
		session.writer().change((transaction) -> {
			Generations generations = session.identity().generations();
			ModelGeneration next = generations.next();
			ModelGeneration made = answer.generation(generations);
			if (next != null) {
				if (!next.equals(made)) {
					throw new IllegalStateException("The store is migrating to " + next.name()
							+ " already. Let that end, or give it up with rollbackMigration(), then migrate to '"
							+ answer.name() + "'");
				}
				this.models.give(next, client);
			}
			else if (!generations.current().equals(made)) {
				begin(session, transaction, client, answer.name(), answer.dimensions());
			}
		});
	}

	/**
	 * Turns back to the former model, or gives the migration under way up.
	 * @throws IllegalStateException if there is no way back
	 */
	public void turnBack(StoreSession session) {
		session.writer().change((transaction) -> {
			Generations generations = session.identity().generations();
			ModelGeneration to = generations.isMigrating() ? generations.current() : generations.previous();
			if (to == null || generations.hasTurnedBack()) {
				throw new IllegalStateException("There is no migration to roll back: embeddings of "
						+ generations.current().name() + " answer, and "
						+ ((to != null)
								? "those of " + to.name() + " were turned back from; migrate(...) goes there again"
								: "no others are kept"));
			}
			if (this.models.supposed(to.number()) == null
					&& !EmbeddingTable.missing(transaction.connection(), to.number(), 0, 1).isEmpty()) {
				throw new IllegalStateException("Documents have been added that have no embedding of " + to.name()
						+ ", and that model is not there. Name it ("
						+ session.options().property("embedding.former-bean") + "), or give it to migrate(...)");
			}
			GenerationSteps.turnBack(transaction.connection());
			changed(session, transaction, null);
		});
	}

	private void changed(StoreSession session, WriteTransaction transaction, @Nullable EmbeddingClient client)
			throws SQLException {
		Generations changed = Generations.load(transaction.connection());
		transaction.afterCommit(() -> {
			session.identity().generations(changed);
			session.index().abandonOthers(changed);
			ModelGeneration next = changed.next();
			if (client == this.own && next != null) {
				this.models.assign(next, changed, true);
			}
			else if (client != null && next != null) {
				this.models.give(next, client);
			}
			if (next != null) {
				logger.info("Vector store in " + session.directory().path() + ": embeddings of "
						+ changed.current().name() + " are replaced by those of " + next.name() + " in the background");
			}
		});
	}

	/**
	 * A model that has been asked in vain which one it is.
	 *
	 * @param reason why there is no answer
	 * @param since when it was asked first
	 */
	public record Unanswered(String reason, Instant since) {

	}

	/**
	 * A model, and whose vectors it makes.
	 *
	 * @param client asks it
	 * @param generation of its vectors
	 */
	public record Maker(EmbeddingClient client, int generation) {

	}

}
