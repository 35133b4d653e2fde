package io.github.hnswspring.benchmarks.replica;

import java.nio.file.Path;

import io.github.hnswspring.benchmarks.data.VectorFile;
import io.github.hnswspring.benchmarks.engine.GivenEmbeddings;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DocumentFeed} and {@link AskedStore}, on a store of one node.
 */
class DocumentFeedTests {

	@TempDir
	private Path directory;

	@Test
	void documentsComeOneAfterTheOtherAndNoneTwice() {
		try (HnswVectorStore store = HnswVectorStore.builder(new GivenEmbeddings()).build()) {
			DocumentFeed feed = feed(100);
			assertThat(feed.add(store, 3)).isEqualTo(Documents.id(2));
			feed.addUntil(store, 100);
			assertThat(store.count()).isEqualTo(100);
			// Beyond the last vector.
			assertThat(feed.add(store, 30)).isEqualTo(Documents.id(129));
			assertThat(store.count()).isEqualTo(130);
		}
	}

	@Test
	void whatIsFoundIsToldByRows() {
		GivenEmbeddings embeddings = new GivenEmbeddings();
		try (HnswVectorStore store = HnswVectorStore.builder(embeddings).build()) {
			feed(100).addUntil(store, 100);
			AskedStore asked = new AskedStore(store, embeddings, new float[][] { vector(54), vector(7) },
					AskedStore.request(Documents.TENTH));
			int[][] rows = asked.rows();
			assertThat(rows[0]).containsExactly(53, 63, 43, 73, 33, 83, 23, 93, 13, 3);
			assertThat(rows[1]).startsWith(3, 13, 23);
			assertThat(asked.ask(2)).first().extracting("id").isEqualTo(Documents.id(53));
		}
	}

	private DocumentFeed feed(int rows) {
		Path base = this.directory.resolve("base.fbin");
		VectorFile.write(base, rows, 2, DocumentFeedTests::vector);
		return new DocumentFeed(VectorFile.open(base));
	}

	/** A quarter of a circle, on which near numbers are near. */
	private static float[] vector(int row) {
		double angle = row * Math.PI / 200;
		return new float[] { (float) Math.cos(angle), (float) Math.sin(angle) };
	}

}
