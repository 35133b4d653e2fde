package io.github.hnswspring.index.graph;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * One of three equal vectors is removed, taken off the chain, and its slot is used again
 * in the chain of another vector, while a search goes along the first chain. The search
 * may stand on the slot at that moment: it still meets the vector behind it, and none
 * that belongs to the other chain. Results: whether the one behind was met, and whether a
 * stranger was.
 */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "the chain, whole")
@Outcome(expect = Expect.FORBIDDEN, desc = "a chain that was cut, or led into another one")
@State
public class EqualReuseStress {

	private final StressSlots shared = StressSlots.share();

	private final int leader = this.shared.add(this.shared.newId());

	private final int otherLeader = this.shared.add(this.shared.newId());

	private final long stays = this.shared.newId();

	private final long goes = this.shared.newId();

	private final int slot;

	public EqualReuseStress() {
		this.shared.addBehind(this.otherLeader, this.shared.newId());
		this.shared.addBehind(this.leader, this.stays);
		// The latest is the first of the chain.
		this.slot = this.shared.addBehind(this.leader, this.goes);
	}

	@Actor
	public void writer() {
		this.shared.slots.remove(this.goes);
		this.shared.slots.free(new int[] { this.slot });
		this.shared.addBehind(this.otherLeader, this.shared.newId());
	}

	@Actor
	public void reader(II_Result result) {
		Scratch scratch = this.shared.pool.acquire();
		EqualVectors equal = this.shared.slots.equal();
		for (int next = equal.next(this.leader); next != EqualVectors.NONE; next = equal.next(next)) {
			if (this.shared.slots.isVisible(next, scratch.startedAt)) {
				long id = this.shared.slots.id(next);
				result.r1 |= (id == this.stays) ? 1 : 0;
				result.r2 |= (id != this.stays && id != this.goes) ? 1 : 0;
			}
		}
		this.shared.pool.release(scratch);
	}

}
