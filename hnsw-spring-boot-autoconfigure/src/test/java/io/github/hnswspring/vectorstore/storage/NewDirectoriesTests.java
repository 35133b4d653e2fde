package io.github.hnswspring.vectorstore.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** A new directory is forced where its name lies: in its parent. */
class NewDirectoriesTests {

	@TempDir
	Path directory;

	private final List<Path> forced = new ArrayList<>();

	@Test
	void theParentsOfAllNewDirectoriesAreForcedFromTheTopAfterTheyWereMade() throws IOException {
		Path deep = this.directory.resolve("a/b/c");
		NewDirectories.create(deep, (parent) -> {
			assertThat(deep).isDirectory();
			this.forced.add(parent);
		});
		assertThat(this.forced).containsExactly(this.directory, this.directory.resolve("a"),
				this.directory.resolve("a/b"));
	}

	@Test
	void whatExistsIsLeftAlone() throws IOException {
		NewDirectories.create(this.directory, this.forced::add);
		assertThat(this.forced).isEmpty();
	}

	@Test
	void aFailureOfTheDiskIsNotHidden() {
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> NewDirectories.create(this.directory.resolve("new"), (parent) -> {
				throw new IOException("the disk is gone");
			}));
	}

}
