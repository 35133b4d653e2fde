package io.github.hnswspring.index.graph;

import java.util.Arrays;

/**
 * A binary min-heap of packed entries (see {@link CandidatePool}). Confined to one thread
 * at a time.
 */
final class LongHeap {

	private long[] heap = new long[64];

	private int size;

	void clear() {
		this.size = 0;
	}

	boolean isEmpty() {
		return this.size == 0;
	}

	void push(long value) {
		if (this.size == this.heap.length) {
			this.heap = Arrays.copyOf(this.heap, this.size * 2);
		}
		long[] array = this.heap;
		int i = this.size++;
		while (i > 0) {
			int parent = (i - 1) >>> 1;
			if (array[parent] <= value) {
				break;
			}
			array[i] = array[parent];
			i = parent;
		}
		array[i] = value;
	}

	long pop() {
		long[] array = this.heap;
		long top = array[0];
		long last = array[--this.size];
		int i = 0;
		int half = this.size >>> 1;
		while (i < half) {
			int child = 2 * i + 1;
			if (child + 1 < this.size && array[child + 1] < array[child]) {
				child++;
			}
			if (array[child] >= last) {
				break;
			}
			array[i] = array[child];
			i = child;
		}
		array[i] = last;
		return top;
	}

	long retainedBytes() {
		return 8L * this.heap.length;
	}

}
