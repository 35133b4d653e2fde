package io.github.hnswspring.index.graph;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * An id is removed while another thread asks whether it is there, without a lock, and
 * then searches: a caller that was told it is gone must not find it. Results: whether the
 * id was there, and whether a search begun afterwards saw its vector.
 */
@JCStressTest
@Outcome(id = { "1, 1", "1, 0", "0, 0" }, expect = Expect.ACCEPTABLE, desc = "there, or gone, in this order")
@Outcome(expect = Expect.FORBIDDEN, desc = "gone, and found afterwards")
@State
public class SlotsRemoveStress {

	private final StressSlots shared = StressSlots.share();

	private final long id = this.shared.newId();

	private final int slot = this.shared.add(this.id);

	@Actor
	public void writer() {
		this.shared.slots.remove(this.id);
	}

	@Actor
	public void reader(II_Result result) {
		this.shared.askAndSearch(this.id, this.slot, result);
	}

}
