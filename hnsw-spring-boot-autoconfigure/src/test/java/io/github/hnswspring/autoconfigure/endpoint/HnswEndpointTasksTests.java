package io.github.hnswspring.autoconfigure.endpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.github.hnswspring.autoconfigure.HnswVectorStoreAutoConfiguration;
import io.github.hnswspring.autoconfigure.endpoint.HnswEndpoint.TaskDescriptor;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.document.Document;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.InvocationContext;
import org.springframework.boot.actuate.endpoint.OperationType;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvokerAdvisor;
import org.springframework.boot.actuate.endpoint.invoke.convert.ConversionServiceParameterValueMapper;
import org.springframework.boot.actuate.endpoint.web.EndpointMediaTypes;
import org.springframework.boot.actuate.endpoint.web.ExposableWebEndpoint;
import org.springframework.boot.actuate.endpoint.web.WebOperation;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpointDiscoverer;
import org.springframework.boot.actuate.endpoint.OperationFilter;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What the endpoint does to stores, and who may have it do so. */
class HnswEndpointTasksTests {

	@TempDir
	Path directory;

	private ApplicationContextRunner runner() {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(HnswVectorStoreAutoConfiguration.class,
					HnswEndpointAutoConfiguration.class, EndpointAutoConfiguration.class))
			.withBean(TestEmbeddingModel.class, TestEmbeddingModel::new)
			.withPropertyValues("management.endpoints.web.exposure.include=hnsw", "hnsw.directory=" + path("main"),
					"hnsw.stores.chat-memory.directory=" + path("chat"), "hnsw.backup.directory=" + path("backups"));
	}

	private Path path(String name) {
		return this.directory.resolve(name);
	}

	private static List<OperationType> operations(ApplicationContext context) {
		return webOperations(context).map(WebOperation::getType).toList();
	}

	private static Stream<WebOperation> webOperations(ApplicationContext context) {
		EndpointAccessResolver access = context.getBean(EndpointAccessResolver.class);
		WebEndpointDiscoverer discoverer = new WebEndpointDiscoverer(context,
				new ConversionServiceParameterValueMapper(), EndpointMediaTypes.DEFAULT, List.of(), List.of(),
				List.copyOf(context.getBeansOfType(OperationInvokerAdvisor.class).values()), List.of(),
				List.of(OperationFilter.byAccess(access)));
		ExposableWebEndpoint endpoint = discoverer.getEndpoints().iterator().next();
		return endpoint.getOperations().stream();
	}

	@Test
	void writesAreOffUnlessAccessIsWidened() {
		runner().run((context) -> assertThat(operations(context)).containsOnly(OperationType.READ));
		runner().withPropertyValues("management.endpoint.hnsw.access=UNRESTRICTED")
			.run((context) -> assertThat(operations(context)).containsOnlyOnce(OperationType.WRITE));
		runner()
			.withPropertyValues("management.endpoints.access.max-permitted=READ_ONLY",
					"management.endpoint.hnsw.access=UNRESTRICTED")
			.run((context) -> assertThat(operations(context)).containsOnly(OperationType.READ));
	}

	@Test
	void aBackupIsWrittenBelowItsDirectoryAndOpens() {
		runner().run((context) -> {
			HnswVectorStore chat = context.getBean("chat-memory", HnswVectorStore.class);
			chat.add(List.of(new Document("a", "said before", Map.of())));
			HnswEndpoint endpoint = context.getBean(HnswEndpoint.class);
			TaskDescriptor named = endpoint.run("chat-memory", "backup", "before-upgrade");
			assertThat(named.directory()).isEqualTo(path("backups/chat-memory/before-upgrade").toString());
			TaskDescriptor timed = endpoint.run("hnswVectorStore", "backup", null);
			assertThat(Path.of(timed.directory())).isDirectory().hasParent(path("backups/hnswVectorStore"));
			try (HnswVectorStore copy = HnswVectorStore.builder(new TestEmbeddingModel())
				.directory(Path.of(named.directory()))
				.build()) {
				assertThat(copy.exists("a")).isTrue();
			}
			assertThatExceptionOfType(InvalidEndpointRequestException.class).as("nothing is replaced")
				.isThrownBy(() -> endpoint.run("chat-memory", "backup", "before-upgrade"))
				.withMessageContaining("There is a backup 'before-upgrade'");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "../escaped", "..", ".", "a/b", "a\\b", "/tmp/x", "a..b", "C:x", "a\u0000b", ".hidden",
			"a b", "a\nb", "-x", "\u00e4" })
	void noNameLeadsOutOfTheDirectory(String name) throws IOException {
		runner().run((context) -> assertThatExceptionOfType(InvalidEndpointRequestException.class)
			.isThrownBy(() -> context.getBean(HnswEndpoint.class).run("hnswVectorStore", "backup", name)));
		try (Stream<Path> files = Files.list(this.directory)) {
			assertThat(files.map((file) -> file.getFileName().toString())).containsOnly("main", "chat");
		}
	}

	@Test
	void aFieldThatIsMisspeltIsRefused() {
		runner().withPropertyValues("management.endpoint.hnsw.access=UNRESTRICTED").run((context) -> {
			WebOperation run = webOperations(context).filter((each) -> each.getType() == OperationType.WRITE)
				.findFirst()
				.orElseThrow();
			Map<String, Object> request = Map.of("path", new String[] { "chat-memory", "backup" });
			Map<String, Object> misspelt = new HashMap<>(request);
			misspelt.put("nmae", "before-upgrade");
			SecurityContext anyone = SecurityContext.NONE;
			assertThatExceptionOfType(InvalidEndpointRequestException.class)
				.isThrownBy(() -> run.invoke(new InvocationContext(anyone, misspelt)))
				.withMessage("There is no field 'nmae'; there are: name. The path says which store and which task. "
						+ "Nothing was done");
			assertThat(path("backups")).doesNotExist();
			assertThat(run.invoke(new InvocationContext(anyone, request))).isInstanceOf(TaskDescriptor.class);
		});
	}

	/** Actuator puts fields over parts of the path: a part is then no array any more. */
	@Test
	void noFieldTakesThePlaceOfThePath() {
		runner().withPropertyValues("management.endpoint.hnsw.access=UNRESTRICTED").run((context) -> {
			WebOperation run = webOperations(context).filter((each) -> each.getType() == OperationType.WRITE)
				.findFirst()
				.orElseThrow();
			assertThat(run.getRequestPredicate().getMatchAllRemainingPathSegmentsVariable()).isEqualTo("path");
			String[] path = { "chat-memory", "backup" };
			List<Map<String, Object>> requests = List.of(Map.of("path", path, "store", "hnswVectorStore"),
					Map.of("path", path, "task", "compact"), Map.of("path", "hnswVectorStore,backup"),
					Map.of("path", List.of("hnswVectorStore", "backup")));
			for (Map<String, Object> request : requests) {
				assertThatExceptionOfType(InvalidEndpointRequestException.class)
					.isThrownBy(() -> run.invoke(new InvocationContext(SecurityContext.NONE, request)))
					.withMessageStartingWith("There is no field '")
					.withMessageContaining("there are: name. The path says which store");
			}
			assertThat(path("backups")).doesNotExist();
		});
	}

	@Test
	void whatATaskDoesNotKnowIsRefused() {
		runner().run((context) -> {
			HnswEndpoint endpoint = context.getBean(HnswEndpoint.class);
			assertThatExceptionOfType(InvalidEndpointRequestException.class)
				.isThrownBy(() -> endpoint.run(new String[] { "chat-memory", "compact" }, "a"))
				.withMessageContaining("'compact' has no field 'name'");
			assertThatExceptionOfType(InvalidEndpointRequestException.class)
				.isThrownBy(() -> endpoint.run(new String[] { "chat-memory", "backup", "a" }, null))
				.withMessageContaining("such as hnsw/chat-memory/backup, but there were 3 parts");
			assertThat(path("backups")).doesNotExist();
		});
	}

	@Test
	void withoutADirectoryNoBackupIsWritten() {
		runner().withPropertyValues("hnsw.backup.directory=")
			.run((context) -> assertThatExceptionOfType(InvalidEndpointRequestException.class)
				.isThrownBy(() -> context.getBean(HnswEndpoint.class).run("hnswVectorStore", "backup", "a"))
				.withMessageContaining("hnsw.backup.directory"));
	}

	@Test
	void aStoreMayHaveADirectoryOfItsOwnForBackups() {
		runner().withPropertyValues("hnsw.stores.chat-memory.backup.directory=" + path("others"))
			.run((context) -> assertThat(
					context.getBean(HnswEndpoint.class).run("chat-memory", "backup", "a").directory())
				.isEqualTo(path("others/chat-memory/a").toString()));
	}

	@Test
	void aLinkInThePlaceOfADirectoryIsNotFollowed() throws IOException {
		Files.createDirectories(path("backups"));
		Files.createDirectories(path("outside"));
		Files.createSymbolicLink(path("backups/hnswVectorStore"), path("outside"));
		runner().run((context) -> assertThatExceptionOfType(InvalidEndpointRequestException.class)
			.isThrownBy(() -> context.getBean(HnswEndpoint.class).run("hnswVectorStore", "backup", "a"))
			.withMessageContaining("is a link"));
		assertThat(path("outside")).isEmptyDirectory();
	}

	@Test
	void theDirectoryIsReadLikeThatOfAStore() {
		runner().withPropertyValues("hnsw.backup.directory=file:" + path("others"))
			.run((context) -> assertThat(
					context.getBean(HnswEndpoint.class).run("hnswVectorStore", "backup", "a").directory())
				.isEqualTo(path("others/hnswVectorStore/a").toString()));
		for (String wrong : List.of("~mary/backups", "classpath:backups")) {
			runner().withPropertyValues("hnsw.backup.directory=" + wrong)
				.run((context) -> assertThatExceptionOfType(InvalidEndpointRequestException.class)
					.isThrownBy(() -> context.getBean(HnswEndpoint.class).run("hnswVectorStore", "backup", "a"))
					.withMessageContaining("hnsw.backup.directory is '" + wrong));
		}
	}

	@Test
	void aReaderIsBackedUpButNotCompacted() {
		runner().run((context) -> context.getBean("chat-memory", HnswVectorStore.class)
			.add(List.of(new Document("a", "said before", Map.of()))));
		runner().withPropertyValues("hnsw.stores.chat-memory.read-only=true").run((context) -> {
			HnswEndpoint endpoint = context.getBean(HnswEndpoint.class);
			assertThatExceptionOfType(InvalidEndpointRequestException.class)
				.isThrownBy(() -> endpoint.run("chat-memory", "compact", null))
				.withMessageContaining("'chat-memory' is read-only");
			assertThat(Path.of(endpoint.run("chat-memory", "backup", "a").directory())).isDirectory();
			assertThat(endpoint.store("chat-memory").readOnly()).isTrue();
			assertThat(endpoint.store("other")).isNull();
		});
	}

	@Test
	void aStoreIsCompacted() {
		runner().run((context) -> {
			HnswVectorStore store = context.getBean("hnswVectorStore", HnswVectorStore.class);
			store.add(List.of(new Document("a", "a text", Map.of()), new Document("b", "b text", Map.of())));
			store.delete(List.of("a"));
			TaskDescriptor done = context.getBean(HnswEndpoint.class).run("hnswVectorStore", "compact", null);
			assertThat(done.directory()).isNull();
			assertThat(store.count()).isEqualTo(1);
			assertThat(store.status().lastSnapshotChange()).as("saved").isEqualTo(store.status().lastChange());
		});
	}

	@Test
	void unknownStoresAndTasksAreToldWhatThereIs() {
		runner().run((context) -> {
			HnswEndpoint endpoint = context.getBean(HnswEndpoint.class);
			assertThatExceptionOfType(InvalidEndpointRequestException.class)
				.isThrownBy(() -> endpoint.run("other", "compact", null))
				.withMessageContaining("chat-memory, hnswVectorStore");
			assertThatExceptionOfType(InvalidEndpointRequestException.class)
				.isThrownBy(() -> endpoint.run("chat-memory", "drop", null))
				.withMessageContaining("backup, compact");
		});
	}

}
