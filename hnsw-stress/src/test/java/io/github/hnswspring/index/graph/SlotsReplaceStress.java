package io.github.hnswspring.index.graph;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * An id gets a new vector in another slot while a search looks at both: it must meet one
 * of them. Results: whether the old one is visible, and the new one.
 */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "the old vector")
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "the new vector")
@Outcome(expect = Expect.FORBIDDEN, desc = "both or neither")
@State
public class SlotsReplaceStress {

	private final StressSlots shared = StressSlots.share();

	private final long id = this.shared.newId();

	private final int before = this.shared.add(this.id);

	private final int after = this.shared.allocate(this.id);

	@Actor
	public void writer() {
		this.shared.commit(this.after);
	}

	@Actor
	public void reader(II_Result result) {
		Scratch scratch = this.shared.pool.acquire();
		result.r1 = this.shared.slots.isVisible(this.before, scratch.startedAt) ? 1 : 0;
		result.r2 = this.shared.slots.isVisible(this.after, scratch.startedAt) ? 1 : 0;
		this.shared.pool.release(scratch);
	}

}
