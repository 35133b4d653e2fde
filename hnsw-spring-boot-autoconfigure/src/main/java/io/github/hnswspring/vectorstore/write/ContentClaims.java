package io.github.hnswspring.vectorstore.write;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.SharedTruth;
import io.github.hnswspring.vectorstore.embedding.ContentHash;

/**
 * Which contents are being embedded right now (<em>single-flight</em>), so that callers
 * who add the same content at the same time pay for it once: one embeds, the others wait
 * until it is stored and reuse it. For another model the same text is another content.
 * Thread-safe. A caller must not wait while it holds claims, so that callers never wait
 * for each other in a circle. Where several processes have the same store, contents are
 * claimed from all of them.
 */
public final class ContentClaims {

	private final Map<Content, CompletableFuture<Void>> claimed = new ConcurrentHashMap<>();

	private final @Nullable SharedTruth truth;

	/**
	 * Claims contents within this process.
	 * @param truth where they are claimed from other processes, too; {@code null} if no
	 * other has the same store
	 */
	public ContentClaims(@Nullable SharedTruth truth) {
		this.truth = truth;
	}

	/**
	 * Claims what no other caller has claimed.
	 * @param unknown which of some documents have to be embedded, as far as is known here
	 */
	Claim claim(Collection<Draft> drafts, UnaryOperator<List<Draft>> unknown) {
		Claim claim = new Claim(drafts);
		if (this.truth != null) {
			boolean done = false;
			try {
				claim.claimFromAll(this.truth, unknown.apply(claim.ours));
				done = true;
			}
			finally {
				if (!done) {
					claim.close();
				}
			}
		}
		return claim;
	}

	/** What one caller holds, and what is left to others. Confined to its caller. */
	public final class Claim implements AutoCloseable {

		private final CompletableFuture<Void> done = new CompletableFuture<>();

		private final List<Content> held = new ArrayList<>();

		private final List<Draft> ours = new ArrayList<>();

		private final List<Draft> left = new ArrayList<>();

		private final List<CompletableFuture<Void>> others = new ArrayList<>();

		private SharedTruth.@Nullable Claim shared;

		private Claim(Collection<Draft> drafts) {
			Map<Content, Boolean> decided = new HashMap<>();
			for (Draft draft : drafts) {
				ContentHash hash = draft.hash();
				boolean mine = hash == null
						|| decided.computeIfAbsent(new Content(draft.generation(), hash), this::tryClaim);
				(mine ? this.ours : this.left).add(draft);
			}
		}

		private boolean tryClaim(Content content) {
			CompletableFuture<Void> other = ContentClaims.this.claimed.putIfAbsent(content, this.done);
			if (other == null) {
				this.held.add(content);
				return true;
			}
			this.others.add(other);
			return false;
		}

		/** What another process is embedding is left to that. */
		private void claimFromAll(SharedTruth truth, List<Draft> unknown) {
			Set<ContentHash> hashes = new LinkedHashSet<>();
			unknown.stream().map(Draft::hash).filter(Objects::nonNull).forEach(hashes::add);
			if (hashes.isEmpty()) {
				return;
			}
			SharedTruth.Claim claim = truth.claim(hashes.stream().map(ContentHash::bytes).toList());
			this.shared = claim;
			hashes.removeIf((hash) -> claim.isOurs(hash.bytes()));
			if (hashes.isEmpty()) {
				return;
			}
			this.ours.removeIf((draft) -> {
				boolean theirs = draft.hash() != null && hashes.contains(draft.hash());
				if (theirs) {
					this.left.add(draft);
				}
				return theirs;
			});
			this.held.removeIf((content) -> hashes.contains(content.hash())
					&& ContentClaims.this.claimed.remove(content, this.done));
		}

		/** Documents whose content this caller may embed. */
		public List<Draft> ours() {
			return this.ours;
		}

		/** Documents whose content another caller is embedding. */
		List<Draft> left() {
			return this.left;
		}

		/** Lets go of the claims, whether the contents are stored now or not. */
		@Override
		public void close() {
			this.held.forEach((content) -> ContentClaims.this.claimed.remove(content, this.done));
			this.held.clear();
			try {
				if (this.shared != null) {
					this.shared.close();
				}
			}
			finally {
				// Whatever became of that, nobody here waits for this caller any more.
				this.done.complete(null);
			}
		}

		/** Waits until the others are done; to be called after {@link #close}. */
		void awaitOthers() {
			this.others.forEach(CompletableFuture::join);
			if (this.shared != null) {
				this.shared.awaitOthers();
			}
		}

	}

	/**
	 * What is embedded.
	 *
	 * @param generation of the model
	 * @param hash of the text
	 */
	private record Content(int generation, ContentHash hash) {

	}

}
