package io.github.hnswspring.index.graph;

/**
 * What {@link GraphBuilder} changes: rows of links, and the supports that are counted
 * with them. {@link RehearsedLinks} does the same on rows of its own. Thread-safe, under
 * the locks that {@link Links} asks for.
 */
class LinkWriter {

	final Links links;

	final Supports supports;

	LinkWriter(Links links, Supports supports) {
		this.links = links;
		this.supports = supports;
	}

	/** Copies a row; see {@link Links#copy}. */
	int copy(int node, int layer, int[] target) {
		return this.links.copy(node, layer, target);
	}

	/** Adds a link to a row that has room. */
	void append(int node, int layer, int added) {
		this.links.append(node, layer, added);
		this.supports.linked(node, added, layer);
	}

	/** Puts a link in the place of one that was {@link #release released}. */
	void replace(int node, int layer, int old, int added) {
		this.links.replace(node, layer, old, added);
		this.supports.linked(node, added, layer);
	}

	/** Replaces a row; what is new in it has to be counted by {@link #linked}. */
	void set(int node, int layer, int[] neighbors, int count) {
		this.links.set(node, layer, neighbors, count);
	}

	/** Counts a link. */
	void linked(int from, int to, int layer) {
		this.supports.linked(from, to, layer);
	}

	/** Asks to drop a link; see {@link Supports#release}. */
	boolean release(int from, int to, int layer) {
		return this.supports.release(from, to, layer);
	}

	/** Whether a link on layer 0 could be dropped now. */
	boolean isReleasable(int from, int to) {
		return this.supports.isReleasable(from, to);
	}

	boolean isSupported(int node) {
		return this.supports.isSupported(node);
	}

}
