package io.github.hnswspring.example;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.util.FileSystemUtils;

/**
 * The whole application on a free port with a folder and a data directory of its own. All
 * subclasses share one running application, so each uses names of its own.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
public abstract class RunningApplication {

	private static final Path DIRECTORY = temporaryDirectory();

	protected static final Path FOLDER = DIRECTORY.resolve("notes");

	protected static final Path DATA = DIRECTORY.resolve("data");

	@LocalServerPort
	private int port;

	protected Rest rest;

	@DynamicPropertySource
	static void directories(DynamicPropertyRegistry registry) throws IOException {
		Files.createDirectories(FOLDER);
		Files.writeString(FOLDER.resolve("bees.md"), """
				# Bees

				## Honey

				A colony of bees makes about thirty kilograms of honey in a good summer.

				## Winter

				In winter the bees form a cluster around the queen and live on their stores.
				""");
		registry.add("rag.data-directory", DATA::toString);
		registry.add("hnsw.ingest.sources", FOLDER::toString);
	}

	@BeforeEach
	void connect() {
		this.rest = new Rest(this.port);
		this.rest.awaitIdle();
	}

	protected int port() {
		return this.port;
	}

	private static Path temporaryDirectory() {
		try {
			Path directory = Files.createTempDirectory("example-rag-app-test");
			Runtime.getRuntime()
				.addShutdownHook(new Thread(() -> FileSystemUtils.deleteRecursively(directory.toFile())));
			return directory;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
