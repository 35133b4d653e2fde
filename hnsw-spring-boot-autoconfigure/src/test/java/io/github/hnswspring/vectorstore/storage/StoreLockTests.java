package io.github.hnswspring.vectorstore.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class StoreLockTests {

	@TempDir
	Path temporary;

	private Path directory;

	@BeforeEach
	void realPath() throws IOException {
		this.directory = this.temporary.toRealPath();
	}

	@Test
	void aSecondOwnerIsRefusedWithTheProcessOfTheFirst() throws Exception {
		try (StoreLock first = StoreLock.acquire(this.directory, Duration.ZERO)) {
			assertThat(first).isNotNull();
			assertThat(StoreLock.isHeldHere(this.directory)).isTrue();
			assertThatExceptionOfType(StoreLock.HeldException.class)
				.isThrownBy(() -> StoreLock.acquire(this.directory, Duration.ZERO))
				.satisfies((held) -> assertThat(held.owner()).isEqualTo(ProcessHandle.current().pid()));
		}
		assertThat(StoreLock.isHeldHere(this.directory)).isFalse();
		StoreLock.acquire(this.directory, Duration.ZERO).close();
	}

	/** Closing any channel on the file would drop the lock of the whole process. */
	@Test
	@EnabledOnOs(OS.LINUX)
	void aRefusedAttemptDoesNotLoosenTheLock() throws Exception {
		try (StoreLock first = StoreLock.acquire(this.directory, Duration.ZERO)) {
			assertThat(first).isNotNull();
			assertThat(locks()).hasSize(1);
			assertThat(StoreLock.tryAcquire(this.directory)).isNull();
			assertThat(locks()).hasSize(1);
		}
		assertThat(locks()).isEmpty();
	}

	/** What the operating system says of the lock file. */
	private List<String> locks() throws IOException {
		String inode = ":" + Files.getAttribute(this.directory.resolve(StoreLock.LOCK_FILE), "unix:ino") + " ";
		return Files.readAllLines(Path.of("/proc/locks")).stream().filter((lock) -> lock.contains(inode)).toList();
	}

	@Test
	void waitingEndsWhenTheOwnerGivesTheDirectoryUp() throws Exception {
		StoreLock first = StoreLock.acquire(this.directory, Duration.ZERO);
		CompletableFuture<StoreLock> second = new CompletableFuture<>();
		Thread waiting = new Thread(() -> {
			try {
				second.complete(StoreLock.acquire(this.directory, Duration.ofSeconds(30)));
			}
			catch (StoreLock.HeldException | IOException ex) {
				second.completeExceptionally(ex);
			}
		});
		waiting.start();
		while (waiting.getState() != Thread.State.TIMED_WAITING && waiting.isAlive()) {
			Thread.onSpinWait();
		}
		assertThat(second).isNotDone();
		first.close();
		second.get(60, TimeUnit.SECONDS).close();
	}

	@Test
	void anOwnerThatComesBackLeavesItsProcessIdAndAnotherOneDoesNot() throws Exception {
		StoreLock.acquire(this.directory, Duration.ZERO).close(true);
		assertThat(StoreLock.isExpectedBack(this.directory)).isTrue();
		StoreLock.acquire(this.directory, Duration.ZERO).close();
		assertThat(StoreLock.isExpectedBack(this.directory)).isFalse();
		assertThat(Files.exists(this.directory.resolve(StoreLock.OWNER_FILE))).isFalse();
	}

}
