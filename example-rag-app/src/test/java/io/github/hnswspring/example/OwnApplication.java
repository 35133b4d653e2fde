package io.github.hnswspring.example;

import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * The whole application on a free port, started for one class of tests as that needs it,
 * with a data directory that goes with it.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@DirtiesContext
public abstract class OwnApplication {

	/** Data in {@code data}, and room for the files of a test. */
	@TempDir
	protected static Path directory;

	@LocalServerPort
	protected int port;

	protected Rest rest;

	@DynamicPropertySource
	static void dataDirectory(DynamicPropertyRegistry registry) {
		registry.add("rag.data-directory", () -> directory.resolve("data").toString());
	}

	@BeforeEach
	void connect() {
		this.rest = new Rest(this.port);
	}

}
