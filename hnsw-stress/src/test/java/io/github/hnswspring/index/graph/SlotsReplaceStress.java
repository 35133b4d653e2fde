package io.github.hnswspring.index.graph;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * An id gets a new vector while a search looks at every slot: it must meet the old or the
 * new one. Results: visible slots with the right id, and visible slots with another one.
 */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "the old vector or the new one")
@Outcome(expect = Expect.FORBIDDEN, desc = "both, neither, or a slot of another id")
@State
public class SlotsReplaceStress {

	private final Slots slots = new Slots();

	private final ScratchPool pool = StressGraph.pool(this.slots);

	public SlotsReplaceStress() {
		StressGraph.add(this.slots, this.pool, 1);
	}

	@Actor
	public void writer() {
		StressGraph.add(this.slots, this.pool, 1);
	}

	@Actor
	public void reader(II_Result result) {
		Scratch scratch = this.pool.acquire();
		int count = this.slots.count();
		for (int slot = 0; slot < count; slot++) {
			if (this.slots.isVisible(slot, scratch.startedAt)) {
				if (this.slots.id(slot) == 1) {
					result.r1++;
				}
				else {
					result.r2++;
				}
			}
		}
		this.pool.release(scratch);
	}

}
