package io.github.hnswspring.console;

import java.util.LinkedHashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;

import org.springframework.ai.document.Document;

import static org.assertj.core.api.Assertions.assertThat;

/** What people call a document, and which of its metadata are for them. */
class NamesTests {

	private static final String HASH = "0123456789abcdef".repeat(4);

	/** As the ingestion of files leaves it, in no order. */
	private static Map<String, Object> ingested() {
		Map<String, Object> metadata = new LinkedHashMap<>();
		metadata.put("fingerprint", HASH);
		metadata.put("page", 3);
		metadata.put("total_chunks", 4);
		metadata.put("origin", "manuals");
		metadata.put("audience", "crews");
		metadata.put("parent_document_id", HASH.substring(32));
		metadata.put("source", "manuals/harbour.md");
		metadata.put("path", "harbour.md");
		metadata.put("chunk_index", 0);
		metadata.put("reading", Map.of("sections", 2));
		metadata.put("title", "Harbour\n handbook");
		metadata.put("expiresAt", "9999-12-31T23:59:59Z");
		return metadata;
	}

	@Test
	void aTitleComesBeforeAFileAndAFileBeforeNothing() {
		Map<String, Object> metadata = ingested();
		assertThat(Names.of(new Document(HASH, "text", metadata))).isEqualTo("Harbour handbook");
		metadata.put("title", " ");
		assertThat(Names.of(new Document(HASH, "text", metadata))).isEqualTo("manuals/harbour.md");
		assertThat(Names.of(new Document(HASH, "text", Map.of("file_name", "tides.pdf")))).isEqualTo("tides.pdf");
		assertThat(Names.of(new Document(HASH, "text", Map.of("title", 7, "chapter", "rules")))).isNull();
	}

	@Test
	void whatIsForPeopleComesFirstAndNothingIsLost() {
		assertThat(Names.forPeople(ingested())).containsOnlyKeys("title", "source", "page", "audience");
		assertThat(Names.forPeople(ingested()).keySet()).containsExactly("title", "source", "page", "audience");
		assertThat(Names.technical(ingested())).containsOnlyKeys("fingerprint", "total_chunks", "origin",
				"parent_document_id", "path", "chunk_index", "reading", "expiresAt");
	}

	@Test
	void whatOthersMeanByTheSameNamesIsForPeople() {
		Map<String, Object> metadata = Map.of("path", "north", "origin", "Kiel", "expiresAt", "2027-01-01T00:00:00Z");
		assertThat(Names.forPeople(metadata)).isEqualTo(metadata);
		assertThat(Names.technical(metadata)).isEmpty();
		assertThat(Names.technical(Map.of("checksum", HASH, "town", "Kiel"))).containsOnlyKeys("checksum");
	}

}
