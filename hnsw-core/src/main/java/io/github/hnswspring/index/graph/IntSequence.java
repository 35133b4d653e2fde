package io.github.hnswspring.index.graph;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import io.github.hnswspring.index.snapshot.BlockOutput;

/**
 * A long list of ints in chunks, because it may outgrow an array. Confined to one thread.
 */
final class IntSequence {

	/** Numbers in a chunk: 128 KB, which any heap has in one piece. A judgment. */
	private static final int CHUNK = 1 << 15;

	private final List<int[]> chunks = new ArrayList<>();

	private int[] last = new int[0];

	private int used;

	void add(int value) {
		if (this.used == this.last.length) {
			this.last = new int[CHUNK];
			this.chunks.add(this.last);
			this.used = 0;
		}
		this.last[this.used++] = value;
	}

	void add(int[] values, int count) {
		for (int i = 0; i < count; i++) {
			add(values[i]);
		}
	}

	long size() {
		return this.chunks.isEmpty() ? 0 : (this.chunks.size() - 1L) * CHUNK + this.used;
	}

	void writeTo(BlockOutput out) throws IOException {
		for (int[] chunk : this.chunks) {
			out.putInts(chunk, 0, (chunk == this.last) ? this.used : CHUNK);
		}
	}

}
