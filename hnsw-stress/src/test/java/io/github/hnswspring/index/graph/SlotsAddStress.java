package io.github.hnswspring.index.graph;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * An id is added while another thread asks whether it is there, without a lock, and then
 * searches: a caller that was told it is there must find it. Results: whether the id was
 * there, and whether a search begun afterwards saw its vector.
 */
@JCStressTest
@Outcome(id = { "0, 0", "0, 1", "1, 1" }, expect = Expect.ACCEPTABLE, desc = "missing, or there, in this order")
@Outcome(expect = Expect.FORBIDDEN, desc = "there, and not found afterwards")
@State
public class SlotsAddStress {

	private final StressSlots shared = StressSlots.share();

	private final long id = this.shared.newId();

	private final int slot = this.shared.allocate(this.id);

	@Actor
	public void writer() {
		this.shared.commit(this.slot);
	}

	@Actor
	public void reader(II_Result result) {
		this.shared.askAndSearch(this.id, this.slot, result);
	}

}
