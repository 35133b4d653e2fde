package io.github.hnswspring.vectorstore;

import java.time.Duration;
import java.util.Collection;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

/**
 * A store whose documents are those of a {@link SharedTruth}: what is changed through its
 * doors is there first, and what other instances have changed is applied to it, row by
 * row and under the same keys. It can do what every store can, except what concerns the
 * files of one instance alone or all of them at once: forgetting and migrations are
 * refused with an {@link UnsupportedOperationException} that says what to do instead. For
 * {@code hnsw-spring-boot-replica}. Thread-safe.
 */
public interface SharedReplica extends LocalReplica {

	/**
	 * Makes a replica.
	 * @param builder describes the store
	 * @param truth where it writes first
	 * @return the replica, not open yet
	 */
	static SharedReplica of(HnswVectorStore.Builder builder, SharedTruth truth) {
		return new EmbeddedSharedReplica(builder, truth);
	}

	/**
	 * Follows the truth, in one transaction. Equal rows cost a look.
	 * @param change rows to store and keys of rows to remove
	 * @param position how far that is, kept with the documents; {@code null} to leave it
	 */
	void apply(StoredChange change, @Nullable String position);

	/**
	 * Begins to follow very many rows that are new, with larger keys than those that are
	 * here: they are stored past both indexes, into which they are put in the background
	 * at the end. Searches by meaning compare with each of them until then, and searches
	 * by words wait.
	 * @return to be run at the end, whether it is a good one or not
	 */
	Runnable fill();

	/**
	 * Keeps everything else from writing to the files of this instance, such as a
	 * compaction, which may take minutes: whoever locks what all instances share shall
	 * not find that out later. Searches go on.
	 * @param timeout how long to wait for what is under way
	 * @param work may use this store
	 * @throws StoreException if it takes longer; the work was not done
	 */
	void alone(Duration timeout, Runnable work);

	/**
	 * Tells what it has, to be compared with what the truth has: rows in the order of
	 * their keys, all of one moment. A row that cannot be read is told without a digest.
	 * @param visitor is given each; must not use the store
	 */
	void digests(StoredRow.DigestVisitor visitor);

	/**
	 * Reads rows as they are, in the order of their keys.
	 * @param after the key of the last one of the part before, 0 for the first part
	 * @param most how many
	 * @return the rows, fewer at the end; none removed
	 * @throws CorruptStoreException if one of them is damaged
	 */
	StoredChange rows(long after, int most);

	/**
	 * Whether a search can be answered from rows that are elsewhere yet: one that
	 * compares vectors and no words, without a filter, passages put together, neighbours,
	 * diversity, or a position to wait for.
	 * @param request what is asked for
	 * @return {@code true} if so
	 */
	boolean canAnswer(SearchRequest request);

	/**
	 * Searches rows that are elsewhere yet, exactly. The store may lack all of them, but
	 * knows already what their vectors come from.
	 * @param request one that {@link #canAnswer can be answered}
	 * @param rows where they are
	 * @return what an exact search of the rows would give if they were here
	 */
	List<Document> similaritySearch(SearchRequest request, DistantRows rows);

	/**
	 * The same page by page; one page may come from here and the next one from rows that
	 * have arrived.
	 * @param request one that {@link #canAnswer can be answered}
	 * @param token of the page before, or {@code null} for the first page
	 * @param rows where they are
	 * @return the page
	 */
	SearchPage search(SearchRequest request, @Nullable String token, DistantRows rows);

	/**
	 * The documents of ids whose rows are elsewhere yet.
	 * @param ids of documents
	 * @param rows where they are
	 * @return those that are there, in the order of the ids
	 */
	List<Document> get(Collection<String> ids, DistantRows rows);

	/**
	 * Says which truth it follows, so that tokens of pages are good on every instance.
	 * @param truth what tells the truth from others; kept
	 */
	void truthId(String truth);

}
