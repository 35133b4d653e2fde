package io.github.hnswspring.benchmarks.retrieval;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** From files to passages. */
class TextFolderTests {

	private static final String SENTENCE = "A sentence that is long enough to be kept as a passage. ";

	@TempDir
	private Path folder;

	private List<Passage> read(String name, String text) throws IOException {
		Files.createDirectories(this.folder.resolve(name).getParent());
		Files.writeString(this.folder.resolve(name), text);
		return TextFolder.read(this.folder);
	}

	@Test
	void headingsBeginPassagesAndAreInNone() throws IOException {
		List<Passage> passages = read("a/b.md",
				"# The `first` one {#anchor}\n\n" + SENTENCE + "\n\n## Second\n\n" + SENTENCE + "\n");
		assertThat(passages).extracting(Passage::id).containsExactly("a/b.md#0", "a/b.md#1");
		assertThat(passages).extracting(Passage::heading).containsExactly("The first one", "Second");
		assertThat(passages).extracting(Passage::text).containsOnly(SENTENCE.strip());
	}

	@Test
	void whatLooksLikeAHeadingInsideCodeIsNone() throws IOException {
		assertThat(read("c.md", "# Real\n\n" + SENTENCE + "\n```\n# a comment\n```\n")).singleElement()
			.satisfies((passage) -> assertThat(passage.text()).contains("# a comment"));
	}

	@Test
	void asciiDocLosesItsMachinery() throws IOException {
		assertThat(read("d.adoc",
				"[[anchor]]\n= Title\n:attribute: value\n// comment\n\n== Using _it_\n\n[source,java]\n----\n"
						+ "== no heading\n----\n" + SENTENCE))
			.singleElement()
			.satisfies((passage) -> assertThat(passage.heading()).isEqualTo("Using it"))
			.satisfies((passage) -> assertThat(passage.text()).contains("== no heading", SENTENCE.strip())
				.doesNotContain("comment", "source", "anchor", "----"));
	}

	@Test
	void htmlLosesItsTags() throws IOException {
		assertThat(read("e.html",
				"<html><head><title>x</title></head><body><h2 class='a'>How <b>it</b> works</h2><p>" + SENTENCE
						+ "&lt;tag&gt;</p></body></html>"))
			.singleElement()
			.satisfies((passage) -> assertThat(passage.heading()).isEqualTo("How it works"))
			.satisfies((passage) -> assertThat(passage.text()).contains("<tag>").doesNotContain("<p>"));
	}

	@Test
	void longTextsAreCutAndNothingIsLost() throws IOException {
		List<Passage> passages = read("f.txt", (SENTENCE.repeat(4).strip() + "\n").repeat(40) + "y".repeat(5_000));
		assertThat(passages).hasSizeGreaterThan(10)
			.allSatisfy((passage) -> assertThat(passage.text().length()).isLessThanOrEqualTo(910));
		assertThat(
				passages.stream().mapToLong((passage) -> passage.text().chars().filter((c) -> c == 'y').count()).sum())
			.isEqualTo(5_000);
		assertThat(String.join(" ", passages.stream().map(Passage::text).toList()).split("enough")).hasSize(161);
	}

	@Test
	void aFolderWithoutTextsIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> TextFolder.read(this.folder))
			.withMessageContaining("--data");
	}

}
