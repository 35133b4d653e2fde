package io.github.hnswspring.vectorstore.write;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

import io.github.hnswspring.index.Metric;
import io.github.hnswspring.vectorstore.DocumentPageRequest;
import io.github.hnswspring.vectorstore.DocumentStore;
import io.github.hnswspring.vectorstore.EmbedsMetadataModel;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.vectorstore.StoreSeams;
import io.github.hnswspring.vectorstore.SyncRefusedException;
import io.github.hnswspring.vectorstore.SyncRequest;
import io.github.hnswspring.vectorstore.SyncResult;
import io.github.hnswspring.vectorstore.storage.ChangeLog;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.reader.TextReader;
import org.springframework.ai.transformer.splitter.TokenTextSplitter;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** A store in step with its sources. */
class SourceSyncTests {

	@TempDir
	Path directory;

	private final EmbedsMetadataModel model = new EmbedsMetadataModel();

	private HnswVectorStore store;

	@BeforeEach
	void open() {
		this.store = StoreFixture.open(this.directory, this.model);
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	private State state() {
		return StoreSeams.session(this.store)
			.reader()
			.read((connection) -> new State(DocumentTable.lastKey(connection), ChangeLog.last(connection),
					DocumentTable.count(connection)));
	}

	/** As an application reads a file: every reading makes up new ids. */
	private static List<Document> read(String text) {
		TextReader reader = new TextReader(new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8)) {

			@Override
			public String getFilename() {
				return "handbook.txt";
			}

		});
		return TokenTextSplitter.builder().withChunkSize(60).withMinChunkSizeChars(20).build().split(reader.read());
	}

	private static String text(int sentences) {
		Random random = new Random(7);
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < sentences; i++) {
			text.append(StoreFixture.text("Sentence " + i, random)).append(". ");
		}
		return text.toString();
	}

	private List<Document> all() {
		return this.store.list(null, DocumentPageRequest.first(10_000)).documents();
	}

	private static List<Document> documents(String... texts) {
		return List.of(texts).stream().map(Document::new).toList();
	}

	@Test
	void whatSpringAiReadsAndSplitsAgainIsNotTouched() {
		String text = text(200);
		int chunks = read(text).size();
		assertThat(chunks).isGreaterThan(20);
		assertThat(this.store.sync("handbook", read(text))).isEqualTo(new SyncResult(chunks, 0, 0, 0, chunks));
		State before = state();
		this.model.reset();
		List<Document> documents = all();
		assertThat(this.store.sync("handbook", read(text))).isEqualTo(new SyncResult(0, 0, chunks, 0, 0));
		assertThat(state()).isEqualTo(before);
		assertThat(this.model.calls()).isZero();
		assertThat(all()).isEqualTo(documents);
		assertThat(this.store.sources()).containsExactly(Map.entry("handbook", (long) chunks));
	}

	@Test
	void textsThatAreStoredAlikeAreDocumentsOfTheirOwn() {
		List<Document> halves = documents("cut \ud83d", "cut ?", "cut \ude00", "whole \ud83d\ude00");
		assertThat(this.store.sync("halves", halves).added()).isEqualTo(4);
		assertThat(all()).hasSize(4);
		assertThat(this.store.sync("halves", halves).unchanged()).isEqualTo(4);
	}

	@Test
	void anotherEndOfATextIsEmbeddedAloneAndTheRestChangesItsMetadataInPlace() {
		String text = text(200);
		int chunks = read(text).size();
		this.store.sync("handbook", read(text));
		List<Document> longer = read(text + text(200));
		this.model.reset();
		SyncResult result = this.store.sync("handbook", longer);
		assertThat(result.unchanged()).isZero();
		assertThat(result.changed()).as("chunks that say 'one of so many'").isBetween(chunks - 1L, (long) chunks);
		assertThat(result.added() + result.changed()).isEqualTo(longer.size());
		assertThat(this.model.timesEmbedded()).hasSize((int) result.embedded());
		assertThat(result.embedded()).isLessThanOrEqualTo(result.added());
		assertThat(all())
			.allSatisfy((document) -> assertThat(document.getMetadata()).containsEntry("total_chunks", longer.size()));
		assertThat(all()).extracting((document) -> document.getMetadata().get("parent_document_id"))
			.containsOnly(all().get(0).getMetadata().get("parent_document_id"));
		assertThat(this.store.index().audit().isSound()).isTrue();
	}

	@Test
	void oneLetterInTheMiddleOfATextIsOneDocument() {
		List<Document> documents = new ArrayList<>(documents("river", "mountain", "lake"));
		this.store.sync("s", documents);
		documents.set(1, new Document("mountains"));
		assertThat(this.store.sync("s", documents)).isEqualTo(new SyncResult(1, 0, 2, 1, 1));
		assertThat(all()).extracting(Document::getText).containsExactlyInAnyOrder("river", "lake", "mountains");
	}

	@Test
	void passagesStayPassagesOfOneDocument() {
		List<Document> first = new ArrayList<>(read(text(100)));
		List<Document> second = read("Engine. " + text(40));
		first.addAll(second);
		this.store.sync("both", first);
		Set<Object> parents = parents();
		assertThat(parents).hasSize(2);
		List<Document> again = new ArrayList<>(read(text(100)));
		again.addAll(read("Engine. " + text(60)));
		again.addAll(read("A third one."));
		this.store.sync("both", again);
		assertThat(parents()).containsAll(parents).hasSize(3);
		assertThat(this.store.similaritySearch(
				HnswSearchRequest.of(SearchRequest.builder().query("river").topK(10).similarityThresholdAll().build())
					.withGroupBy(1)))
			.hasSize(3);
	}

	private Set<Object> parents() {
		Set<Object> parents = new HashSet<>();
		all().forEach((document) -> parents.add(document.getMetadata().get("parent_document_id")));
		return parents;
	}

	@Test
	void whatTheCallerCallsADocumentStays() {
		String first = UUID.randomUUID().toString();
		String second = UUID.randomUUID().toString();
		this.store.sync("articles", List.of(passage("river", first), passage("none", second), passage("none", "x")));
		this.store.sync("articles", List.of(passage("river", first), passage("lake", second), passage("none", "y")));
		assertThat(parents()).containsExactlyInAnyOrder(first, second, "y");
		String third = UUID.randomUUID().toString();
		this.store.sync("articles", List.of(passage("river", third), passage("lake", second)));
		assertThat(parents()).as("one is known, so they are not made up").containsExactlyInAnyOrder(third, second);
	}

	@Test
	void aKeyOfOnesOwnForDocumentsIsMadeStableToo() {
		this.store.close();
		this.store = StoreFixture.open(this.directory, this.model, (builder) -> builder.passages("file", "number"));
		this.store.sync("s", List.of(new Document("river", Map.of("file", UUID.randomUUID().toString()))));
		State before = state();
		this.store.sync("s", List.of(new Document("river", Map.of("file", UUID.randomUUID().toString()))));
		assertThat(state()).isEqualTo(before);
	}

	private static Document passage(String text, String parent) {
		return new Document(text, Map.of("parent_document_id", parent));
	}

	@Test
	void equalTextsAreCountedAndADocumentGivenTwiceIsOne() {
		Document twice = new Document("river");
		assertThat(this.store.sync("s", List.of(twice, twice, new Document("river"), new Document("lake"))).added())
			.isEqualTo(3);
		State before = state();
		assertThat(this.store.sync("s", documents("river", "river", "lake")).unchanged()).isEqualTo(3);
		assertThat(state()).isEqualTo(before);
		assertThat(this.store.sync("s", documents("river", "lake"))).isEqualTo(new SyncResult(0, 0, 2, 1, 0));
	}

	@Test
	void equalTextsKeepTheirMetadataInWhateverOrderTheyCome() {
		List<Document> pages = new ArrayList<>();
		for (int page = 1; page <= 4; page++) {
			pages.add(new Document("same", "river", Map.of("page", page, "at", Instant.EPOCH.plusSeconds(page))));
		}
		assertThat(this.store.sync("s", pages).added()).as("one id, other metadata").isEqualTo(4);
		State before = state();
		for (int seed = 0; seed < 5; seed++) {
			Collections.shuffle(pages, new Random(seed));
			assertThat(this.store.sync("s", pages)).isEqualTo(new SyncResult(0, 0, 4, 0, 0));
		}
		assertThat(state()).isEqualTo(before);
		DocumentStore scope = this.store.scopedTo(Map.of("tenant", "acme"));
		scope.sync("s", pages);
		Collections.reverse(pages);
		assertThat(scope.sync("s", pages)).isEqualTo(new SyncResult(0, 0, 4, 0, 0));
		pages.removeIf((page) -> page.getMetadata().get("page").equals(1));
		assertThat(this.store.sync("s", pages).removed()).isOne();
		assertThat(this.store.count(HnswSearchRequest.parseFilter("page == 1"))).as("in the scope").isOne();
		assertThat(this.store.sync("s", pages)).isEqualTo(new SyncResult(0, 0, 3, 0, 0));
	}

	@Test
	void sourcesDoNotTouchEachOther() {
		this.store.sync("a", documents("river", "lake"));
		this.store.add(List.of(new Document("own", "river", Map.of())));
		this.model.reset();
		assertThat(this.store.sync("b", documents("river", "sea"))).isEqualTo(new SyncResult(2, 0, 0, 0, 1));
		assertThat(this.model.timesEmbedded()).containsOnlyKeys("\n\nsea");
		assertThat(this.store.sources()).containsExactly(Map.entry("a", 2L), Map.entry("b", 2L));
		assertThat(this.store.sync("a", List.of())).isEqualTo(new SyncResult(0, 0, 0, 2, 0));
		assertThat(this.store.sources()).containsExactly(Map.entry("b", 2L));
		assertThat(this.store.count()).isEqualTo(3);
		assertThat(this.store.exists("own")).isTrue();
	}

	@Test
	void aSourceThatSuddenlyYieldsLittleIsRefused() {
		this.store.sync("s", documents("a", "b", "c", "d"));
		this.model.reset();
		State before = state();
		assertThatExceptionOfType(SyncRefusedException.class)
			.isThrownBy(() -> this.store.sync(SyncRequest.of("s", documents("please log in")).withMaxRemoved(.5)))
			.withMessageContaining("'s' had 4 documents and would have 1")
			.withMessageContaining("maxRemoved")
			.satisfies((ex) -> assertThat(ex.source()).isEqualTo("s"));
		assertThatExceptionOfType(SyncRefusedException.class)
			.isThrownBy(() -> this.store.sync(SyncRequest.of("s", List.of()).withMaxRemoved(.99)));
		assertThat(this.model.calls()).as("nothing is bought in vain").isZero();
		assertThat(state()).isEqualTo(before);
		assertThat(this.store.sync(SyncRequest.of("s", documents("a", "b")).withMaxRemoved(.5)).removed()).isEqualTo(2);
		assertThat(this.store.sync(SyncRequest.of("s", documents("b", "y")).withMaxRemoved(0)).removed())
			.as("another came in its place")
			.isEqualTo(1);
		assertThat(this.store.sync(SyncRequest.of("new", List.of()).withMaxRemoved(0)).isUnchanged()).isTrue();
		assertThatIllegalArgumentException().isThrownBy(() -> SyncRequest.of("s", List.of()).withMaxRemoved(50))
			.withMessageContaining("0.5");
	}

	@Test
	void aSourceOfWhichNoTextIsLeftIsRefusedHoweverMuchItHolds() {
		this.store.sync("s", documents("a", "b"));
		State before = state();
		assertThatExceptionOfType(SyncRefusedException.class)
			.isThrownBy(() -> this.store.sync(SyncRequest.of("s", documents("x", "y", "z")).withMaxRemoved(.99)))
			.withMessageContaining("'s' had 2 documents and would have 3: it would lose all it had")
			.withMessageContaining("another source of the same name");
		assertThat(state()).isEqualTo(before);
		assertThat(this.store.sync("s", documents("x", "y", "z"))).isEqualTo(new SyncResult(3, 0, 0, 2, 3));
	}

	@Test
	void metadataThatIsNotEmbeddedChangesInPlace() {
		this.store.sync("s", List.of(new Document("river", Map.of("chunk_index", 0))));
		State before = state();
		this.model.reset();
		assertThat(this.store.sync("s", List.of(new Document("river", Map.of("chunk_index", 1)))))
			.isEqualTo(new SyncResult(0, 1, 0, 0, 0));
		assertThat(state()).isEqualTo(new State(before.lastKey(), before.lastChange() + 1, 1));
		assertThat(this.store.count(HnswSearchRequest.parseFilter("chunk_index == 1"))).isOne();
		assertThat(this.store.count(HnswSearchRequest.parseFilter("chunk_index == 0"))).isZero();
		assertThat(this.model.calls()).isZero();
	}

	@Test
	void metadataThatIsEmbeddedIsEmbeddedAnew() {
		this.store.sync("s", List.of(new Document("river", Map.of("title", "Rhine"))));
		assertThat(this.store.sync("s", List.of(new Document("river", Map.of("title", "Danube")))))
			.isEqualTo(new SyncResult(0, 1, 0, 0, 1));
		assertThat(all()).singleElement()
			.satisfies((document) -> assertThat(document.getMetadata()).containsEntry("title", "Danube"));
		assertThat(this.store.sources()).containsEntry("s", 1L);
	}

	@Test
	void aDocumentThatIsAddedUnderTheIdStaysWithItsSource() {
		this.store.sync("s", documents("river", "lake"));
		Document first = all().get(0);
		this.store.add(List.of(first.mutate().metadata("chunk_index", 7).build()));
		assertThat(this.store.sources()).containsEntry("s", 2L);
		assertThat(this.store.sync("s", documents("river", "lake"))).isEqualTo(new SyncResult(0, 1, 1, 0, 0));
		this.store.delete(List.of(first.getId()));
		assertThat(this.store.sources()).containsEntry("s", 1L);
		assertThat(this.store.sync("s", documents("river", "lake")).added()).isOne();
	}

	@Test
	void whatIsStoredUnderTheIdWithoutASourceBelongsToItFromThenOn() {
		this.store.sync("s", documents("river", "lake"));
		List<Document> former = all();
		this.store.sync("s", List.of());
		this.store.add(former);
		State before = state();
		assertThat(this.store.sync("s", documents("river", "lake"))).isEqualTo(new SyncResult(0, 0, 2, 0, 0));
		assertThat(state()).isEqualTo(before);
		assertThat(this.store.sources()).containsEntry("s", 2L);
		this.store.add(List.of(former.get(0).mutate().text("something else").build()));
		assertThat(this.store.sync("s", documents("river", "lake"))).isEqualTo(new SyncResult(0, 1, 1, 0, 1));
		assertThat(all()).extracting(Document::getText).containsExactlyInAnyOrder("river", "lake");
	}

	@Test
	void aFailureChangesNothingAndWhatWasPaidForIsKept() {
		this.store.close();
		this.store = StoreFixture.open(this.directory, this.model,
				(builder) -> builder.batchingStrategy((all) -> all.stream().map(List::of).toList()));
		this.store.sync("s", documents("old"));
		State before = state();
		this.model.reset();
		this.model.failFromCall(4);
		assertThatExceptionOfType(StoreException.class)
			.isThrownBy(() -> this.store.sync("s", documents("a", "b", "c", "d", "e")))
			.withMessageContaining("Source 's'")
			.withMessageContaining("the embedding service is down")
			.withMessageContaining("Nothing was changed")
			.withMessageContaining("sync it again");
		assertThat(state()).isEqualTo(before);
		this.model.failFromCall(Integer.MAX_VALUE);
		assertThat(this.store.sync("s", documents("a", "b", "c", "d", "e"))).isEqualTo(new SyncResult(5, 0, 0, 1, 2));
		assertThat(this.model.timesEmbedded().values()).containsOnly(1);
	}

	@Test
	void whatCannotBeANameIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.store.sync(" ", List.of()))
			.withMessageContaining("source");
		assertThatIllegalArgumentException().isThrownBy(() -> this.store.sync("x".repeat(513), List.of()))
			.withMessageContaining("source")
			.withMessageContaining("512");
		assertThatIllegalArgumentException().isThrownBy(() -> this.store.sync("half \ud83d", List.of()))
			.withMessageContaining("half of a character");
		String odd = "a'b\u0000c \ud83d\ude00%_\n";
		this.store.sync(odd, documents("river"));
		assertThat(this.store.sources()).containsOnlyKeys(odd);
	}

	@Test
	void halfACharacterInATextIsNoChange() {
		this.store.close();
		this.store = StoreFixture.open(this.directory, this.model, (builder) -> builder.batchingStrategy(List::of));
		List<Document> documents = List.of(new Document("river \ud83d", Map.of("note", "half \ud83d")));
		this.store.sync("s", documents);
		State before = state();
		assertThat(this.store.sync("s", documents).unchanged()).isOne();
		assertThat(state()).isEqualTo(before);
	}

	@Test
	void manyCallersOfOneSourceLeaveWhatOneOfThemSaid() throws Exception {
		List<List<Document>> readings = IntStream.range(0, 4).mapToObj((reading) -> {
			List<Document> documents = new ArrayList<>(read(text(30)));
			documents.add(new Document("reading " + reading));
			return List.copyOf(documents);
		}).toList();
		List<Thread> threads = new ArrayList<>();
		List<Throwable> failures = new ArrayList<>();
		for (int round = 0; round < 5; round++) {
			for (List<Document> reading : readings) {
				Thread thread = new Thread(() -> this.store.sync("s", reading));
				thread.setUncaughtExceptionHandler((failed, ex) -> {
					synchronized (failures) {
						failures.add(ex);
					}
				});
				threads.add(thread);
				thread.start();
			}
		}
		for (Thread thread : threads) {
			thread.join();
		}
		assertThat(failures).isEmpty();
		Map<String, Integer> counts = new HashMap<>();
		all().forEach((document) -> counts.merge(document.getText(), 1, Integer::sum));
		assertThat(counts.values()).containsOnly(1);
		assertThat(counts.keySet().stream().filter((text) -> text.startsWith("reading "))).hasSize(1);
		assertThat(counts).hasSize(readings.get(0).size());
		assertThat(parents().stream().filter(String.class::isInstance)).hasSize(1);
		assertThat(this.store.index().audit().isSound()).isTrue();
	}

	@Test
	void copiesOfAStoreAreInStepToo() {
		List<Document> read = read(text(60));
		this.store.sync("the \"handbook\"", read);
		this.store.add(List.of(new Document("own", "river", Map.of())));
		this.store.backup(this.directory.resolve("backup"));
		this.store.exportTo(this.directory.resolve("export"));
		Path imported = this.directory.resolve("imported");
		try (HnswVectorStore other = StoreFixture.open(imported, this.model)) {
			other.importFrom(this.directory.resolve("export"));
		}
		Path salvaged = this.directory.resolve("salvaged");
		HnswVectorStore.salvage(this.directory.resolve("backup"), salvaged, Metric.COSINE);
		this.model.reset();
		for (Path copy : List.of(this.directory.resolve("backup"), imported, salvaged)) {
			try (HnswVectorStore other = StoreFixture.open(copy, this.model)) {
				assertThat(other.sources()).as(copy.toString())
					.isEqualTo(Map.of("the \"handbook\"", (long) read.size()));
				assertThat(other.sync("the \"handbook\"", read(text(60)))).as(copy.toString())
					.isEqualTo(new SyncResult(0, 0, read.size(), 0, 0));
				assertThat(other.sync("the \"handbook\"", List.of()).removed()).isEqualTo(read.size());
				assertThat(other.count()).isOne();
			}
		}
		assertThat(this.model.calls()).isZero();
	}

	@Test
	void aScopeHasSourcesOfItsOwn() {
		DocumentStore acme = this.store.scopedTo(Map.of("tenant", "acme"));
		DocumentStore other = this.store.scopedTo(Map.of("tenant", "other"));
		String text = text(40);
		acme.sync("s", read(text));
		other.sync("s", documents("river", "lake"));
		State before = state();
		assertThat(acme.sync("s", read(text)).isUnchanged()).isTrue();
		assertThat(state()).isEqualTo(before);
		assertThat(acme.sync("s", List.of()).removed()).isEqualTo(read(text).size());
		assertThat(other.sources()).isEqualTo(Map.of("s", 2L));
		assertThat(this.store.sync("s", List.of()).removed()).as("the name alone is another source").isZero();
	}

	@Test
	void sourcesAreThereAfterARestart() {
		this.store.sync("s", documents("river", "lake"));
		this.store.stop();
		this.store.start();
		assertThat(this.store.sync("s", documents("river"))).isEqualTo(new SyncResult(0, 0, 1, 1, 0));
	}

	/**
	 * What can be seen of a change.
	 *
	 * @param lastKey the last key given out
	 * @param lastChange the last entry of the change log
	 * @param rows documents
	 */
	private record State(long lastKey, long lastChange, long rows) {

	}

}
