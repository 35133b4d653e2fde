package io.github.hnswspring.index.graph;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A vector equal to that of others is hung behind their node while a search goes along
 * the chain. Once a caller was told that its id is there, every later search meets it,
 * and any search meets those that were there before. Results: whether it was told of and
 * then not met, and whether the one before was met.
 */
@JCStressTest
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "the one before, and the new one if it was told of")
@Outcome(expect = Expect.FORBIDDEN, desc = "a vector of the chain is not met")
@State
public class EqualFollowStress {

	private final StressSlots shared = StressSlots.share();

	private final int leader = this.shared.add(this.shared.newId());

	private final long before = this.shared.newId();

	private final long added = this.shared.newId();

	public EqualFollowStress() {
		this.shared.addBehind(this.leader, this.before);
	}

	@Actor
	public void writer() {
		this.shared.addBehind(this.leader, this.added);
	}

	@Actor
	public void reader(II_Result result) {
		boolean told = this.shared.slots.contains(this.added);
		Scratch scratch = this.shared.pool.acquire();
		boolean met = false;
		EqualVectors equal = this.shared.slots.equal();
		for (int slot = equal.next(this.leader); slot != EqualVectors.NONE; slot = equal.next(slot)) {
			if (this.shared.slots.isVisible(slot, scratch.startedAt)) {
				met |= this.shared.slots.id(slot) == this.added;
				result.r2 |= (this.shared.slots.id(slot) == this.before) ? 1 : 0;
			}
		}
		this.shared.pool.release(scratch);
		result.r1 = (told && !met) ? 1 : 0;
	}

}
