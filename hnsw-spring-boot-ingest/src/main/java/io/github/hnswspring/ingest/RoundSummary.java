package io.github.hnswspring.ingest;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What a round over the sources did.
 *
 * @param added documents that are new
 * @param changed documents whose file is another than before
 * @param unchanged documents that were stored as they are
 * @param removed documents that were deleted because their file is gone
 * @param failed documents that cannot be ingested
 * @param waiting documents that are tried again by themselves, because the store, the
 * embedding model or the disk failed
 * @param kept documents whose file is not there while it cannot be told whether it is
 * gone: a source that is missing, empty or unreadable keeps what it had
 * @param skipped files and folders that are not taken
 * @param passages how many passages the new and changed documents have
 * @param embedded how many texts were sent to the embedding model
 * @param reused how many passages were stored with an embedding that was known
 * @param characters how many characters of text were read
 * @param failures why documents failed or wait, with the names of the first ones
 * @param took how long it took
 */
public record RoundSummary(int added, int changed, int unchanged, int removed, int failed, int waiting, int kept,
		int skipped, long passages, long embedded, long reused, long characters, Map<String, List<String>> failures,
		Duration took) {

	/** Keeps the failures in their order. */
	public RoundSummary {
		failures = Collections.unmodifiableMap(new LinkedHashMap<>(failures));
	}

	/** Whether nothing was done, and nothing failed but what had failed already. */
	boolean isAsBefore(@Nullable RoundSummary before) {
		return before != null && this.added + this.changed + this.removed + this.waiting == 0
				&& this.failed == before.failed && this.failures.equals(before.failures);
	}

	/** Whether all was as before, and will be. */
	boolean isQuiet() {
		return this.added + this.changed + this.removed + this.failed + this.waiting == 0;
	}

}
