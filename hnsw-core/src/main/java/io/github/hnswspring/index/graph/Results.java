package io.github.hnswspring.index.graph;

import java.util.List;
import java.util.function.LongPredicate;

import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.index.vector.FloatDistanceComputer;

import org.jspecify.annotations.Nullable;

/**
 * What a search may return and what it has found so far: everything that decides whether
 * an id belongs to the results is asked here. A node of the graph stands for all ids
 * whose vectors are equal, so it counts if any of them does, and is offered as all that
 * do. Confined to one thread at a time.
 */
final class Results {

	private final TopK top = new TopK();

	private final FloatDistanceComputer exact;

	private final Slots slots;

	private long at;

	private @Nullable LongPredicate filter;

	private float maxDistance;

	private float afterDistance;

	private long afterId;

	private boolean continues;

	/** A node that has been offered already, or none. */
	private int own = EqualVectors.NONE;

	Results(FloatDistanceComputer exact, Slots slots) {
		this.exact = exact;
		this.slots = slots;
	}

	/**
	 * Begins a search.
	 * @param at the time it began
	 */
	void begin(VectorQuery query, long at) {
		this.at = at;
		IdSet ids = query.idSet();
		this.filter = (ids != null) ? ids::contains : query.predicate();
		this.maxDistance = query.maxDistance();
		this.afterDistance = query.afterDistance();
		this.afterId = query.afterId();
		this.continues = query.isContinued();
		again(query.k());
	}

	/** Begins anew, with nothing found. */
	void again(int k) {
		this.top.reset(k);
		this.own = EqualVectors.NONE;
	}

	/**
	 * Offers a node whose vector is the query itself; a walk that meets it passes over
	 * it.
	 */
	void offerOwn(int node, float reduced) {
		offer(node, reduced);
		this.own = node;
	}

	int size() {
		return this.top.size();
	}

	/** The distance beyond which nothing can get in any more. */
	float limit() {
		return Math.min(this.maxDistance, this.top.limit());
	}

	/** The distance before which everything was on an earlier page, or minus infinity. */
	float least() {
		return this.continues ? this.afterDistance : Float.NEGATIVE_INFINITY;
	}

	/** Whether there are results before those that are wanted. */
	boolean isContinued() {
		return this.continues;
	}

	boolean isFiltered() {
		return this.filter != null;
	}

	/** Whether an id of this node may be a result, as far as its distance allows. */
	boolean admits(int node) {
		if (admitsAlone(node)) {
			return true;
		}
		EqualVectors equal = this.slots.equal();
		for (int slot = equal.next(node); slot != EqualVectors.NONE; slot = equal.next(slot)) {
			if (admitsAlone(slot)) {
				return true;
			}
		}
		return false;
	}

	/** Whether a slot's own id may be a result, as far as its distance allows. */
	boolean admitsAlone(int slot) {
		LongPredicate test = this.filter;
		return this.slots.isVisible(slot, this.at) && (test == null || test.test(this.slots.id(slot)));
	}

	/**
	 * Offers a node by the reduced distance of its full-precision vector, which decides
	 * whether the distance is worth computing in doubles.
	 */
	void offer(int node, float reduced) {
		if (node == this.own) {
			return;
		}
		if (this.exact.leastDistance(reduced, node) > limit()) {
			return;
		}
		float distance = this.exact.exactDistance(node);
		if (distance > limit() || (this.continues && distance < this.afterDistance)) {
			return;
		}
		EqualVectors equal = this.slots.equal();
		offerSlot(node, distance);
		for (int slot = equal.next(node); slot != EqualVectors.NONE; slot = equal.next(slot)) {
			offerSlot(slot, distance);
		}
	}

	/**
	 * Offers a slot whose filter and visibility have been checked, or that was looked up
	 * by its id, which no other slot has.
	 */
	void offerFound(int slot, float reduced) {
		// So that what is not a number counts as near.
		if (!(this.exact.leastDistance(reduced, slot) > limit())) {
			float distance = this.exact.exactDistance(slot);
			if (distance <= limit() && isAfter(distance, this.slots.id(slot))) {
				this.top.offer(distance, this.slots.id(slot));
			}
		}
	}

	private boolean isAfter(float distance, long id) {
		return !this.continues || distance > this.afterDistance
				|| (distance == this.afterDistance && id > this.afterId);
	}

	private void offerSlot(int slot, float distance) {
		if (isAfter(distance, this.slots.id(slot)) && admitsAlone(slot)) {
			this.top.offer(distance, this.slots.id(slot));
		}
	}

	List<Neighbor> drain() {
		return this.top.drain();
	}

	/** Bytes kept between searches. */
	long retainedBytes() {
		return this.top.retainedBytes();
	}

}
