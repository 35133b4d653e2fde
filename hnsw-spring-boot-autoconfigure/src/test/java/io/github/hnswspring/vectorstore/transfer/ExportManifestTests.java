package io.github.hnswspring.vectorstore.transfer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;

import org.jspecify.annotations.Nullable;
import io.github.hnswspring.vectorstore.storage.StoreDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

/** An export is checked against its manifest before anything of it is believed. */
class ExportManifestTests {

	@TempDir
	Path directory;

	private static String sha256(byte[] content) {
		return HexFormat.of().formatHex(ExportManifest.sha256().digest(content));
	}

	/** Writes the files and a manifest of them. */
	private ExportManifest export(String documents, int floats, long count, int dimensions, @Nullable String model)
			throws IOException {
		byte[] lines = documents.getBytes(StandardCharsets.UTF_8);
		byte[] embeddings = new byte[floats * Float.BYTES];
		Files.write(this.directory.resolve(ExportManifest.DOCUMENTS), lines);
		Files.write(this.directory.resolve(ExportManifest.EMBEDDINGS), embeddings);
		ExportManifest manifest = new ExportManifest(count, count, dimensions, "COSINE", model, sha256(lines),
				sha256(embeddings));
		write(new String(manifest.encode(), StandardCharsets.UTF_8));
		return manifest;
	}

	private void write(String manifest) throws IOException {
		Files.writeString(this.directory.resolve(ExportManifest.FILE), manifest);
	}

	private String manifest() throws IOException {
		return Files.readString(this.directory.resolve(ExportManifest.FILE));
	}

	private ExportManifest read() throws IOException {
		return ExportManifest.readAndCheck(this.directory);
	}

	@Test
	void whatIsWrittenIsReadWithAndWithoutAModel() throws IOException {
		assertThat(export("{}\n{}\n", 6, 2, 3, "words")).isEqualTo(read());
		assertThat(export("{}\n{}\n", 6, 2, 3, null)).isEqualTo(read());
		assertThat(manifest()).doesNotContain("embeddingModel");
	}

	@Test
	void anEmptyStoreIsAnExportToo() throws IOException {
		assertThat(export("", 0, 0, 0, null)).isEqualTo(read());
	}

	@Test
	void aFileThatIsNotTheOneItNamesIsToldWithBothSums() throws IOException {
		ExportManifest manifest = export("{}\n", 3, 1, 3, null);
		byte[] other = new byte[3 * Float.BYTES];
		other[0] = 1;
		Files.write(this.directory.resolve(ExportManifest.EMBEDDINGS), other);
		assertThatIOException().isThrownBy(this::read)
			.withMessageContaining("embeddings.f32 has SHA-256 " + sha256(other))
			.withMessageContaining(manifest.embeddingsSha256())
			.withMessageContaining("copy the export again");
	}

	@Test
	void aFileThatIsMissingIsToldAsMissing() throws IOException {
		assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(this::read)
			.withMessageContaining("manifest.json");
		export("{}\n", 3, 1, 3, null);
		Files.delete(this.directory.resolve(ExportManifest.DOCUMENTS));
		assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(this::read)
			.withMessageContaining("documents.jsonl");
	}

	@Test
	void aBackupIsToldAsWhatItIs() throws IOException {
		Files.createFile(this.directory.resolve(StoreDirectory.DATABASE_FILE));
		assertThatIOException().isThrownBy(this::read)
			.withMessageContaining("a store or a backup of one, not an export")
			.withMessageContaining("hnsw.directory");
	}

	@ParameterizedTest
	@CsvSource({ "3, 2, 3, '12 bytes, which is not 2 embeddings of 3 floats'",
			"5, 1, 3, '20 bytes, which is not 1 embeddings of 3 floats'",
			"3, 1, 0, '12 bytes, which is not 1 embeddings of 0 floats'",
			"0, 1, 0, '0 bytes, which is not 1 embeddings of 0 floats'", "3, 1, -1, 'says -1 dimensions'",
			"3, 1, 65537, 'says 65537 dimensions, but 0 to 65536 are possible'" })
	void numbersThatDoNotFitTheFilesAreRefused(int floats, long count, int dimensions, String problem)
			throws IOException {
		export("{}\n", floats, count, dimensions, null);
		assertThatIOException().isThrownBy(this::read).withMessageContaining(problem);
	}

	/** 2^62 documents of 4 floats are 2^66 bytes, of which 64 bits are left 0. */
	@Test
	void aProductThatOverflowsIsNoNumberOfBytes() throws IOException {
		export("", 0, 1L << 62, 4, null);
		assertThatIOException().isThrownBy(this::read).withMessageContaining("is not 4611686018427387904 embeddings");
	}

	@Test
	void fewerEmbeddingsThanDocumentsAreOfVersionTwo() throws IOException {
		export("{}\n", 3, 1, 3, null);
		String sound = manifest().replaceFirst("\"version\" ?: ?1", "\"version\": 2");
		write(sound.replaceFirst("\"documents\" ?: ?1", "\"documents\": 5, \"embeddings\": 1"));
		ExportManifest manifest = read();
		assertThat(manifest.documents()).isEqualTo(5);
		assertThat(manifest.embeddings()).isEqualTo(1);
		assertThat(manifest.marksDocuments()).isTrue();
		assertThat(new String(manifest.encode(), StandardCharsets.UTF_8)).contains("\"version\" : 2");
		write(sound);
		assertThatIOException().isThrownBy(this::read).withMessageContaining("says -1 embeddings of 1 documents");
		write(sound.replaceFirst("\"documents\" ?: ?1", "\"documents\": 0, \"embeddings\": 1"));
		assertThatIOException().isThrownBy(this::read)
			.withMessageContaining("1 embeddings of 0 documents")
			.withMessageContaining("copy the export again");
	}

	@Test
	void anotherVersionOrSomethingElseIsRefusedAsWhatItIs() throws IOException {
		export("{}\n", 3, 1, 3, null);
		String sound = manifest();
		write(sound.replaceFirst("\"version\" ?: ?1", "\"version\": 3"));
		assertThatIOException().isThrownBy(this::read)
			.withMessageContaining("has version 3, but only 1 and 2 can be read")
			.withMessageContaining("newer version of this library");
		write("{\"format\":\"a game\"}");
		assertThatIOException().isThrownBy(this::read).withMessageContaining("not describe an export");
		write("[]");
		assertThatIOException().isThrownBy(this::read).withMessageContaining("not describe an export");
		write(sound.substring(0, sound.length() / 2));
		assertThatIOException().isThrownBy(this::read).withMessageContaining("is not JSON");
		write("");
		assertThatIOException().isThrownBy(this::read);
	}

}
