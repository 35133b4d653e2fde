package io.github.hnswspring.index.snapshot;

import java.nio.file.Path;

import io.github.hnswspring.index.HnswIndex;

/** Reads and writes index files. */
public final class IndexFile {

	private IndexFile() {
	}

	public static HnswIndex read(Path path) {
		throw new UnsupportedOperationException("not yet");
	}

}
