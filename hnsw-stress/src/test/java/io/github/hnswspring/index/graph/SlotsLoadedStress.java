package io.github.hnswspring.index.graph;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The same as {@link SlotsReplaceStress} with slots from a file, for which the table of
 * times is only made by the writer, while the search looks at it. Results: whether the
 * old vector is visible, and the new one.
 */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "the old vector")
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "the new vector")
@Outcome(expect = Expect.FORBIDDEN, desc = "both or neither")
@State
public class SlotsLoadedStress {

	private static final long ID = 7;

	private final StressSlots loaded = StressSlots.loaded(ID);

	private final int before = this.loaded.slots.slotOf(ID);

	@Actor
	public void writer() {
		this.loaded.add(ID);
	}

	@Actor
	public void reader(II_Result result) {
		Scratch scratch = this.loaded.pool.acquire();
		result.r1 = this.loaded.slots.isVisible(this.before, scratch.startedAt) ? 1 : 0;
		// A search goes no further than there are slots.
		boolean there = this.loaded.slots.count() > this.before + 1;
		result.r2 = (there && this.loaded.slots.isVisible(this.before + 1, scratch.startedAt)) ? 1 : 0;
		this.loaded.pool.release(scratch);
	}

}
