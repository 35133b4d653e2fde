package io.github.hnswspring.example.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

import io.github.hnswspring.fixtures.HostileFiles;
import io.github.hnswspring.example.Rest;
import io.github.hnswspring.example.RunningApplication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every mistake gets a clear answer, and none costs anything: afterwards the documents
 * and all files outside the data directory are as they were.
 */
class BadInputTests extends RunningApplication {

	private String documentsBefore = "";

	private Set<Path> filesBefore = Set.of();

	@BeforeEach
	void remember() throws IOException {
		Files.createDirectories(DATA.resolve("uploads"));
		this.documentsBefore = this.rest.get("/api/documents").json().path("documents").toString();
		this.filesBefore = files();
	}

	@AfterEach
	void nothingIsLostOrLeft() throws IOException {
		this.rest.awaitIdle();
		assertThat(this.rest.get("/api/documents").json().path("documents").toString()).isEqualTo(this.documentsBefore);
		assertThat(files()).isEqualTo(this.filesBefore);
		assertThat(this.rest.search("honey").json().path("passages").size()).isPositive();
	}

	/**
	 * All files of the folder and the uploads, and where an escaped upload would land.
	 */
	private static Set<Path> files() throws IOException {
		Path top = DATA.getParent();
		try (Stream<Path> files = Files.walk(top);
				Stream<Path> temporary = Files.list(top.getParent());
				Stream<Path> working = Files.list(Path.of("").toAbsolutePath())) {
			return Stream
				.of(files.filter((file) -> !file.startsWith(DATA.resolve("store"))),
						temporary.filter((file) -> file.getFileName().toString().contains("escaped")), working)
				.flatMap((paths) -> paths)
				.collect(Collectors.toSet());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "   ", "\n\t" })
	void anEmptyQuestion(String question) {
		assertThat(this.rest.search(question).problem(400)).contains("empty");
		assertThat(this.rest.ask(question).problem(400)).contains("empty");
	}

	@Test
	void aMissingQuestion() {
		this.rest.get("/api/search").problem(400);
		this.rest.post("/api/ask", "{}").problem(400);
		this.rest.post("/api/ask", "").problem(400);
		this.rest.post("/api/ask", "null").problem(400);
	}

	@Test
	void aQuestionIsAcceptedUpToItsLimit() {
		assertThat(this.rest.ask("a ".repeat(999) + "b").status()).isEqualTo(200);
		assertThat(this.rest.ask("a".repeat(2_001)).problem(400)).contains("2001").contains("2000");
	}

	@ParameterizedTest
	@ValueSource(strings = { "file:README.md", "classpath:application.yaml", "http://127.0.0.1:1/", "jar:file:x!/y",
			"../README.md", "${rag.data-directory}", "#{systemProperties}" })
	void wordsThatLookLikeAResourceAreWords(String words) {
		Rest.Reply asked = this.rest.ask(words);
		assertThat(asked.status()).isEqualTo(200);
		assertThat(asked.body()).doesNotContain("spring-boot:run", "application.name", "java.vm.name");
		Rest.Reply searched = this.rest.search(words, "source=" + Rest.encode(words));
		assertThat(searched.json().path("query").asString()).isEqualTo(words);
		assertThat(searched.json().path("passages").size()).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "source ==", "source = 'x'", "'x' == source", "a == 1 &&", "((((",
			"a == 99999999999999999999", "a LIKE 'x'", "a == T(java.lang.Runtime)" })
	void anUnknownFilterSyntax(String filter) {
		assertThat(this.rest.search("honey", "filter=" + Rest.encode(filter)).problem(400)).isNotBlank();
	}

	@Test
	void aFilterThatIsTooLongOrTooDeep() {
		String deep = "(".repeat(1_000) + "a == 1" + ")".repeat(1_000);
		this.rest.search("honey", "filter=" + Rest.encode(deep)).problem(400);
		String wide = "a == 1" + " || a == 1".repeat(400);
		this.rest.search("honey", "filter=" + Rest.encode(wide)).problem(400);
	}

	@ParameterizedTest
	@CsvSource({ "0, 400", "-1, 400", "51, 400", "1, 200", "50, 200" })
	void topKHasLimits(int topK, int status) {
		Rest.Reply reply = this.rest.search("honey", "topK=" + topK);
		assertThat(reply.status()).isEqualTo(status);
	}

	@Test
	void aNumberThatIsNone() {
		this.rest.search("honey", "topK=many").problem(400);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{", "[]", "\"x\"", "{\"question\": {}}", "{\"question\": \"x\", \"topK\": \"y\"}",
			"{\"question\": \"x\", \"sources\": [null]}", "{\"question\": \"x\", \"sources\": 3, \"topK\": 1e99}" })
	void jsonThatIsNotAQuestion(String json) {
		this.rest.post("/api/ask", json).problem(400);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{"question": "x", "topK": "y"}                  | The field topK must be a whole number (line 1, column
			{"question": "x", "sources": 3}                 | The field sources must be a list (line 1, column
			{"question": {}}                                | The field question must be a text (line 1, column
			{"question": "x", "history": [{"answer": []}]}  | The field history[0].answer must be a text (line 1
			{"question": "x", "sorces": ["a"]}              | not known beside filter, history, question, sources, topK
			{"question": "x"                                | The body must be a JSON object
			{"question": "x", "history": [{"answer": "a"}]} | Every turn in history needs a question
			""")
	void jsonThatIsWrongIsToldByField(String json, String detail) {
		assertThat(this.rest.post("/api/ask", json).problem(400)).contains(detail);
	}

	@Test
	void aConversationThatIsTooLong() {
		String turn = "{\"question\":\"" + "a ".repeat(1_000) + "\",\"answer\":\"b\"}";
		String turns = String.join(",", Collections.nCopies(13, turn));
		assertThat(this.rest.post("/api/ask", "{\"question\":\"x\",\"history\":[" + turns + "]}").problem(400))
			.contains("24000", "leave out the oldest");
	}

	@Test
	void deeplyNestedJson() {
		this.rest.post("/api/ask", "{\"question\":" + "[".repeat(100_000)).problem(400);
	}

	@Test
	void anUploadOf50Megabytes() {
		byte[] content = new byte[50 << 20];
		assertThat(this.rest.upload("large.txt", content).problem(413)).contains("hnsw.ingest.max-file-size");
	}

	@Test
	void aBinaryFileNamedTxt() throws IOException {
		byte[] content = new byte[4_096];
		new Random(7).nextBytes(content);
		assertThat(this.rest.upload("notes.txt", content).problem(415)).contains("binary");
		for (String name : new String[] { "zip.txt", "zip.md", "zip.adoc", "zip.html" }) {
			assertThat(this.rest.upload(name, HostileFiles.nestedZip()).problem(415)).contains("binary");
		}
		assertThat(this.rest.upload("zip.pdf", HostileFiles.nestedZip()).problem(415)).contains("no PDF");
		assertThat(this.rest.upload("text.pdf", bytes("Only words.")).problem(415)).contains("no PDF");
		byte[] half = Arrays.copyOf(HostileFiles.pdf("Of apples."), 100);
		assertThat(this.rest.upload("half.pdf", half).problem(422)).contains("damaged");
		assertThat(this.rest.upload("zeros.md", new byte[100]).problem(415)).contains("binary");
	}

	@ParameterizedTest
	@ValueSource(strings = { "archive.zip", "nested.tar.gz", "program.exe", "feed.xml", "noextension", "image.svg" })
	void aFormatThatIsNotRead(String name) throws IOException {
		assertThat(this.rest.upload(name, HostileFiles.nestedZip()).problem(415)).contains(".md");
	}

	@Test
	void aFormatThatNeedsAnotherLibrary() throws IOException {
		assertThat(this.rest.upload("macro.docx", HostileFiles.nestedZip()).problem(415)).contains("Apache Tika");
	}

	@ParameterizedTest
	@ValueSource(strings = { "../../escaped.txt", "..\\\\..\\\\escaped.txt", "/tmp/escaped.txt", "C:\\\\escaped.txt",
			"a/../../escaped.md", "....//escaped.txt", "~/escaped.txt", ".escaped.txt", "file:escaped.txt",
			"classpath:escaped.md", "escaped.txt/.." })
	void aPathInAFileName(String name) {
		assertThat(this.rest.upload(name, bytes("Some text that must not go anywhere.")).problem(400))
			.contains("file name");
	}

	@Test
	void aFileNameThatIsEmptyOrTooLong() {
		this.rest.upload("", bytes("text")).problem(400);
		this.rest.upload("a".repeat(197) + ".txt", bytes("text")).problem(400);
	}

	@Test
	void aPdfWithoutText() throws IOException {
		assertThat(this.rest.upload("scan.pdf", HostileFiles.pdf("", "")).problem(422)).contains("text layer");
	}

	@Test
	void aDamagedPdf() throws IOException {
		byte[] pdf = HostileFiles.pdf("A page with words.");
		byte[] half = java.util.Arrays.copyOf(pdf, pdf.length / 3);
		assertThat(this.rest.upload("half.pdf", half).status()).isBetween(413, 422);
		this.rest.upload("words.pdf", bytes("This is no PDF at all.")).problem(415);
	}

	@Test
	void aPdfThatUnpacksToGigabytes() throws IOException {
		byte[] bomb = HostileFiles.pdfBomb(2_000);
		assertThat(bomb.length).isLessThan(100_000);
		Rest.Reply reply = this.rest.upload("bomb.pdf", bomb);
		assertThat(reply.status()).as(reply.body()).isIn(413, 422);
	}

	/** What has been compressed for the way is not unpacked: it would be a bomb again. */
	@Test
	void anUploadThatIsCompressedForTheWay() throws IOException {
		byte[] text = bytes("text ".repeat(1_000));
		ByteArrayOutputStream packed = new ByteArrayOutputStream();
		try (OutputStream out = new GZIPOutputStream(packed)) {
			out.write(text);
		}
		assertThat(this.rest.upload("packed.txt", packed.toByteArray(), "Content-Encoding", "gzip").problem(415))
			.contains("binary");
	}

	@Test
	void textThatIsAllLineEnds() {
		for (String name : new String[] { "lines.md", "lines.adoc", "lines.txt" }) {
			assertThat(this.rest.upload(name, bytes("\n".repeat(19_000_000))).problem(413))
				.contains("hnsw.ingest.max-characters");
		}
	}

	@Test
	void moreSectionsThanAnyDocumentHas() {
		assertThat(this.rest.upload("sections.md", bytes("# a\nb\n".repeat(20_001))).problem(413)).contains("20001")
			.contains("20000");
	}

	@Test
	void anEmptyFile() {
		assertThat(this.rest.upload("empty.md", new byte[0]).problem(422)).contains("no text");
		this.rest.upload("blank.txt", bytes(" \n \n")).problem(422);
		this.rest.upload("empty.html", bytes("<html><script>alert(1)</script></html>")).problem(422);
	}

	@Test
	void anUploadWithoutAFile() {
		this.rest.post("/api/documents", "{}").problem(415);
		this.rest
			.send(this.rest.request("/api/documents")
				.header("Content-Type", "multipart/form-data; boundary=x")
				.POST(java.net.http.HttpRequest.BodyPublishers.ofString("--x--\r\n"))
				.build())
			.problem(400);
	}

	@Test
	void routesAndMethodsThatDoNotExist() {
		this.rest.get("/api/nothing").problem(404);
		this.rest.get("/nothing.html").problem(404);
		this.rest.get("/error").problem(404);
		this.rest.delete("/api/documents/0123456789abcdef0123456789abcdef").problem(404);
		assertThat(this.rest.delete("/api/documents/..%2F..%2Fetc").status()).isIn(400, 404);
		this.rest.get("/api/ask").problem(405);
		this.rest.delete("/api/search").problem(405);
		this.rest.post("/api/search", "{}").problem(405);
		this.rest.get("/actuator/env").problem(404);
		this.rest.get("/actuator/heapdump").problem(404);
	}

	@Test
	void aBodyOfAnotherType() {
		this.rest
			.send(this.rest.request("/api/ask")
				.header("Content-Type", "text/plain")
				.POST(java.net.http.HttpRequest.BodyPublishers.ofString("{\"question\":\"honey\"}"))
				.build())
			.problem(415);
		assertThat(this.rest.post("/api/ask", "{\"question\":\"honey\"}", "Accept", "image/png").status())
			.isEqualTo(406);
	}

	@Test
	void aStreamThatIsRefusedIsAProblemToo() {
		this.rest.post("/api/ask", "{\"question\":\"\"}", "Accept", "text/event-stream").problem(400);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
