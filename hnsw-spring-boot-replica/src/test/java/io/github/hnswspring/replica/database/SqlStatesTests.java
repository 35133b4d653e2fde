package io.github.hnswspring.replica.database;

import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.time.Duration;

import io.github.hnswspring.replica.PostgresServer;
import io.github.hnswspring.replica.TruthUnavailableException;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.BadSqlGrammarException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What PostgreSQL means by its codes, and its own words. */
class SqlStatesTests {

	@Test
	void aLimitOfTheServerIsNoLostConnection() {
		PostgresServer.Database database = PostgresServer.database();
		database.execute("create table ids (id text primary key)");
		TruthDatabase truth = new TruthDatabase(database.plain());
		assertThatThrownBy(() -> truth.write("Storing", Duration.ofSeconds(60),
				(jdbc) -> jdbc
					.update("insert into ids select string_agg(md5(i::text), '') from generate_series(1, 1000) i")))
			.isNotInstanceOf(TruthUnavailableException.class)
			.satisfies((failure) -> assertThat(SqlStates.of(failure)).startsWith("54"))
			.satisfies((failure) -> assertThat(SqlStates.reason(failure)).startsWith("ERROR: index row"));
		assertThat(SqlStates
			.isUnavailable(new DataAccessResourceFailureException("gone", new SQLException("gone", "08006")))).isTrue();
	}

	@Test
	void theReasonOfABatchIsThatOfItsStatement() {
		BatchUpdateException batch = new BatchUpdateException("Batch entry 0 was aborted", "42703", new int[0]);
		batch.setNextException(new SQLException("ERROR: column \"x\" does not exist", "42703"));
		assertThat(SqlStates.reason(new BadSqlGrammarException("PreparedStatementCallback", "", batch)))
			.isEqualTo("ERROR: column \"x\" does not exist");
	}

}
