package io.github.hnswspring.vectorstore.derived;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What one transaction did to the rows, and how many documents more there are. */
class RowChangesTests {

	private final RowChanges changes = new RowChanges();

	private static float[] vector(float value) {
		return new float[] { value };
	}

	@Test
	void aReplacedDocumentIsARowMoreAndARowLess() {
		this.changes.remove(1);
		this.changes.add(2, 0, vector(2));
		assertThat(this.changes.removed(0)).containsExactly(1L);
		assertThat(this.changes.added(0).keys()).containsExactly(2);
		assertThat(this.changes.documentsDelta()).isZero();
	}

	@Test
	void aRowThatCameAndWentInOneTransactionNeverWas() {
		this.changes.add(2, 0, vector(2));
		this.changes.remove(2);
		assertThat(this.changes.added(0).isEmpty()).isTrue();
		assertThat(this.changes.removed(0)).isEmpty();
		assertThat(this.changes.documentsDelta()).isZero();
	}

	@Test
	void whatOtherToolsDidIsFollowedAndCountedByTheCallerAlone() {
		this.changes.refresh(3, 0, vector(3));
		this.changes.forget(4, 0);
		assertThat(this.changes.added(0).keys()).containsExactly(3);
		assertThat(this.changes.removed(0)).containsExactly(4L);
		assertThat(this.changes.documentsDelta()).isZero();
		this.changes.shiftDocuments(-1);
		this.changes.add(5, 0, vector(5));
		assertThat(this.changes.documentsDelta()).isZero();
	}

	@Test
	void aRowOfAnotherToolThatIsForgottenAfterAllLeavesTheIndexToo() {
		this.changes.refresh(3, 0, vector(3));
		this.changes.forget(3, 0);
		assertThat(this.changes.added(0).isEmpty()).isTrue();
		assertThat(this.changes.removed(0)).as("the index may have had it before").containsExactly(3L);
	}

	@Test
	void aRowIsAddedOnceWithItsLastVector() {
		this.changes.refresh(3, 0, vector(3));
		this.changes.refresh(3, 0, vector(4));
		assertThat(this.changes.added(0).keys()).containsExactly(3);
		assertThat(this.changes.added(0).vectors()[0]).containsExactly(4);
	}

	@Test
	void whatIsToBeDoneAfterTheCommitIsDoneThenInItsOrder() {
		List<String> done = new ArrayList<>();
		this.changes.afterCommit(() -> done.add("first"));
		this.changes.afterCommit(() -> done.add("second"));
		assertThat(done).isEmpty();
		this.changes.committed();
		assertThat(done).containsExactly("first", "second");
	}

}
