package io.github.hnswspring.replica.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.zaxxer.hikari.HikariDataSource;
import liquibase.exception.LiquibaseException;
import liquibase.integration.spring.SpringLiquibase;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.ai.document.Document;
import org.springframework.core.io.DefaultResourceLoader;

import io.github.hnswspring.replica.Replicas;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import io.github.hnswspring.vectorstore.SyncRequest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The tool that makes the other tables of an application makes those of a store, and
 * instances start without the right to make anything.
 */
class MigrationToolsTests extends SharedTestSupport {

	private static final String STATEMENTS = "io/github/hnswspring/replica/postgres/";

	private final String role = this.database.name() + "_app";

	@BeforeEach
	void createRole() {
		this.database.execute("create role " + this.role + " login");
	}

	@AfterEach
	void dropRole() {
		this.database.execute("drop owned by " + this.role, "drop role " + this.role);
	}

	@Test
	void flywayTakesCopiesOfTheFilesAsMigrations() throws Exception {
		Path migrations = Files.createDirectory(this.directory.resolve("migrations"));
		Files.writeString(migrations.resolve("V1__customers.sql"), "create table customer (id bigint primary key);");
		copy("001-tables.sql", migrations.resolve("V2__hnsw_tables.sql"));
		copy("002-published.sql", migrations.resolve("V3__hnsw_published.sql"));
		copy("grants.sql", migrations.resolve("R__hnsw_rights.sql"));
		Flyway flyway = Flyway.configure()
			.dataSource(this.pool)
			.locations("filesystem:" + migrations)
			.placeholders(Map.of("role", this.role))
			// The schema has a stand-in for pgvector's type already.
			.baselineOnMigrate(true)
			.baselineVersion("0")
			.load();
		assertThat(flyway.migrate().migrationsExecuted).isEqualTo(4);
		assertThat(flyway.validateWithResult().validationSuccessful).isTrue();
		assertInstancesStart();
		assertThat(flyway.migrate().migrationsExecuted).isZero();
	}

	private void copy(String name, Path target) throws IOException {
		try (InputStream content = getClass().getClassLoader().getResourceAsStream(STATEMENTS + name)) {
			Files.copy(Objects.requireNonNull(content, name), target);
		}
	}

	@Test
	void liquibaseTakesThemFromTheJar() throws Exception {
		liquibase();
		assertInstancesStart();
		liquibase();
		assertThat(this.database.jdbc()
			.queryForList("select id from databasechangelog order by orderexecuted", String.class))
			.containsExactly("customers", "hnsw-001", "hnsw-002", "hnsw-rights");
	}

	private void liquibase() throws LiquibaseException {
		SpringLiquibase liquibase = new SpringLiquibase();
		liquibase.setResourceLoader(new DefaultResourceLoader());
		liquibase.setDataSource(this.pool);
		liquibase.setChangeLog("classpath:migrations/changelog.xml");
		liquibase.setChangeLogParameters(Map.of("role", this.role));
		liquibase.afterPropertiesSet();
	}

	/** Two of them, which find the tables as they need them and make none. */
	private void assertInstancesStart() {
		PostgresSettings settings = new PostgresSettings("default", null, false, Replicas.shared().retention(),
				Replicas.shared().writeTimeout());
		try (HikariDataSource app = this.database.pool(this.role, 4);
				ReplicatedVectorStore one = Replicas.shared(app, settings, Replicas.idle(),
						this.directory.resolve("one"), (builder) -> {
						});
				ReplicatedVectorStore two = Replicas.shared(app, settings, Replicas.idle(),
						this.directory.resolve("two"), (builder) -> {
						})) {
			one.start();
			one.add(List.of(document("a", "a river", 1), document("b", "a lake", 2)));
			one.sync(SyncRequest.of("file", List.of(new Document("c", "a hill", Map.of("n", 3)))));
			one.delete(List.of("b"));
			two.start();
			assertThat(two.tryTake("import")).isTrue();
			assertInStep(one, two);
			assertThat(two.count()).isEqualTo(2);
		}
		assertThat(this.database.jdbc().queryForList("select number from hnsw.step order by number", Integer.class))
			.containsExactly(1, 2);
	}

}
