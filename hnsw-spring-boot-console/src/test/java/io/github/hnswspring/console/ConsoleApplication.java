package io.github.hnswspring.console;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.test.NgramEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/** An application with two stores and a console, as a stranger would write it. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class ConsoleApplication {

	/** What nobody may run, in a text, an id and metadata. */
	public static final String HOSTILE = "<img src=x onerror=\"document.title='stolen'\"><script>document.title='stolen'</script>";

	private static final List<String> TOPICS = List.of("The harbour opens at seven and closes at nine in the evening",
			"Boats longer than twelve metres pay for two berths", "The lighthouse flashes white every four seconds",
			"Fishing from the pier is allowed with a licence of the town", "The ferry to the island leaves every hour",
			"Fuel is sold at the second quay, for cash and by card",
			"Storm warnings are shown by a red ball at the mast", "The museum of ships is closed on Mondays in winter",
			"Showers and laundry are behind the harbour office",
			"Dogs are kept on a lead on all quays and in the park");

	@Bean
	EmbeddingModel embeddingModel() {
		return new NgramEmbeddingModel();
	}

	/** Starts it, with fifty documents in the first store and one in the other. */
	public static ConfigurableApplicationContext start(Path directory, String... properties) {
		ConfigurableApplicationContext context = run(ConsoleApplication.class, directory, properties);
		fill(context.getBean("hnswVectorStore", HnswVectorStore.class));
		context.getBean("notes", HnswVectorStore.class).add(List.of(new Document("a-note", "Buy rope", Map.of())));
		return context;
	}

	/** Starts an application with these stores, which are as they were. */
	public static ConfigurableApplicationContext run(Class<?> application, Path directory, String... properties) {
		List<String> arguments = new ArrayList<>(List.of("--server.port=0", "--server.address=127.0.0.1",
				"--hnsw.directory=" + directory.resolve("main"),
				"--hnsw.stores.notes.directory=" + directory.resolve("notes"), "--spring.main.banner-mode=off",
				"--spring.autoconfigure.exclude=" + withoutSecurity()));
		if (Arrays.stream(properties).noneMatch((property) -> property.startsWith("--hnsw.console.enabled="))) {
			arguments.add("--hnsw.console.enabled=true");
		}
		arguments.addAll(Arrays.asList(properties));
		return new SpringApplication(application).run(arguments.toArray(String[]::new));
	}

	/** It is on the class path for tests of its own. */
	static String withoutSecurity() {
		String security = "org.springframework.boot.security.autoconfigure.";
		return String.join(",", security + "web.servlet.ServletWebSecurityAutoConfiguration",
				security + "web.servlet.SecurityFilterAutoConfiguration",
				security + "actuate.web.servlet.ManagementWebSecurityAutoConfiguration",
				security + "UserDetailsServiceAutoConfiguration");
	}

	/** Adds fifty documents, some of them hostile or alone in what they say. */
	public static void fill(HnswVectorStore store) {
		List<Document> documents = new ArrayList<>();
		for (int i = 0; i < 48; i++) {
			String topic = TOPICS.get(i % TOPICS.size());
			documents.add(new Document("doc-" + i, topic + ((i < TOPICS.size()) ? "." : ", as page " + i + " says."),
					Map.of("page", i, "chapter", (i % 3 == 0) ? "rules" : "services", "draft", i % 7 == 0)));
		}
		documents.add(new Document("hostile" + HOSTILE, HOSTILE + " steals the title",
				Map.of("name" + HOSTILE, HOSTILE, "file", "..\\" + HOSTILE + ".md")));
		documents.add(new Document("lonely", "zzyzx quokka xylophone", Map.of("chapter", "none")));
		store.add(documents);
	}

}
