package io.github.hnswspring.vectorstore;

import java.util.List;

/**
 * What a change of metadata came to.
 *
 * @param inPlace documents of which only the metadata changed
 * @param reembedded documents that got another vector as well, since the embedding model
 * is given the metadata that changed
 * @param unchanged documents that were like that already
 * @param embedded texts that were sent to the embedding model; fewer than
 * {@code reembedded} if some were known
 * @param unknownIds of those asked for, the ids no document has
 */
public record UpdateResult(long inPlace, long reembedded, long unchanged, long embedded, List<String> unknownIds) {

	/**
	 * The documents whose metadata changed.
	 * @return how many
	 */
	public long changed() {
		return this.inPlace + this.reembedded;
	}

}
