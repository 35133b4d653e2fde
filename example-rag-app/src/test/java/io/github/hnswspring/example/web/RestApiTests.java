package io.github.hnswspring.example.web;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.github.hnswspring.example.Rest;
import io.github.hnswspring.example.RunningApplication;
import io.github.hnswspring.fixtures.Concurrently;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class RestApiTests extends RunningApplication {

	@Test
	void searchReturnsPassagesWithScoreSourceAndSection() {
		JsonNode passage = this.rest.search("How much honey do they make?").json().path("passages").path(0);
		assertThat(passage.path("source").asString()).isEqualTo("notes/bees.md");
		assertThat(passage.path("section").asString()).isEqualTo("Bees › Honey");
		assertThat(passage.path("score").asDouble()).isBetween(0.4, 1.0);
		assertThat(passage.path("text").asString()).contains("thirty kilograms");
	}

	@Test
	void searchCanBeNarrowedBySourceAndByFilter() {
		assertThat(sources("honey", "source=" + Rest.encode("notes/bees.md"))).containsOnly("notes/bees.md");
		assertThat(sources("honey", "source=nothing-of-that-name.md")).isEmpty();
		String filter = Rest.encode("section == 'Bees › Winter' && origin == 'notes'");
		JsonNode passages = this.rest.search("honey", "filter=" + filter).json().path("passages");
		assertThat(passages.valueStream().map((passage) -> passage.path("section").asString()))
			.containsExactly("Bees › Winter");
	}

	@Test
	void aSourceNameIsAValueAndNeverPartOfAFilter() {
		assertThat(sources("honey", "source=" + Rest.encode("x' || origin == 'FOLDER"))).isEmpty();
	}

	@Test
	void withoutAChatModelAnAnswerQuotesAndSaysSo() {
		JsonNode answer = this.rest.ask("How do bees live through the winter?").json();
		assertThat(answer.path("mode").asString()).isEqualTo("EXTRACTIVE");
		assertThat(answer.path("text").asString()).startsWith("In winter the bees form a cluster").contains("[1]");
		assertThat(answer.path("citations").path(0).asInt()).isEqualTo(1);
		assertThat(answer.path("note").asString()).startsWith("Extractive answer");
	}

	@Test
	void anAnswerCanBeStreamed() {
		List<Rest.Event> events = this.rest.askStreamed("How do bees live through the winter?");
		assertThat(events).extracting(Rest.Event::name).containsExactly("sources", "text", "done");
		assertThat(events.get(2).data().path("citations").size()).isPositive();
	}

	@Test
	void anUploadIsAcceptedIngestedFoundAndDeleted() throws IOException {
		Rest.Reply accepted = this.rest.upload("otters.txt",
				bytes("Otters sleep holding hands, floating on their backs."));
		assertThat(accepted.status()).isEqualTo(202);
		String id = accepted.json().path("id").asString();
		this.rest.awaitIdle();
		assertThat(sources("How do otters sleep?")).startsWith("otters.txt");
		assertThat(Files.list(DATA.resolve("uploads")).map((file) -> file.getFileName().toString()))
			.contains("otters.txt");

		assertThat(this.rest.delete("/api/documents/" + id).status()).isEqualTo(204);
		assertThat(sources("How do otters sleep?")).doesNotContain("otters.txt");
		assertThat(Files.exists(DATA.resolve("uploads/otters.txt"))).isFalse();
		this.rest.delete("/api/documents/" + id).problem(404);
	}

	@Test
	void anUploadOfTheSameNameReplacesTheOneBefore() {
		this.rest.upload("tides.md", bytes("# Tides\n\nThe highest tide of the year is in March."));
		this.rest.awaitIdle();
		this.rest.upload("tides.md", bytes("# Tides\n\nThe highest tide of the year is in October."));
		this.rest.awaitIdle();
		List<JsonNode> passages = this.rest.search("When is the highest tide?", "source=tides.md")
			.json()
			.path("passages")
			.valueStream()
			.toList();
		assertThat(passages).singleElement()
			.satisfies((passage) -> assertThat(passage.path("text").asString()).contains("October"));
	}

	@Test
	void aRescanFollowsNewChangedAndRemovedFilesAndEmbedsOnlyWhatIsNew() throws IOException {
		Path file = FOLDER.resolve("owls.md");
		String owls = "# Owls\n\n## Hearing\n\nOwls hear a mouse under the snow.\n\n## Flight\n\n";
		Files.writeString(file, owls + "Owls fly without a sound.\n");
		rescan();
		assertThat(sources("What do owls hear?")).startsWith("notes/owls.md");

		long embedded = embedded();
		rescan();
		assertThat(embedded()).as("an unchanged file embeds nothing").isEqualTo(embedded);

		Files.writeString(file, owls + "Owls have soft feathers, which make them silent.\n");
		rescan();
		assertThat(embedded() - embedded).as("only the changed section is embedded").isEqualTo(1);
		String flight = this.rest.search("owls flight", "source=" + Rest.encode("notes/owls.md")).body();
		assertThat(flight).contains("soft feathers").doesNotContain("without a sound");

		Files.delete(file);
		rescan();
		assertThat(sources("What do owls hear?")).doesNotContain("notes/owls.md");
	}

	@Test
	void aDeletedFileOfAFolderStaysAwayUntilItChangesOrIsRestored() throws IOException {
		Path file = FOLDER.resolve("moles.md");
		Files.writeString(file, "Moles dig tunnels beneath the lawn.");
		rescan();
		String id = this.rest.awaitIdle()
			.stream()
			.filter((document) -> document.path("source").asString().equals("notes/moles.md"))
			.findFirst()
			.orElseThrow()
			.path("id")
			.asString();
		assertThat(this.rest.delete("/api/documents/" + id).status()).isEqualTo(204);
		rescan();
		assertThat(sources("What do moles dig?")).doesNotContain("notes/moles.md");
		assertThat(Files.exists(file)).as("the file itself is not touched").isTrue();

		Files.writeString(file, "Moles dig long tunnels beneath the lawn.");
		rescan();
		assertThat(sources("What do moles dig?")).startsWith("notes/moles.md");

		assertThat(this.rest.delete("/api/documents/" + id).status()).isEqualTo(204);
		assertThat(this.rest.get("/api/documents").json().path("excluded").toString()).contains("notes/moles.md");
		assertThat(this.rest.post("/api/documents/" + id + "/restore", "").status()).isEqualTo(202);
		this.rest.awaitIdle();
		assertThat(sources("What do moles dig?")).startsWith("notes/moles.md");
		this.rest.post("/api/documents/" + id + "/restore", "").problem(404);
	}

	@Test
	void eventsBeginWithEverythingAndFollowAnUpload() throws Exception {
		HttpResponse<InputStream> events = this.rest.client()
			.send(this.rest.request("/api/events").GET().build(), HttpResponse.BodyHandlers.ofInputStream());
		assertThat(events.headers().firstValue("Content-Type").orElse("")).startsWith("text/event-stream");
		CompletableFuture<String> ready = Concurrently.supply(() -> readUntil(events.body(),
				"foxes.txt\",\"origin\":\"uploads\",\"path\":\"foxes.txt\",\"state\":\"READY"));
		this.rest.upload("foxes.txt", bytes("Foxes raise their young in April."));
		String stream = ready.get(60, TimeUnit.SECONDS);
		events.body().close();
		assertThat(stream).startsWith("event:documents").contains("event:document\n", "\"INGESTING\"");
	}

	@Test
	void textsAndQuestionsAndNamesAreNotLogged(CapturedOutput output) throws InterruptedException {
		this.rest.upload("confidential-merger.txt", bytes("The zanzibar project is bought for nine million."));
		this.rest.awaitIdle();
		this.rest.ask("What about the zanzibar project?");
		this.rest.search("zanzibar", "filter=" + Rest.encode("zanzibar == "));
		this.rest.upload("zanzibar.exe", bytes("MZ"));
		// An upload is read without a round; one that was asked for always tells.
		rescan();
		long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
		while (!output.getAll().contains("Ingested in") && System.nanoTime() < deadline) {
			Thread.sleep(20);
		}
		assertThat(output.getAll()).contains("Ingested in")
			.doesNotContainIgnoringCase("zanzibar")
			.doesNotContain("confidential-merger");
	}

	@Test
	void statusTellsAClientWhatItNeeds() {
		JsonNode status = this.rest.get("/api/status").json();
		assertThat(status.path("answers").asString()).isEqualTo("EXTRACTIVE");
		assertThat(status.path("chatModel").asString()).isEqualTo("none");
		assertThat(status.path("accept").asString()).contains(".md").contains(".pdf");
	}

	private void rescan() {
		assertThat(this.rest.post("/api/rescan", "").status()).isEqualTo(202);
		this.rest.awaitIdle();
	}

	private long embedded() {
		return this.rest.get("/api/status").json().path("embeddingsComputed").asLong();
	}

	private List<String> sources(String query, String... parameters) {
		Rest.Reply reply = this.rest.search(query, parameters);
		assertThat(reply.status()).as(reply.body()).isEqualTo(200);
		return reply.json().path("passages").valueStream().map((passage) -> passage.path("source").asString()).toList();
	}

	private static String readUntil(InputStream in, String end) {
		StringBuilder text = new StringBuilder();
		try {
			for (int c = in.read(); c >= 0 && text.indexOf(end) < 0; c = in.read()) {
				text.append((char) c);
			}
			return text.toString();
		}
		catch (IOException ex) {
			throw new IllegalStateException("The event stream broke after: " + text, ex);
		}
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	@Test
	void aFileIsShownAndNeverRun() {
		String html = "<html><body><p>Swans are white birds.</p><script>alert(1)</script></body></html>";
		String id = this.rest.upload("swans.html", html.getBytes(StandardCharsets.UTF_8)).json().path("id").asString();
		this.rest.awaitIdle();
		Rest.Reply file = this.rest.get("/api/documents/" + id + "/file");
		assertThat(file.body()).isEqualTo(html);
		assertThat(file.type()).isEqualTo("text/plain;charset=UTF-8");
		assertThat(file.header("X-Content-Type-Options")).isEqualTo("nosniff");
		assertThat(file.header("Content-Security-Policy")).contains("default-src 'none'").doesNotContain("script-src");
		assertThat(file.header("Content-Disposition")).startsWith("inline").contains("swans.html");
		assertThat(this.rest.get("/api/documents/..%2F..%2Fetc%2Fpasswd/file").status()).isEqualTo(400);
		this.rest.get("/api/documents/0000/file").problem(404);
	}

	@Test
	void topicsAreTitlesOfTheDocumentsThatAreThere() {
		assertThat(this.rest.get("/api/topics").json().valueStream().map(JsonNode::asString)).hasSizeBetween(1, 4)
			.allMatch((topic) -> !topic.isBlank() && !topic.contains("›"));
	}

	@Test
	void aChoiceThatLeavesNothingIsNotTakenForNothingSimilar() {
		String text = this.rest
			.post("/api/ask", "{\"question\":\"honey\",\"sources\":[\"none.md\"]}", "Accept", "application/json")
			.json()
			.path("text")
			.asString();
		assertThat(text).contains("leave no passage to search in");
	}

}
