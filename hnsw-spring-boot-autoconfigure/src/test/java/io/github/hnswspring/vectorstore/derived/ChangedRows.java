package io.github.hnswspring.vectorstore.derived;

import java.util.Arrays;
import java.util.List;

/** Lets tests of other packages see what an index would be told. */
public final class ChangedRows {

	private ChangedRows() {
	}

	/** Keys of rows that are new, or have another vector. */
	public static List<Long> added(RowChanges changes) {
		return Arrays.stream(changes.added(0).keys()).boxed().toList();
	}

	/** Keys of rows that are gone, or cannot be searched. */
	public static List<Long> removed(RowChanges changes) {
		return changes.removed(0);
	}

}
