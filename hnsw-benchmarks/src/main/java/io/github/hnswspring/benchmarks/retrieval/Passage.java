package io.github.hnswspring.benchmarks.retrieval;

/**
 * A piece of a document.
 *
 * @param document the file it is of
 * @param position which piece of it, from 0
 * @param heading of its section, without its markup; empty if there is none
 * @param text without the heading
 */
record Passage(String document, int position, String heading, String text) {

	String id() {
		return this.document + "#" + this.position;
	}

}
