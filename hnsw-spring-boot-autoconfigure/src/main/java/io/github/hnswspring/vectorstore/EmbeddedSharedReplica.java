package io.github.hnswspring.vectorstore;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.search.DistantSearch;
import io.github.hnswspring.vectorstore.write.SharedFollower;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

/**
 * The store of one process that shares its documents with others. Thread-safe.
 */
final class EmbeddedSharedReplica extends EmbeddedLocalReplica implements SharedReplica {

	private final SharedFollower follower;

	EmbeddedSharedReplica(HnswVectorStore.Builder builder, SharedTruth truth) {
		super(builder.faults((options) -> options.truth = truth), null);
		this.follower = new SharedFollower(lifecycle(), codec());
	}

	@Override
	public void apply(StoredChange change, @Nullable String position) {
		this.follower.apply(change, position);
	}

	@Override
	public Runnable fill() {
		return this.follower.fill();
	}

	@Override
	public void alone(Duration timeout, Runnable work) {
		this.follower.alone(timeout, work);
	}

	@Override
	public void digests(StoredRow.DigestVisitor visitor) {
		this.follower.digests(visitor);
	}

	@Override
	public StoredChange rows(long after, int most) {
		return this.follower.rows(after, most);
	}

	@Override
	public boolean canAnswer(SearchRequest request) {
		check(request);
		return new DistantSearch(queries()).canAnswer(request);
	}

	@Override
	public List<Document> similaritySearch(SearchRequest request, DistantRows rows) {
		check(request);
		DistantSearch search = new DistantSearch(queries());
		return similaritySearch(new DistantRequest(request, () -> search.search(lifecycle(), request, rows)));
	}

	@Override
	public SearchPage search(SearchRequest request, @Nullable String token, DistantRows rows) {
		check(request);
		DistantSearch search = new DistantSearch(queries());
		AtomicReference<@Nullable SearchPage> page = new AtomicReference<>();
		similaritySearch(new DistantRequest(request, () -> {
			SearchPage found = search.search(lifecycle(), request, token, rows);
			page.set(found);
			return found.documents();
		}));
		return Objects.requireNonNull(page.get());
	}

	/** Observed as every other search. */
	@Override
	public List<Document> doSimilaritySearch(SearchRequest request) {
		return (request instanceof DistantRequest distant) ? observed(distant.search)
				: super.doSimilaritySearch(request);
	}

	@Override
	public List<Document> get(Collection<String> ids, DistantRows rows) {
		checkIds(ids);
		return new DistantSearch(queries()).get(lifecycle(), ids, rows);
	}

	@Override
	public void truthId(String truth) {
		this.follower.truthId(truth);
	}

	@Override
	UnsupportedOperationException forgetRefused() {
		return SharedRefusal.forget();
	}

	@Override
	UnsupportedOperationException migrationRefused() {
		return SharedRefusal.migration();
	}

	/**
	 * A search as Spring AI's class takes one, answered in another way. Confined to one
	 * call.
	 */
	private static final class DistantRequest extends SearchRequest {

		private final Supplier<List<Document>> search;

		DistantRequest(SearchRequest request, Supplier<List<Document>> search) {
			super(request);
			this.search = search;
		}

	}

}
