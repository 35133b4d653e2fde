package io.github.hnswspring.vectorstore.transactions;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import javax.sql.DataSource;

import io.github.hnswspring.autoconfigure.HnswVectorStoreAutoConfiguration;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatRuntimeException;

/**
 * Articles in a database and their documents in the store: what gets lost between the
 * two, and the outbox that loses nothing.
 */
@ExtendWith(OutputCaptureExtension.class)
class TransactionTests {

	private static final Pattern CODE = Pattern.compile("```(?:java|sql)\n(.*?)\n```", Pattern.DOTALL);

	@TempDir
	private Path directory;

	@Test
	void aFailureAfterTheCommitReachesOnlyTheLog(CapturedOutput output) {
		run((application) -> {
			application.model.down = true;
			application.publish("a", "the harbour opens at six");
			assertThat(output).contains("the model is down");
			application.model.down = false;
			application.publish("b", "the bakery opens at seven");
			assertThat(application.articleIds()).containsExactly("a", "b");
			assertThat(application.store.exists("a")).as("lost").isFalse();
			assertThat(application.store.exists("b")).isTrue();
		});
	}

	@Test
	void theOutboxKeepsWhatCouldNotBeAdded() {
		run((application) -> {
			application.model.down = true;
			application.articles.save("a", "the harbour opens at six");
			application.articles.save("b", "the bakery opens at seven");
			assertThatRuntimeException().isThrownBy(application.indexer::drain)
				.withStackTraceContaining("the model is down");
			assertThat(application.store.count()).isZero();
			assertThat(application.outbox()).hasSize(2);
		});
		run((application) -> {
			assertThat(application.outbox()).as("after a restart").hasSize(2);
			application.indexer.drain();
			assertThat(application.outbox()).isEmpty();
			assertThat(application.store.get(List.of("a", "b"))).extracting(Document::getText)
				.containsExactly("the harbour opens at six", "the bakery opens at seven");
		});
	}

	@Test
	void whatIsRolledBackIsNotAdded() {
		run((application) -> {
			application.transactions.executeWithoutResult((status) -> {
				application.articles.save("a", "the harbour opens at six");
				status.setRollbackOnly();
			});
			application.indexer.drain();
			assertThat(application.articleIds()).isEmpty();
			assertThat(application.store.count()).isZero();
		});
	}

	@Test
	void repeatedDeliveryChangesNothing() {
		run((application) -> {
			application.articles.save("a", "the harbour opens at six");
			List<Map<String, Object>> delivered = application.outbox();
			application.indexer.drain();
			// As if the process had died after the document was added.
			delivered.forEach((row) -> application.jdbc
				.sql("INSERT INTO article_outbox (id, article, attempts) VALUES (:id, :article, :attempts)")
				.params(row)
				.update());
			application.indexer.drain();
			assertThat(application.outbox()).isEmpty();
			assertThat(application.store.count()).isOne();
			assertThat(application.store.similaritySearch("the harbour opens at six")).extracting(Document::getId)
				.containsExactly("a");
			assertThat(application.model.embedded).as("the search's query comes last")
				.containsExactly("the harbour opens at six", "the harbour opens at six");
		});
	}

	@Test
	void changedAndDeletedArticlesAreFollowedInAnyOrder() {
		run((application) -> {
			application.articles.save("a", "the harbour opens at six");
			application.articles.save("b", "the bakery opens at seven");
			application.indexer.drain();
			application.articles.save("a", "the harbour is closed");
			application.articles.delete("b");
			application.articles.save("c", "never seen by the store");
			application.articles.delete("c");
			application.indexer.drain();
			assertThat(application.outbox()).isEmpty();
			assertThat(application.store.count()).isOne();
			assertThat(application.store.get(List.of("a"))).extracting(Document::getText)
				.containsExactly("the harbour is closed");
		});
	}

	@Test
	void whatCanNeverBeAddedHoldsNothingUp() {
		run((application) -> {
			application.articles.save("long", "x".repeat(1_001));
			application.articles.save("a", "the harbour opens at six");
			application.articles.save("b", "the bakery opens at seven");
			for (int round = 0; round < 3; round++) {
				assertThatRuntimeException().isThrownBy(application.indexer::drain);
			}
			assertThat(application.store.count()).isEqualTo(2);
			assertThat(application.outbox()).singleElement().satisfies((row) -> {
				assertThat(row).containsEntry("article", "long");
				assertThat((Integer) row.get("attempts")).isPositive();
			});
		});
	}

	@Test
	void thePageShowsThisCode() throws IOException {
		String page = Files.readString(Path.of("../docs/operations.md"));
		String section = page.substring(page.indexOf("\n## Transactions\n"), page.indexOf("\n## Several stores"));
		String shown = String.join("\n\n", CODE.matcher(section).results().map((code) -> code.group(1)).toList());
		List<String> run = new ArrayList<>();
		for (String type : List.of("ArticlePublished", "PublishedArticles")) {
			run.add(source(type));
		}
		run.add(new ClassPathResource("article.sql", getClass()).getContentAsString(StandardCharsets.UTF_8).trim());
		for (String type : List.of("Articles", "ArticleIndexer")) {
			run.add(source(type));
		}
		assertThat(shown).isEqualTo(String.join("\n\n", run));
	}

	/** What follows package and imports. */
	private String source(String type) throws IOException {
		Path file = Path.of("src/test/java", getClass().getPackageName().replace('.', '/'), type + ".java");
		String source = Files.readString(file);
		int end = Pattern.compile("^import .*;$", Pattern.MULTILINE)
			.matcher(source)
			.results()
			.mapToInt(MatchResult::end)
			.max()
			.orElseThrow();
		return source.substring(end).trim();
	}

	private void run(Consumer<RunningApplication> test) {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(HnswVectorStoreAutoConfiguration.class))
			.withUserConfiguration(Application.class)
			.withPropertyValues("hnsw.directory=" + this.directory.resolve("vectors"), "hnsw.limits.text-length=1000",
					"database=" + this.directory.resolve("articles.db"))
			.run((context) -> test.accept(new RunningApplication(context)));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement
	@Import({ PublishedArticles.class, Articles.class, ArticleIndexer.class })
	static class Application {

		@Bean
		DataSource dataSource(Environment environment) {
			SQLiteDataSource dataSource = new SQLiteDataSource();
			Path file = Path.of(environment.getRequiredProperty("database"));
			dataSource.setUrl("jdbc:sqlite:" + file);
			if (!Files.exists(file)) {
				new ResourceDatabasePopulator(new ClassPathResource("article.sql", TransactionTests.class))
					.execute(dataSource);
			}
			return dataSource;
		}

		@Bean
		PlatformTransactionManager transactionManager(DataSource dataSource) {
			return new JdbcTransactionManager(dataSource);
		}

		@Bean
		JdbcClient jdbcClient(DataSource dataSource) {
			return JdbcClient.create(dataSource);
		}

		@Bean
		UnreliableModel embeddingModel() {
			return new UnreliableModel();
		}

	}

	private static final class RunningApplication {

		final UnreliableModel model;

		final HnswVectorStore store;

		final Articles articles;

		final ArticleIndexer indexer;

		final JdbcClient jdbc;

		final TransactionTemplate transactions;

		private final AssertableApplicationContext context;

		RunningApplication(AssertableApplicationContext context) {
			this.context = context;
			this.model = context.getBean(UnreliableModel.class);
			this.store = context.getBean(HnswVectorStore.class);
			this.articles = context.getBean(Articles.class);
			this.indexer = context.getBean(ArticleIndexer.class);
			this.jdbc = context.getBean(JdbcClient.class);
			this.transactions = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
		}

		/** Writes an article and has it added after the commit. */
		void publish(String id, String text) {
			this.transactions.executeWithoutResult((status) -> {
				this.jdbc.sql("INSERT INTO article (id, text) VALUES (?, ?)").params(id, text).update();
				this.context.publishEvent(new ArticlePublished(Document.builder().id(id).text(text).build()));
			});
		}

		List<String> articleIds() {
			return this.jdbc.sql("SELECT id FROM article ORDER BY id").query(String.class).list();
		}

		List<Map<String, Object>> outbox() {
			return this.jdbc.sql("SELECT * FROM article_outbox").query().listOfRows();
		}

	}

	/** Fails while it is down. */
	static class UnreliableModel extends TestEmbeddingModel {

		volatile boolean down;

		final List<String> embedded = new ArrayList<>();

		@Override
		public EmbeddingResponse call(EmbeddingRequest request) {
			if (this.down) {
				throw new IllegalStateException("the model is down");
			}
			this.embedded.addAll(request.getInstructions());
			return super.call(request);
		}

	}

}
