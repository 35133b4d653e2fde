package io.github.hnswspring.vectorstore.derived;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.vectorstore.options.DerivedFiles;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/** The files of the index: each is written once, and only ours are ever removed. */
class SnapshotFilesTests {

	@TempDir
	Path directory;

	private final Set<String> undeletable = new HashSet<>();

	private final DerivedFiles operations = new DerivedFiles() {

		@Override
		public void delete(Path file) throws IOException {
			if (SnapshotFilesTests.this.undeletable.contains(String.valueOf(file.getFileName()))) {
				throw new IOException("it is mapped");
			}
			DerivedFiles.super.delete(file);
		}

	};

	private DerivedStore store;

	private SnapshotFiles files;

	private HnswIndex index;

	@BeforeEach
	void open() throws SQLException {
		this.store = new DerivedStore(this.directory);
		this.files = new SnapshotFiles(this.directory, this.operations, this.store.factory);
		this.index = this.store.factory.newIndex(2);
		this.index.add(1, DerivedStore.vector(1));
	}

	@AfterEach
	void close() throws SQLException {
		this.index.close();
		this.store.close();
	}

	private static SnapshotManifest manifest(SnapshotManifest.Entry serving,
			SnapshotManifest.@Nullable Entry building) {
		return new SnapshotManifest("store", "token", serving, building);
	}

	private static SnapshotManifest.Entry entry(long generation) {
		return new SnapshotManifest.Entry(generation, 0, 0, 0, 0, "", 0);
	}

	/** The files that are no part of the database. */
	private Set<String> names() throws IOException {
		try (Stream<Path> all = Files.list(this.directory)) {
			return all.map((file) -> String.valueOf(file.getFileName()))
				.filter((name) -> !name.startsWith("hnsw.db"))
				.collect(Collectors.toSet());
		}
	}

	@Test
	void whatIsWrittenIsReadAgain() throws IOException {
		SnapshotManifest.Entry entry = this.files.writeIndex(this.index, 7, 1, 0);
		assertThat(entry.change()).isEqualTo(7);
		assertThat(entry.covered()).isEqualTo(1);
		this.files.writeManifest(manifest(entry, null));
		SnapshotManifest read = this.files.readManifest();
		assertThat(read).isEqualTo(manifest(entry, null));
		this.index.close();
		try (HnswIndex loaded = this.files.readIndex(read.serving())) {
			assertThat(loaded.size()).isEqualTo(1);
			assertThat(loaded.vector(1)).hasValueSatisfying((vector) -> assertThat(vector).containsExactly(1, 1));
		}
	}

	@Test
	void withoutAManifestThereIsNoneAndADamagedOneIsAFailure() throws IOException {
		assertThat(this.files.readManifest()).isNull();
		this.files.writeManifest(manifest(entry(1), null));
		Path file = this.directory.resolve(SnapshotManifest.FILE);
		Files.writeString(file, Files.readString(file).replace("token=token", "token=other"));
		assertThatIOException().isThrownBy(this.files::readManifest).withMessageContaining("wrong checksum");
	}

	@Test
	void aNumberIsNeverUsedAgainWhetherTheFilesOrTheManifestRememberIt() throws IOException {
		assertThat(this.files.writeIndex(this.index, 0, 0, 0).generation()).isEqualTo(1);
		assertThat(this.files.writeIndex(this.index, 0, 0, 0).generation()).isEqualTo(2);
		this.files.writeManifest(manifest(entry(4), entry(5)));
		assertThat(this.files.writeIndex(this.index, 0, 0, 0).generation()).isEqualTo(6);
		Files.writeString(this.directory.resolve(SnapshotManifest.FILE), "damaged");
		assertThat(this.files.writeIndex(this.index, 0, 0, 0).generation()).isEqualTo(7);
	}

	@Test
	void aFileOfAnotherSizeOrContentIsNotTheOneTheManifestNames() throws IOException {
		SnapshotManifest.Entry entry = this.files.writeIndex(this.index, 0, 0, 0);
		Path file = this.directory.resolve(entry.indexFile());
		byte[] sound = Files.readAllBytes(file);
		byte[] flipped = sound.clone();
		flipped[flipped.length / 2] ^= 1;
		Files.write(file, flipped);
		assertThatIOException().isThrownBy(() -> this.files.readIndex(entry)).withMessageContaining("wrong checksum");
		Files.write(file, java.util.Arrays.copyOf(sound, sound.length - 1));
		assertThatIOException().isThrownBy(() -> this.files.readIndex(entry))
			.withMessageContaining("has " + (sound.length - 1) + " bytes, expected " + sound.length);
	}

	@Test
	void onlyOurFilesThatNobodyNeedsAreRemoved() throws IOException {
		String vectors = "vectors-" + UUID.randomUUID() + ".f32";
		String used = "vectors-" + UUID.randomUUID() + ".f32";
		String named = String.valueOf(this.index.vectorFile().orElseThrow().getFileName());
		for (String name : new String[] { "index-1.hnsw", "index-2.hnsw", "index.manifest", "index.manifest.tmp",
				vectors, used, "index-x.hnsw", "index-1.hnsw.bak", "vectors-mine.f32", "notes.txt" }) {
			Files.writeString(this.directory.resolve(name), "content");
		}
		SnapshotManifest valid = manifest(new SnapshotManifest.Entry(2, 0, 0, 0, 0, named, 0), null);
		assertThat(this.files.removeOthers(valid, Set.of(this.directory.resolve(used)))).as("left over").isFalse();
		assertThat(names()).containsExactlyInAnyOrder("index-2.hnsw", "index.manifest", named, used, "index-x.hnsw",
				"index-1.hnsw.bak", "vectors-mine.f32", "notes.txt");
	}

	@Test
	void withoutAManifestAllOfOursAreOthers() throws IOException {
		this.files.writeIndex(this.index, 0, 0, 0);
		this.index.close();
		assertThat(this.files.removeOthers(null, Set.of())).isFalse();
		assertThat(names()).isEmpty();
	}

	@Test
	void whatCannotBeRemovedYetIsToldAndTheRestGoes() throws IOException {
		this.files.writeIndex(this.index, 0, 0, 0);
		this.files.writeIndex(this.index, 0, 0, 0);
		this.undeletable.add("index-1.hnsw");
		SnapshotManifest valid = manifest(entry(3), null);
		Set<Path> used = Set.of(this.index.vectorFile().orElseThrow());
		assertThat(this.files.removeOthers(valid, used)).isTrue();
		assertThat(names()).contains("index-1.hnsw").doesNotContain("index-2.hnsw");
		this.undeletable.clear();
		assertThat(this.files.removeOthers(valid, used)).isFalse();
		assertThat(names()).doesNotContain("index-1.hnsw");
	}

}
