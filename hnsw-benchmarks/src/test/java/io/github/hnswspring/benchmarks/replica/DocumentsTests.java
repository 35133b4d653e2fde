package io.github.hnswspring.benchmarks.replica;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.github.hnswspring.benchmarks.engine.GivenEmbeddings;
import org.junit.jupiter.api.Test;

import org.springframework.ai.document.Document;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Documents}.
 */
class DocumentsTests {

	@Test
	void filtersPassTheirShare() {
		Map<String, Integer> shares = Map.of("", 30_000, Documents.TENTH, 3_000, Documents.FIFTIETH, 600,
				Documents.THOUSANDTH, 30);
		shares.forEach((filter,
				share) -> assertThat(IntStream.range(0, 30_000).filter((row) -> Documents.passes(row, filter)).count())
					.isEqualTo(share.longValue()));
	}

	@Test
	void whatPassesHasTheMetadataOfTheFilter() {
		for (String filter : List.of(Documents.TENTH, Documents.FIFTIETH, Documents.THOUSANDTH)) {
			String[] sides = filter.replace("'", "").split(" == ");
			for (int row = 0; row < 2_000; row++) {
				assertThat(Documents.of(row).getMetadata().get(sides[0]).equals(sides[1]))
					.isEqualTo(Documents.passes(row, filter));
			}
		}
	}

	@Test
	void aDocumentIsKnownByItsIdAndItsVectorByItsText() {
		GivenEmbeddings embeddings = new GivenEmbeddings();
		embeddings.vectors(new float[][] { { 0 }, { 1 }, { 2 } });
		Document document = Documents.of(2);
		assertThat(Documents.row(document.getId())).isEqualTo(2);
		assertThat(document.getText()).hasSizeBetween(600, 620);
		assertThat(embeddings.embed(document)).containsExactly(2);
		assertThat(Documents.of(2)).isEqualTo(document);
	}

}
