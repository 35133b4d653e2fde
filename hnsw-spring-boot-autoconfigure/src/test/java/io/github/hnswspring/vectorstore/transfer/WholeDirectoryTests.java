package io.github.hnswspring.vectorstore.transfer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.options.DerivedFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** A backup or an export is there with all its files, or not at all. */
class WholeDirectoryTests {

	@TempDir
	Path parent;

	@Test
	void theDirectoryAppearsUnderItsNameOnlyWhenItIsFilled() throws IOException {
		Path target = this.parent.resolve("copy");
		WholeDirectory.write("Copy", target, DerivedFiles.DEFAULT, (directory) -> {
			assertThat(target).doesNotExist();
			Files.writeString(directory.resolve("file"), "content");
		});
		assertThat(target.resolve("file")).hasContent("content");
		assertThat(names()).containsExactly("copy");
	}

	@Test
	void whatFailsHalfWayLeavesNothing() throws IOException {
		Path target = this.parent.resolve("copy");
		assertThatExceptionOfType(StoreException.class)
			.isThrownBy(() -> WholeDirectory.write("Copy", target, DerivedFiles.DEFAULT, (directory) -> {
				Files.writeString(directory.resolve("file"), "content");
				throw new IOException("disk full");
			}))
			.withMessageContaining("disk full");
		assertThat(names()).isEmpty();
	}

	@Test
	void aDirectoryThatHoldsSomethingIsLeftAsItIs() throws IOException {
		Path target = Files.createDirectory(this.parent.resolve("copy"));
		Files.writeString(target.resolve("own"), "own");
		assertThatExceptionOfType(StoreException.class)
			.isThrownBy(() -> WholeDirectory.write("Copy", target, DerivedFiles.DEFAULT, (directory) -> {
				throw new AssertionError("nothing is written before the target is known to be empty");
			}))
			.withMessageContaining("is not empty");
		assertThat(target.resolve("own")).hasContent("own");
	}

	@Test
	void anInterruptedThreadBeginsNothing() throws IOException {
		Path target = this.parent.resolve("copy");
		Thread.currentThread().interrupt();
		try {
			assertThatExceptionOfType(StoreException.class)
				.isThrownBy(() -> WholeDirectory.write("Copy", target, DerivedFiles.DEFAULT, (directory) -> {
				}))
				.withMessageContaining("repeat it in a thread that is not interrupted");
		}
		finally {
			assertThat(Thread.interrupted()).as("the interrupt stays set").isTrue();
		}
		assertThat(names()).isEmpty();
	}

	private String[] names() throws IOException {
		try (Stream<Path> files = Files.list(this.parent)) {
			return files.map((file) -> file.getFileName().toString()).toArray(String[]::new);
		}
	}

}
