package io.github.hnswspring.vectorstore.storage;

import java.nio.file.Path;
import java.util.List;

import ch.qos.logback.classic.Level;
import io.github.hnswspring.vectorstore.LogCapture;
import io.github.hnswspring.vectorstore.StoreException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Damage is told once for each row, however often the row is read. */
class DamagedRowsTests {

	private final LogCapture log = new LogCapture();

	private final DamagedRows damaged = new DamagedRows(Path.of("store", "hnsw.db"));

	@AfterEach
	void close() {
		this.log.close();
	}

	private List<String> errors() {
		return this.log.messages(Level.ERROR);
	}

	@Test
	void aRowThatIsReadAgainAndAgainIsToldAndCountedOnce() {
		for (int i = 0; i < 3; i++) {
			this.damaged.note(new DamagedRowException(7, "a", "it is cut"));
		}
		this.damaged.note(new DamagedRowException(8, null, "it is cut"));
		assertThat(this.damaged.count()).isEqualTo(2);
		assertThat(errors()).hasSize(2);
		assertThat(errors().get(0)).contains("hnsw.db", "Document 'a', row key 7: it is cut");
		assertThat(errors().get(1)).contains("Row key 8: it is cut");
	}

	@Test
	void aRowThatIsGoneCountsNoMoreAndIsNewsIfItComesBack() {
		DamagedRowException row = new DamagedRowException(7, "a", "it is cut");
		this.damaged.note(row);
		this.damaged.forget(7);
		this.damaged.forget(99);
		assertThat(this.damaged.count()).isZero();
		this.damaged.note(row);
		assertThat(this.damaged.count()).isEqualTo(1);
		assertThat(errors()).hasSize(2);
	}

	@Test
	void aProblemBesideSingleRowsIsKeptAndIsNoRow() {
		assertThat(this.damaged.problem()).isNull();
		this.damaged.noteProblem(new StoreException("indexes do not agree", null));
		assertThat(this.damaged.problem()).isEqualTo("indexes do not agree");
		assertThat(this.damaged.count()).isZero();
		assertThat(errors()).containsExactly("indexes do not agree");
	}

}
