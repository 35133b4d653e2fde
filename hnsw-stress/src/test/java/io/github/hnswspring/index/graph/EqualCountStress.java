package io.github.hnswspring.index.graph;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * An equal vector is hung behind a node while another one is removed: the first changes
 * the chain, the second the count, which lie in one number under two locks. Results:
 * those alive behind the node, and those on its chain.
 */
@JCStressTest
@Outcome(id = "1, 2", expect = Expect.ACCEPTABLE, desc = "one came, one went")
@Outcome(expect = Expect.FORBIDDEN, desc = "one of two changes was lost")
@State
public class EqualCountStress {

	private final StressSlots shared = StressSlots.share();

	private final int leader = this.shared.add(this.shared.newId());

	private final long goes = this.shared.newId();

	public EqualCountStress() {
		this.shared.addBehind(this.leader, this.goes);
	}

	@Actor
	public void adds() {
		this.shared.addBehind(this.leader, this.shared.newId());
	}

	@Actor
	public void removes() {
		this.shared.slots.remove(this.goes);
	}

	@Arbiter
	public void count(II_Result result) {
		EqualVectors equal = this.shared.slots.equal();
		result.r1 = equal.liveFollowers(this.leader);
		for (int slot = equal.next(this.leader); slot != EqualVectors.NONE; slot = equal.next(slot)) {
			result.r2++;
		}
	}

}
