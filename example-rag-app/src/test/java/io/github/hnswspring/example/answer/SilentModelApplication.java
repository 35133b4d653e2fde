package io.github.hnswspring.example.answer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.github.hnswspring.example.OwnApplication;
import org.junit.jupiter.api.AfterAll;

import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * The application with one document and a chat model that may be silent for longer than
 * any test takes, so that nothing but the client ends a request to it.
 */
public abstract class SilentModelApplication extends OwnApplication {

	/** Answers for OpenAI and for Ollama. */
	protected static FakeOpenAi model;

	@DynamicPropertySource
	static void properties(DynamicPropertyRegistry registry) throws IOException {
		model = new FakeOpenAi();
		Path folder = Files.createDirectories(directory.resolve("town"));
		Files.writeString(folder.resolve("tower.md"), "The tower is sixty-three metres high.");
		registry.add("hnsw.ingest.sources", folder::toString);
		registry.add("rag.answer-timeout", () -> "10m");
		registry.add("OPENAI_BASE_URL", () -> model.baseUrl());
		registry.add("OPENAI_API_KEY", () -> "unused");
		registry.add("OPENAI_MODEL", () -> "fake");
		registry.add("OLLAMA_BASE_URL", () -> model.origin());
		registry.add("OLLAMA_MODEL", () -> "fake");
	}

	@AfterAll
	static void stopModel() {
		model.close();
	}

}
