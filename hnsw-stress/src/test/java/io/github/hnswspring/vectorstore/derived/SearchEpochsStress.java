package io.github.hnswspring.vectorstore.derived;

import java.time.Duration;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * A row is replaced while a search goes from the database to the index. The rows in the
 * index are plain ints: only the epochs keep a search from missing one. Result: what the
 * search found of the row it was sent for.
 */
@JCStressTest
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "what the database named was in the index")
@Outcome(expect = Expect.FORBIDDEN, desc = "the row had been taken away from a search still running")
@State
public class SearchEpochsStress {

	private final SearchEpochs epochs = new SearchEpochs();

	private final int[] index = { 1, 0 };

	private volatile int database;

	@Actor
	public void writer() {
		this.index[1] = 1;
		this.database = 1;
		if (this.epochs.awaitEarlier(Duration.ofSeconds(60))) {
			this.index[0] = 0;
		}
	}

	@Actor
	public void search(I_Result result) {
		int entered = this.epochs.enter();
		int row = this.database;
		// A search takes its time between the database and the index.
		for (int i = 0; i < 20; i++) {
			Thread.onSpinWait();
		}
		result.r1 = this.index[row];
		this.epochs.exit(entered);
	}

}
