package io.github.hnswspring.vectorstore.session;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.MigrationStatus;
import io.github.hnswspring.vectorstore.OnModelChange;
import io.github.hnswspring.vectorstore.StoreClosedException;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.vectorstore.StoreSeams;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/** Which model makes vectors of which generation, at any moment of a start and a stop. */
class EmbeddingModelsTests {

	private static final int STEPS = 7;

	@TempDir
	Path directory;

	private final TestEmbeddingModel old = new TestEmbeddingModel(64, "old-words");

	/** Tells its name and embeds nothing else. */
	private final TestEmbeddingModel next = new TestEmbeddingModel(96, "new-words") {
		@Override
		public EmbeddingResponse call(EmbeddingRequest request) {
			if (request.getInstructions().get(0).contains(" ")) {
				throw new IllegalStateException("not now");
			}
			return super.call(request);
		}
	};

	/**
	 * What was learned of a model is forgotten with a stop. Where the store was turned
	 * back from it, the next start supposes that it is the one that answers.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aStoreThatIsStartedAgainMeanwhileIsNotGivenVectorsOfAModelItWasTurnedBackFrom(boolean questions) {
		try (HnswVectorStore store = StoreFixture.open(this.directory, this.old)) {
			store.add(StoreFixture.documents("d", 10, new Random(1)));
		}
		try (HnswVectorStore store = StoreFixture.open(this.directory, this.next,
				(builder) -> builder.onModelChange(OnModelChange.MIGRATE).formerEmbeddingModel(this.old))) {
			StoreSeams.session(store).models().learn(StoreSeams.access(store));
			store.rollbackMigration();
			int answered = 0;
			for (int step = 0; step < STEPS; step++) {
				EmbeddingModels.Maker maker = ask(store, new Restarting(store, step), questions);
				if (maker != null) {
					answered++;
					assertThat(maker.generation()).isZero();
					assertThat(maker.client().asks(this.old)).as("started again before step " + step).isTrue();
				}
			}
			assertThat(answered).isPositive();
		}
	}

	@Test
	void documentsAreNotEmbeddedByAModelItWasTurnedBackFromIfItIsStartedAgainMeanwhile() {
		try (HnswVectorStore store = StoreFixture.open(this.directory, this.old)) {
			store.add(StoreFixture.documents("d", 10, new Random(1)));
		}
		try (HnswVectorStore store = StoreFixture.open(this.directory, this.next,
				(builder) -> builder.onModelChange(OnModelChange.MIGRATE).formerEmbeddingModel(this.old))) {
			StoreSeams.session(store).models().learn(StoreSeams.access(store));
			store.rollbackMigration();
			int added = 0;
			for (int step = 0; step < 2 * STEPS; step++) {
				List<Document> documents = StoreFixture.documents("step" + step + "-", 2, new Random(step));
				try {
					StoreSeams.pipeline(store).add(new Restarting(store, step), documents);
					added++;
					StoreFixture.assertFindsEach(store, this.old, documents);
				}
				catch (StoreClosedException ex) {
					// Being told of the stop is as good.
				}
			}
			assertThat(added).isPositive();
		}
	}

	/**
	 * On a way back the own model may be either of the two, and the former one the other:
	 * a call from before must not be embedded by the wrong one.
	 */
	@Test
	void aFormerModelIsNotTakenForAnotherOnesBeforeTheStoreHasLearnedItsModels() {
		String late = "a thunder late in winter";
		TestEmbeddingModel former = new TestEmbeddingModel(64, "old-words") {
			@Override
			public EmbeddingResponse call(EmbeddingRequest request) {
				if (request.getInstructions().contains(late)) {
					throw new IllegalStateException("the way back takes its time");
				}
				return super.call(request);
			}
		};
		CountDownLatch mayTell = new CountDownLatch(1);
		AtomicBoolean silent = new AtomicBoolean();
		TestEmbeddingModel own = new TestEmbeddingModel(96, "new-words") {
			@Override
			public EmbeddingResponse call(EmbeddingRequest request) {
				if (silent.get()) {
					assertThatNoException().isThrownBy(mayTell::await);
				}
				return super.call(request);
			}
		};
		try (HnswVectorStore store = StoreFixture.open(this.directory, former)) {
			store.add(StoreFixture.documents("d", 10, new Random(1)));
		}
		try (HnswVectorStore store = StoreFixture.open(this.directory, own,
				(builder) -> builder.onModelChange(OnModelChange.MIGRATE).formerEmbeddingModel(former))) {
			StoreSeams.session(store).models().learn(StoreSeams.access(store));
			StoreFixture.await("the switch", () -> store.status().dimensions().getAsInt() == 96);
			store.add(List.of(StoreFixture.document("late", late)));
			StoreFixture.await("the end of the switch",
					() -> StoreSeams.session(store).identity().generations().target() == null);
			store.rollbackMigration();
			silent.set(true);
			store.stop();
			store.start();
			StoreSession session = StoreSeams.session(store);
			int answering = session.identity().current().number();
			assertThat(session.identity().expectedDimensions(session.identity().current())).isEqualTo(96);
			assertThat(session.models().of(session, answering)).isNull();
			mayTell.countDown();
			List<Document> documents = StoreFixture.documents("after", 5, new Random(2));
			store.add(documents);
			StoreFixture.assertFindsEach(store, own, documents);
			assertThat(session.models().of(session, answering)).matches((maker) -> maker.asks(own));
		}
	}

	@Test
	void aReaderWhoseOwnerHasNotBegunToMigrateIsNotAnsweredByTheOtherModel() {
		try (HnswVectorStore owner = StoreFixture.open(this.directory, this.old)) {
			owner.add(StoreFixture.documents("d", 10, new Random(1)));
			try (HnswVectorStore reader = StoreFixture.open(this.directory, new TestEmbeddingModel(96, "new-words"),
					(builder) -> builder.readOnly(true).onModelChange(OnModelChange.MIGRATE))) {
				for (int question = 0; question < 3; question++) {
					assertThat(reader.similaritySearch("d" + question)).extracting(Document::getId)
						.containsExactly("d" + question);
				}
				owner.migrate(new TestEmbeddingModel(96, "new-words"));
				StoreFixture.await("the other model", () -> {
					reader.similaritySearch("d1");
					return reader.status().dimensions().getAsInt() == 96 && !isByWords(reader);
				});
			}
		}
	}

	private static boolean isByWords(HnswVectorStore store) {
		MigrationStatus status = store.status().migration();
		return status != null && status.byWords();
	}

	/** {@code null} if it was told of the stop, which is as good. */
	private static EmbeddingModels.@Nullable Maker ask(HnswVectorStore store, StoreAccess access, boolean questions) {
		EmbeddingModels models = StoreSeams.session(store).models();
		try {
			return questions ? models.forQuestions(access) : models.forDocuments(access);
		}
		catch (StoreClosedException ex) {
			return null;
		}
	}

	/** Stops and starts a store before one of the times it is lent. */
	private static final class Restarting implements StoreAccess {

		private final HnswVectorStore store;

		private final AtomicInteger left;

		Restarting(HnswVectorStore store, int step) {
			this.store = store;
			this.left = new AtomicInteger(step);
		}

		@Override
		public <T extends @Nullable Object> T use(Function<StoreSession, T> work) {
			if (this.left.getAndDecrement() == 0) {
				this.store.stop();
				this.store.start();
			}
			return StoreSeams.access(this.store).use(work);
		}

	}

}
