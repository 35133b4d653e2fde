package io.github.hnswspring.vectorstore.migration;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.Limits;
import io.github.hnswspring.vectorstore.embedding.EmbeddingClient;
import io.github.hnswspring.vectorstore.embedding.EmbeddingCounters;
import io.github.hnswspring.vectorstore.options.ModelGeneration;
import io.github.hnswspring.vectorstore.progress.Activities;
import io.github.hnswspring.vectorstore.session.ModelAnswer;
import io.github.hnswspring.vectorstore.session.StoreSession;
import io.github.hnswspring.vectorstore.write.Backfill;
import io.github.hnswspring.vectorstore.write.ContentClaims;
import io.github.hnswspring.vectorstore.write.Draft;
import io.github.hnswspring.vectorstore.write.EmbeddedDraft;
import io.github.hnswspring.vectorstore.write.EmbeddingPlan;
import io.github.hnswspring.vectorstore.write.IngestPipeline;
import io.github.hnswspring.vectorstore.write.OpenStore;
import io.github.hnswspring.vectorstore.write.Refusals;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.embedding.TokenCountBatchingStrategy;

import static io.github.hnswspring.vectorstore.write.OpenStore.draft;
import static io.github.hnswspring.vectorstore.write.OpenStore.embedded;
import static org.assertj.core.api.Assertions.assertThat;

/** What a migration asks of the next model, and when. */
class MigrationFillerTests {

	@TempDir
	Path directory;

	private final EmbeddingClient next = new EmbeddingClient(new TestEmbeddingModel(4, "next"), null, Set.of());

	private final List<String> asked = new ArrayList<>();

	@Test
	void whileItGivesWayNothingIsClaimedAndWhatIsDeletedThenIsNotSent() throws Exception {
		try (OpenStore store = new OpenStore(this.directory, (options) -> {
		})) {
			IngestPipeline pipeline = new IngestPipeline(new TokenCountBatchingStrategy(), store.codec, Limits.DEFAULTS,
					new EmbeddingCounters(), Activities.unheard());
			store.put(embedded("a", "river", 1, 2), embedded("b", "secret", 3, 4));
			ModelGeneration target = store.access.use((session) -> {
				session.models().migrate(session, this.next, new ModelAnswer("next", 4, 0, false));
				return Objects.requireNonNull(session.identity().generations().next());
			});
			StoreSession session = Objects.requireNonNull(store.access.session());
			Backfill backfill = new Backfill(pipeline, session);
			MigrationFiller filler = new MigrationFiller(backfill, session);
			filler.begin(target.number());
			MigrationFiller.Chunk chunk = Objects.requireNonNull(filler.next());
			filler.fill(chunk, this.next, target, new MigrationFiller.Asking() {

				@Override
				public void giveWay() {
					Draft sameText = Draft.ofStored(draft("c", "river").document(),
							Objects.requireNonNull(chunk.rows().get("a")), MigrationFillerTests.this.next,
							target.number());
					try (ContentClaims.Claim claim = backfill.claim(List.of(sameText))) {
						assertThat(claim.ours()).as("not claimed by the migration").containsExactly(sameText);
					}
					store.remove(draft("b", "secret"));
				}

				@Override
				public List<EmbeddedDraft> ask(List<EmbeddingPlan.Group> batch, Refusals refusals) {
					batch.forEach((group) -> MigrationFillerTests.this.asked.add(group.first().content()));
					return backfill.embed(filler.access(), batch, refusals);
				}

				@Override
				public boolean answers() {
					return true;
				}

			});
			assertThat(this.asked).containsExactly("river");
			assertThat(store.ids()).containsExactly("a");
			assertThat(filler.next()).as("all have a vector").isNull();
		}
	}

}
