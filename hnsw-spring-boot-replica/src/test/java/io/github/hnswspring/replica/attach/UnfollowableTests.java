package io.github.hnswspring.replica.attach;

import java.nio.file.Path;

import com.zaxxer.hikari.HikariDataSource;
import io.github.hnswspring.replica.PostgresServer;
import io.github.hnswspring.replica.ReplicaConfigurationException;
import io.github.hnswspring.replica.Replicas;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * A table of which a replica would lack rows or changes is refused by name.
 */
class UnfollowableTests {

	private static final String COLUMNS = ", content text, metadata json, embedding vector(8)";

	@TempDir
	Path directory;

	private final PostgresServer.Database database = PostgresServer.database();

	private HikariDataSource pool = this.database.pool("postgres", 2);

	@AfterEach
	void close() {
		this.pool.close();
	}

	@Test
	void partitionsAndHeirsAreRefused() {
		this.database.execute("create table parts (id text primary key" + COLUMNS + ") partition by hash (id)",
				"create table part partition of parts for values with (modulus 1, remainder 0)",
				Replicas.table("parent", "text", "json"), "create table heir () inherits (parent)",
				"alter table heir add primary key (id)");
		refused("parts", "partitioned", "trigger", "table of their own");
		refused("part", "is a partition of another table");
		refused("parent", "tables that inherit from it");
		refused("heir", "inherits from one");
	}

	@Test
	void idsThatAreNoneAreRefused() {
		this.database.execute("create table nullable (id text unique" + COLUMNS + ")",
				"create table late (id text primary key deferrable" + COLUMNS + ")",
				"create collation loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
				"create table loosely (id text collate loose primary key" + COLUMNS + ")");
		refused("nullable", "may be null", "alter id set not null");
		refused("late", "deferrable", "add unique (id)");
		refused("loosely", "nondeterministic collation", "collate \"C\"");
		this.database.execute("alter table late add unique (id)");
		Replicas.started(this.pool, "late", Replicas.idle(), this.directory).close();
	}

	@Test
	void rowsThatAreHiddenFromThisUserAreRefused() {
		this.database.execute(Replicas.table("walled", "text", "json"), "alter table walled enable row level security",
				"drop role if exists someone", "create role someone login", "grant select on walled to someone");
		this.pool.close();
		this.pool = this.database.pool("someone", 2);
		try {
			refused("walled", "row level security", "BYPASSRLS");
		}
		finally {
			this.pool.close();
			this.database.execute("drop owned by someone", "drop role someone");
		}
	}

	private void refused(String table, String... words) {
		PgVectorTableTruth truth = new PgVectorTableTruth(this.pool, Replicas.attach(table), Replicas.PATIENCE);
		assertThatThrownBy(truth::prepare).isInstanceOf(ReplicaConfigurationException.class)
			.hasMessageStartingWith("Table public." + table + " cannot be followed: it ")
			.satisfies((failure) -> assertThat(failure.getMessage()).contains(words));
	}

}
