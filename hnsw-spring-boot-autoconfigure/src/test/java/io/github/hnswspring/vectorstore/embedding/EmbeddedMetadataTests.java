package io.github.hnswspring.vectorstore.embedding;

import java.time.DayOfWeek;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

import org.springframework.ai.document.ContentFormatter;
import org.springframework.ai.document.DefaultContentFormatter;
import org.springframework.ai.document.Document;
import org.springframework.ai.document.MetadataMode;

import static org.assertj.core.api.Assertions.assertThat;

/** A document as embedding models see it depends on nothing but the document. */
class EmbeddedMetadataTests {

	private static Document document(Object... metadata) {
		Map<String, Object> map = new LinkedHashMap<>();
		for (int i = 0; i < metadata.length; i += 2) {
			map.put((String) metadata[i], metadata[i + 1]);
		}
		return new Document("id", "text", map);
	}

	private static String content(Document document, String... excluded) {
		return EmbeddedMetadata.of(document, Set.of(excluded)).getFormattedContent(MetadataMode.EMBED);
	}

	/** In a hash table of 16 places "Aa" and "BB" are in one. */
	@Test
	void keysThatCollideReadInOneOrder() {
		String one = content(document("Aa", 1, "BB", 2, "C#", 3));
		assertThat(one).isEqualTo(content(document("C#", 3, "BB", 2, "Aa", 1)))
			.isEqualTo(content(document("BB", 2, "C#", 3, "Aa", 1)));
	}

	@Test
	void setsAndNestedMapsReadInOneOrderAndListsInTheirOwn() {
		Map<String, Object> backwards = new LinkedHashMap<>();
		backwards.put("b", 1);
		backwards.put("a", new LinkedHashSet<>(List.of("z", "y")));
		assertThat(content(document("k", backwards))).contains("k: {a=[y, z], b=1}");
		assertThat(content(document("k", List.of("z", "y")))).contains("k: [z, y]");
	}

	@Test
	void arraysEnumsAndDatesReadByWhatTheyHold() {
		assertThat(content(document("k", new String[] { "a", "b" }))).contains("k: [a, b]");
		assertThat(content(document("k", new Object[] { new int[] { 1, 2 } }))).contains("k: [[1, 2]]");
		assertThat(content(document("k", Arrays.asList(DayOfWeek.FRIDAY, null)))).contains("k: [FRIDAY, null]");
		assertThat(content(document("k", Date.from(Instant.EPOCH)))).contains("k: 1970-01-01T00:00:00Z");
	}

	@Test
	void excludedKeysAndVectorsTellTheModelNothing() {
		assertThat(content(document("title", "Fees", "page", 3, "vector", new float[] { 1, 2 }), "page"))
			.isEqualTo("title: Fees\n\ntext");
	}

	@Test
	void theDocumentItselfStaysAsItWas() {
		Document document = document("b", new LinkedHashSet<>(List.of(1)), "page", 3);
		Map<String, Object> before = new LinkedHashMap<>(document.getMetadata());
		Document copy = EmbeddedMetadata.of(document, Set.of("page"));
		assertThat(document.getMetadata()).isEqualTo(before);
		assertThat(copy.getId()).isEqualTo("id");
		assertThat(copy.getMetadata()).containsOnlyKeys("b");
	}

	@Test
	void aFormatterOfTheDocumentSeesAllKeysAndKeepsItsPlace() {
		Document document = document("page", 3, "vector", new float[] { 1, 2 });
		document.setContentFormatter(DefaultContentFormatter.builder().withMetadataTemplate("<{key}>").build());
		assertThat(EmbeddedMetadata.hasOwnFormatter(document)).isTrue();
		assertThat(content(document, "page")).contains("<page>", "<vector>");
	}

	@Test
	void aFormatterThatIsNoPrinterIsGivenTheValuesAsTheyAre() {
		Document document = document("at", new Date(5));
		ContentFormatter types = (each, mode) -> each.getMetadata().get("at").getClass().getSimpleName();
		document.setContentFormatter(types);
		assertThat(content(document)).isEqualTo("Date");
	}

	@Test
	void whatNeedsNoCopyIsNone() {
		Document empty = document();
		assertThat(EmbeddedMetadata.of(empty, Set.of("page"))).isSameAs(empty);
		Document own = new Document("id", "text", Map.of("page", 3)) {

			@Override
			public String getFormattedContent(MetadataMode mode) {
				return "as it says itself";
			}

		};
		assertThat(EmbeddedMetadata.of(own, Set.of("page"))).isSameAs(own);
	}

}
