package io.github.hnswspring.index.graph;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A removed vector's slot is reused while a search that met it still holds its number.
 * The search may see the vector or not, but as long as it runs, never another one's in
 * its place. Results: whether the slot was visible, and the id found in it afterwards.
 */
@JCStressTest
@Outcome(id = { "1, 1", "0, 0" }, expect = Expect.ACCEPTABLE, desc = "what was alive, or nothing")
@Outcome(expect = Expect.FORBIDDEN, desc = "the slot belonged to another id before the search had ended")
@State
public class SlotsReuseStress {

	private final Slots slots = new Slots();

	private final ScratchPool pool = StressGraph.pool(this.slots);

	public SlotsReuseStress() {
		StressGraph.add(this.slots, this.pool, 1);
	}

	@Actor
	public void writer() {
		this.slots.remove(1);
		this.slots.free(new int[] { 0 });
		StressGraph.add(this.slots, this.pool, 2);
	}

	@Actor
	public void reader(II_Result result) {
		Scratch scratch = this.pool.acquire();
		if (this.slots.isVisible(0, scratch.startedAt) && this.slots.id(0) == 1) {
			result.r1 = 1;
			// Ranking comes after the walk: the same slot is looked at again.
			result.r2 = (int) this.slots.id(0);
		}
		this.pool.release(scratch);
	}

}
