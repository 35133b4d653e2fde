package io.github.hnswspring.ingest;

/**
 * How far the round over all sources is.
 *
 * @param running whether one is under way
 * @param files how many files it looks at
 * @param checked how many of them it is done with
 * @param ingested how many were new or changed
 * @param unchanged how many were in the store already
 * @param failed how many could not be ingested
 * @param removed how many documents were deleted because their file is gone
 */
public record ScanProgress(boolean running, int files, int checked, int ingested, int unchanged, int failed,
		int removed) {

	static final ScanProgress NONE = new ScanProgress(false, 0, 0, 0, 0, 0, 0);

	static ScanProgress begin(int files) {
		return new ScanProgress(true, files, 0, 0, 0, 0, 0);
	}

	ScanProgress plus(Outcome.Kind kind) {
		boolean stored = kind == Outcome.Kind.ADDED || kind == Outcome.Kind.CHANGED;
		boolean kept = kind == Outcome.Kind.UNCHANGED || kind == Outcome.Kind.EXCLUDED;
		boolean failed = kind == Outcome.Kind.FAILED || kind == Outcome.Kind.WAITING || kind == Outcome.Kind.DOWN;
		return new ScanProgress(this.running, this.files, this.checked + 1, this.ingested + (stored ? 1 : 0),
				this.unchanged + (kept ? 1 : 0), this.failed + (failed ? 1 : 0), this.removed);
	}

	ScanProgress unchanged(int count) {
		return new ScanProgress(this.running, this.files, this.checked + count, this.ingested, this.unchanged + count,
				this.failed, this.removed);
	}

	ScanProgress removed(int count) {
		return new ScanProgress(this.running, this.files, this.checked, this.ingested, this.unchanged, this.failed,
				count);
	}

	ScanProgress end() {
		return new ScanProgress(false, this.files, this.checked, this.ingested, this.unchanged, this.failed,
				this.removed);
	}

}
