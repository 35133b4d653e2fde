package io.github.hnswspring.vectorstore.contract;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.vectorstore.HitMetadata;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.SearchMode;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.ai.content.Media;
import org.springframework.ai.document.Document;
import org.springframework.ai.document.DocumentMetadata;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.filter.Filter.Expression;
import org.springframework.ai.vectorstore.filter.Filter.ExpressionType;
import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder;
import org.springframework.util.MimeTypeUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What the official stores' integration tests have in common, in each mode.
 */
@ParameterizedClass
@EnumSource(SearchMode.class)
class OfficialStoreChecksTests extends AbstractStoreTests {

	private static final Document SPRING = document("spring", "Spring AI rocks: beans, beans, beans",
			Map.of("meta1", "meta1"));

	private static final Document WEATHER = document("weather", "Hello world, the weather in the mountains is fine",
			Map.of());

	private static final Document DEPRESSION = document("depression", "Great Depression of the last century",
			Map.of("meta2", "meta2"));

	OfficialStoreChecksTests(SearchMode mode) {
		super(mode);
	}

	@Test
	void addAndSearch() {
		this.store.add(List.of(SPRING, WEATHER, DEPRESSION));
		List<Document> found = search("What is Great Depression", 1);
		assertThat(found).hasSize(1);
		Document first = found.get(0);
		assertThat(first.getId()).isEqualTo("depression");
		assertThat(first.getText()).isEqualTo(DEPRESSION.getText());
		assertThat(first.getMetadata()).containsOnlyKeys(keys("meta2")).containsEntry("meta2", "meta2");
		assertThat(first.getScore()).isBetween(0.2, 1.0);
		if (this.mode != SearchMode.TEXT) {
			assertThat(first.getMetadata().get(DocumentMetadata.DISTANCE.value())).isInstanceOf(Double.class)
				.satisfies(
						(distance) -> assertThat((Double) distance).isCloseTo(1.0 - similarity(first), within(1e-6)));
		}
		this.store.delete(List.of("spring", "weather", "depression"));
		assertThat(search("Great Depression", 1)).isEmpty();
	}

	@Test
	void searchWithFilters() {
		this.store.add(List.of(world("bg2020", "BG", 2020), world("nl", "NL", null), world("bg2023", "BG", 2023)));
		assertThat(ids(search("The World", 5))).containsExactly("bg2020", "bg2023", "nl");
		assertThat(ids(search("The World", 5, "country == 'NL'"))).containsExactly("nl");
		assertThat(ids(search("The World", 5, "country == 'BG'"))).containsExactly("bg2020", "bg2023");
		assertThat(ids(search("The World", 5, "country == 'BG' && year == 2020"))).containsExactly("bg2020");
		assertThat(ids(search("The World", 5, "country in ['BG']"))).containsExactly("bg2020", "bg2023");
		assertThat(ids(search("The World", 5, "country in ['BG', 'NL']"))).containsExactly("bg2020", "bg2023", "nl");
		assertThat(ids(search("The World", 5, "country not in ['BG']"))).containsExactly("nl");
		assertThat(ids(search("The World", 5, "country nin ['BG', 'NL']"))).isEmpty();
		assertThat(ids(search("The World", 5, "NOT(country not in ['BG'])"))).containsExactly("bg2020", "bg2023");
		assertThat(ids(search("The World", 5, "NOT (country == 'BG' && year == 2020)"))).containsExactly("bg2023",
				"nl");
		assertThat(ids(search("The World", 5, "year >= 2021 || country == 'NL'"))).containsExactly("bg2023", "nl");
	}

	@Test
	void searchWithNullChecks() {
		this.store.add(List.of(world("bg2020", "BG", 2020), world("nl", "NL", null)));
		assertThat(ids(search("The World", 5, "year IS NULL"))).containsExactly("nl");
		assertThat(ids(search("The World", 5, "year IS NOT NULL"))).containsExactly("bg2020");
		assertThat(ids(search("The World", 5, "NOT year IS NULL"))).containsExactly("bg2020");
	}

	@Test
	void documentUpdate() {
		this.store.add(List.of(document("one", "Spring AI rocks", Map.of("meta1", "meta1"))));
		assertThat(search("Spring", 5)).singleElement()
			.satisfies((found) -> assertThat(found.getMetadata()).containsEntry("meta1", "meta1"));
		this.store.add(List.of(document("one", "The World is Big", Map.of("meta2", "meta2"))));
		// By words nothing is found that has none of them.
		assertThat(search("FooBar", 5)).hasSize((this.mode == SearchMode.TEXT) ? 0 : 1);
		assertThat(search("a FooBar World", 5)).singleElement().satisfies((found) -> {
			assertThat(found.getId()).isEqualTo("one");
			assertThat(found.getText()).isEqualTo("The World is Big");
			assertThat(found.getMetadata()).containsEntry("meta2", "meta2").doesNotContainKey("meta1");
		});
		assertThat(search("Spring", 5, "meta1 == 'meta1'")).isEmpty();
		assertThat(search("Spring", 5, "meta2 == 'meta2'")).hasSize((this.mode == SearchMode.TEXT) ? 0 : 1);
		assertThat(search("World", 5, "meta2 == 'meta2'")).hasSize(1);
		assertThat(this.store.count()).isEqualTo(1);
	}

	@Test
	void searchWithThreshold() {
		this.store.add(List.of(SPRING, WEATHER, DEPRESSION));
		SearchRequest all = SearchRequest.builder().query("the Great Depression").topK(5).build();
		assertThat(this.store.similaritySearch(all)).hasSize((this.mode == SearchMode.TEXT) ? 2 : 3)
			.extracting(Document::getScore)
			.isSortedAccordingTo(Comparator.reverseOrder());
		List<Double> scores = this.store.similaritySearch(HnswSearchRequest.of(all).withMode(SearchMode.DENSE))
			.stream()
			.map(Document::getScore)
			.toList();
		// In every mode a threshold means the similarity, not the rank.
		double threshold = (scores.get(0) + scores.get(1)) / 2;
		List<Document> found = this.store
			.similaritySearch(SearchRequest.from(all).similarityThreshold(threshold).build());
		assertThat(found).singleElement().satisfies((document) -> {
			assertThat(document.getId()).isEqualTo("depression");
			assertThat(similarity(document)).isGreaterThanOrEqualTo(threshold);
		});
	}

	@Test
	void deleteWithComplexFilterExpression() {
		this.store.add(List.of(document("a1", "Content one", Map.of("type", "A", "priority", 1)),
				document("a2", "Content two", Map.of("type", "A", "priority", 2)),
				document("b1", "Content three", Map.of("type", "B", "priority", 1))));
		FilterExpressionBuilder b = new FilterExpressionBuilder();
		this.store.delete(b.and(b.eq("type", "A"), b.gt("priority", 1)).build());
		assertThat(ids(search("Content", 5))).containsExactly("a1", "b1");
		this.store.delete("NOT type == 'B'");
		assertThat(ids(search("Content", 5))).containsExactly("b1");
		this.store.delete(new Expression(ExpressionType.ISNULL, new Filter.Key("nowhere")));
		assertThat(search("Content", 5)).isEmpty();
	}

	@Test
	void aRefusedFilterDeletesNothing() {
		this.store.add(List.of(SPRING, WEATHER));
		for (String filter : List.of("meta1 = 'meta1'", "((((", "meta1 == 99999999999999999999", " ")) {
			assertThatIllegalArgumentException().isThrownBy(() -> this.store.delete(filter));
		}
		assertThat(this.store.count()).isEqualTo(2);
	}

	@Test
	void getNativeClient() {
		assertThat(this.store.<Object>getNativeClient()).get().isInstanceOf(HnswIndex.class);
		assertThat(this.store.getName()).isEqualTo("HnswVectorStore");
	}

	@Test
	void nonTextDocumentsAreRefusedAndNothingIsStored() {
		Media image = new Media(MimeTypeUtils.IMAGE_PNG, URI.create("http://localhost/image.png"));
		Document picture = Document.builder().media(image).build();
		assertThatIllegalArgumentException().isThrownBy(() -> this.store.add(List.of(SPRING, picture)));
		assertThat(this.store.count()).isZero();
	}

	@Test
	void metadataTypesArePreserved() {
		Map<String, Object> metadata = new HashMap<>(Map.of("string", "text", "integer", 42, "long", 42L, "float", 1.5f,
				"double", 3.0, "boolean", true, "instant", Instant.parse("2026-11-20T08:00:00.5Z"), "date", new Date(1),
				"list", List.of("a", 1, 2L), "map", Map.of("nested", 1L)));
		metadata.put("set", Set.of("x"));
		this.store.add(List.of(document("typed", "typed document", metadata)));
		reopen();
		Map<String, Object> found = search("typed document", 1).get(0).getMetadata();
		metadata.forEach((key, value) -> assertThat(found.get(key)).as(key).isEqualTo(value));
		assertThat(found.get("long")).isInstanceOf(Long.class);
		assertThat(found.get("float")).isInstanceOf(Float.class);
		assertThat(this.store.get(List.of("typed")).get(0).getMetadata()).isEqualTo(metadata);
	}

	@Test
	void unsupportedMetadataIsRefusedBeforeAnythingIsEmbedded() {
		Document bad = document("bad", "bad", Map.of("thread", new Thread()));
		assertThatThrownBy(() -> this.store.add(List.of(SPRING, bad))).hasStackTraceContaining("'thread'")
			.hasStackTraceContaining("java.lang.Thread");
		assertThat(this.model.calls()).isZero();
		assertThat(this.store.count()).isZero();
	}

	@Test
	void moreDocumentsThanAnyDefaultSize() {
		List<Document> documents = new ArrayList<>();
		for (int i = 0; i < 250; i++) {
			documents.add(document("id" + i, "Document number " + i, Map.of("n", i)));
		}
		this.store.add(documents);
		assertThat(search("Document", 250)).hasSize(250);
		assertThat(search("Document", 1_000)).hasSize(250);
		assertThat(search("Document", 250, "n >= 125")).hasSize(125);
		this.store.delete(ids(documents));
		assertThat(search("Document", 250)).isEmpty();
	}

	@Test
	void emptyListsAndUnknownIdsAreNoErrors() {
		this.store.add(List.of());
		this.store.delete(List.<String>of());
		this.store.delete(List.of("nobody"));
		this.store.add(List.of(SPRING));
		this.store.delete(List.of("nobody"));
		assertThat(this.store.count()).isEqualTo(1);
	}

	@Test
	void everythingIsThereAfterARestart() {
		this.store.add(List.of(SPRING, WEATHER, DEPRESSION));
		this.store.delete(List.of("weather"));
		List<Document> before = search("Spring beans", 5);
		int calls = this.model.calls();
		reopen();
		assertThat(this.model.calls()).isEqualTo(calls);
		List<Document> after = search("Spring beans", 5);
		assertThat(after).extracting(Document::getId).isEqualTo(before.stream().map(Document::getId).toList());
		for (int i = 0; i < before.size(); i++) {
			if (this.mode != SearchMode.HYBRID) {
				// Up to rounding: an index and a scan add in another order. In a hybrid
				// search rare words count, and until then SQLite counts what was deleted.
				assertThat(after.get(i).getScore()).isCloseTo(before.get(i).getScore(), within(1e-6));
			}
			assertThat(after.get(i).getText()).isEqualTo(before.get(i).getText());
		}
		assertThat(ids(search("the century of Spring", 5, "meta2 == 'meta2'"))).containsExactly("depression");
	}

	/** Metadata of a document that was found by all that the mode finds documents by. */
	private String[] keys(String own) {
		List<String> keys = new ArrayList<>(List.of(own));
		if (this.mode != SearchMode.TEXT) {
			keys.add(DocumentMetadata.DISTANCE.value());
		}
		if (this.mode != SearchMode.DENSE) {
			keys.addAll(List.of(HitMetadata.TEXT_RANK, HitMetadata.TEXT_SCORE));
		}
		if (this.mode == SearchMode.HYBRID) {
			keys.addAll(List.of(HitMetadata.DENSE_RANK, HitMetadata.DENSE_SCORE));
		}
		return keys.toArray(String[]::new);
	}

	/** The score, where it is one; the others fall with the rank. */
	private double similarity(Document document) {
		return (this.mode == SearchMode.DENSE) ? document.getScore()
				: (Double) document.getMetadata().get(HitMetadata.DENSE_SCORE);
	}

	private static Offset<Double> within(double offset) {
		return Offset.offset(offset);
	}

	private static Document world(String id, String country, Integer year) {
		Map<String, Object> metadata = new HashMap<>(Map.of("country", country));
		if (year != null) {
			metadata.put("year", year);
		}
		return document(id, "The World is Big and Salvation Lurks Around the Corner", metadata);
	}

}
