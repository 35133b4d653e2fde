package io.github.hnswspring.index.graph;

import java.util.Arrays;
import java.util.List;

import io.github.hnswspring.index.Neighbor;

/**
 * The k nearest results by (distance, id): a bounded max-heap. Confined to one thread at
 * a time.
 */
final class TopK {

	private float[] distances = new float[16];

	private long[] ids = new long[16];

	private int size;

	private int k;

	void reset(int k) {
		this.k = k;
		this.size = 0;
	}

	int size() {
		return this.size;
	}

	/** The distance beyond which a result cannot get in any more. */
	float limit() {
		return (this.size < this.k) ? Float.POSITIVE_INFINITY : this.distances[0];
	}

	void offer(float distance, long id) {
		if (this.size < this.k) {
			if (this.size == this.ids.length) {
				int length = Math.min(this.k, this.size * 2);
				this.distances = Arrays.copyOf(this.distances, length);
				this.ids = Arrays.copyOf(this.ids, length);
			}
			siftUp(distance, id);
		}
		else if (after(this.distances[0], this.ids[0], distance, id)) {
			siftDown(distance, id);
		}
	}

	private void siftUp(float distance, long id) {
		int i = this.size++;
		while (i > 0) {
			int parent = (i - 1) >>> 1;
			if (!after(distance, id, this.distances[parent], this.ids[parent])) {
				break;
			}
			move(parent, i);
			i = parent;
		}
		put(i, distance, id);
	}

	/** Replaces the root. */
	private void siftDown(float distance, long id) {
		int i = 0;
		int half = this.size >>> 1;
		while (i < half) {
			int child = 2 * i + 1;
			if (child + 1 < this.size
					&& after(this.distances[child + 1], this.ids[child + 1], this.distances[child], this.ids[child])) {
				child++;
			}
			if (!after(this.distances[child], this.ids[child], distance, id)) {
				break;
			}
			move(child, i);
			i = child;
		}
		put(i, distance, id);
	}

	private void move(int from, int to) {
		put(to, this.distances[from], this.ids[from]);
	}

	private void put(int index, float distance, long id) {
		this.distances[index] = distance;
		this.ids[index] = id;
	}

	private static boolean after(float distanceA, long idA, float distanceB, long idB) {
		return distanceA > distanceB || (distanceA == distanceB && idA > idB);
	}

	/** Bytes kept between searches. */
	long retainedBytes() {
		return 12L * this.ids.length;
	}

	/**
	 * Empties the heap into a list.
	 * @return nearest first, equal distances by id
	 */
	List<Neighbor> drain() {
		Neighbor[] result = new Neighbor[this.size];
		for (int i = this.size - 1; i >= 0; i--) {
			result[i] = new Neighbor(this.ids[0], this.distances[0]);
			this.size--;
			if (this.size > 0) {
				siftDown(this.distances[this.size], this.ids[this.size]);
			}
		}
		return List.of(result);
	}

}
