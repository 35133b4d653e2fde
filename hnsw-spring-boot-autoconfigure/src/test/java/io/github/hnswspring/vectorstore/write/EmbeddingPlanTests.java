package io.github.hnswspring.vectorstore.write;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.hnswspring.vectorstore.embedding.ContentHash;
import org.junit.jupiter.api.Test;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.BatchingStrategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class EmbeddingPlanTests {

	private static final BatchingStrategy ONE_BY_ONE = (documents) -> documents.stream().map(List::of).toList();

	private static Draft draft(String id, String text) {
		return new Draft(new Document(id, text, Map.of()), text, "{}", text, 0, ContentHash.of(text), Set.of(), null);
	}

	@Test
	void aContentIsEmbeddedOnceForAllItsDocuments() {
		Draft first = draft("a", "same");
		Draft second = draft("b", "same");
		EmbeddingPlan plan = EmbeddingPlan.of(List.of(), List.of(List.of(first, second)), ONE_BY_ONE);
		assertThat(plan.batches()).hasSize(1);
		assertThat(plan.batches().get(0)).singleElement()
			.satisfies((group) -> assertThat(group.drafts()).containsExactly(first, second));
		assertThat(plan.batches().get(0).get(0).name()).isEqualTo("document 'a' and 1 more of this content");
	}

	@Test
	void theStrategyDecidesHowMuchGoesIntoOneRequest() {
		List<List<Draft>> unknown = List.of(List.of(draft("a", "1")), List.of(draft("b", "2")),
				List.of(draft("c", "3")));
		BatchingStrategy pairs = (documents) -> List.of(documents.subList(0, 2), documents.subList(2, 3));
		assertThat(EmbeddingPlan.of(List.of(), unknown, pairs).batches()).extracting(List::size).containsExactly(2, 1);
	}

	@Test
	void aStrategyMayHandOutCopies() {
		BatchingStrategy copying = (documents) -> List
			.of(documents.stream().map((document) -> document.mutate().build()).toList());
		Draft draft = draft("a", "text");
		EmbeddingPlan plan = EmbeddingPlan.of(List.of(), List.of(List.of(draft)), copying);
		assertThat(plan.batches().get(0).get(0).first()).isSameAs(draft);
	}

	@Test
	void aStrategyThatLosesADocumentIsTold() {
		BatchingStrategy losing = (documents) -> List.of(documents.subList(1, documents.size()));
		List<List<Draft>> unknown = List.of(List.of(draft("a", "1")), List.of(draft("b", "2")));
		assertThatIllegalStateException().isThrownBy(() -> EmbeddingPlan.of(List.of(), unknown, losing))
			.withMessageContaining("returned 1 of 2 documents");
	}

	@Test
	void whatTheStrategyRefusesAloneIsInNoBatch() {
		BatchingStrategy limited = (documents) -> {
			if (documents.stream().anyMatch((document) -> String.valueOf(document.getText()).length() > 5)) {
				throw new IllegalArgumentException("too long");
			}
			return List.of(documents);
		};
		List<List<Draft>> unknown = new ArrayList<>();
		unknown.add(List.of(draft("long", "more than five")));
		unknown.add(List.of(draft("short", "five")));
		EmbeddingPlan plan = EmbeddingPlan.of(List.of(), unknown, limited);
		assertThat(plan.batches()).singleElement()
			.satisfies((batch) -> assertThat(batch).extracting((group) -> group.first().id()).containsExactly("short"));
		assertThat(plan.refused().exception()).hasMessageContaining("ocument 'long'");
	}

}
