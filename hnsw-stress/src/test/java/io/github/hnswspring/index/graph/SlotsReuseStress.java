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
 * its place. Results: whether the slot was visible, and whether it had the same id
 * afterwards.
 */
@JCStressTest
@Outcome(id = { "1, 1", "0, 0" }, expect = Expect.ACCEPTABLE, desc = "what was alive, or nothing")
@Outcome(expect = Expect.FORBIDDEN, desc = "the slot belonged to another id before the search had ended")
@State
public class SlotsReuseStress {

	/** So many that the writer has the time it needs. */
	private static final int LOOKS = 256;

	private final StressSlots shared = StressSlots.share();

	private final long id = this.shared.newId();

	private final int slot = this.shared.add(this.id);

	@Actor
	public void writer() {
		this.shared.slots.remove(this.id);
		this.shared.slots.free(new int[] { this.slot });
		this.shared.add(this.shared.newId());
	}

	@Actor
	public void reader(II_Result result) {
		Scratch scratch = this.shared.pool.acquire();
		if (isThere(scratch)) {
			result.r1 = 1;
			result.r2 = 1;
			// Ranking comes after the walk: the same slot is looked at again, and later.
			for (int look = 0; look < LOOKS; look++) {
				if (!isThere(scratch)) {
					result.r2 = 0;
				}
			}
		}
		this.shared.pool.release(scratch);
	}

	/** Acquires each time, so that no compiler makes one look of many. */
	private boolean isThere(Scratch scratch) {
		return this.shared.slots.isVisible(this.slot, scratch.startedAt) && this.shared.slots.id(this.slot) == this.id;
	}

}
