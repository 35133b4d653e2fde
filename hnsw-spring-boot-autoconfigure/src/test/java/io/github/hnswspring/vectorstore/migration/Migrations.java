package io.github.hnswspring.vectorstore.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.MigrationPhase;
import io.github.hnswspring.vectorstore.MigrationStatus;
import io.github.hnswspring.vectorstore.StoreFixture;

import org.springframework.ai.document.Document;
import org.springframework.ai.document.MetadataMode;
import org.springframework.ai.embedding.BatchingStrategy;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;

import static org.assertj.core.api.Assertions.assertThat;

/** What tests of migrations need. */
final class Migrations {

	private Migrations() {
	}

	static MigrationStatus of(HnswVectorStore store) {
		MigrationStatus status = store.status().migration();
		assertThat(status).isNotNull();
		return status;
	}

	static boolean isSwitched(HnswVectorStore store) {
		MigrationStatus status = store.status().migration();
		return status != null && status.phase() == MigrationPhase.SWITCHED && status.formerKeptUntil() != null;
	}

	static void awaitSwitch(HnswVectorStore store) {
		StoreFixture.await("the switch to the next model", () -> isSwitched(store));
	}

	static BatchingStrategy batches(int size) {
		return (all) -> {
			List<List<Document>> parts = new ArrayList<>();
			for (int from = 0; from < all.size(); from += size) {
				parts.add(all.subList(from, Math.min(all.size(), from + size)));
			}
			return parts;
		};
	}

	/** Puts metadata in front of the text. */
	static class MetadataModel extends TestEmbeddingModel {

		MetadataModel(int dimensions, String name) {
			super(dimensions, name);
		}

		@Override
		public String getEmbeddingContent(Document document) {
			return document.getFormattedContent(MetadataMode.EMBED);
		}

	}

	/** Does not answer for some texts until it may. */
	static class HangingModel extends TestEmbeddingModel {

		final CountDownLatch asked = new CountDownLatch(1);

		final CountDownLatch mayAnswer = new CountDownLatch(1);

		private final String prefix;

		HangingModel(int dimensions, String name, String prefix) {
			super(dimensions, name);
			this.prefix = prefix;
		}

		@Override
		public EmbeddingResponse call(EmbeddingRequest request) {
			if (request.getInstructions().get(0).startsWith(this.prefix)) {
				this.asked.countDown();
				try {
					this.mayAnswer.await();
				}
				catch (InterruptedException ex) {
					throw new IllegalStateException(ex);
				}
			}
			return super.call(request);
		}

	}

}
