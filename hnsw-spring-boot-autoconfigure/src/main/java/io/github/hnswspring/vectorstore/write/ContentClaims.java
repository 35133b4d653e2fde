package io.github.hnswspring.vectorstore.write;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import io.github.hnswspring.vectorstore.embedding.ContentHash;

/**
 * Which contents are being embedded right now (<em>single-flight</em>), so that callers
 * who add the same content at the same time pay for it once: one embeds, the others wait
 * until it is stored and reuse it. For another model the same text is another content.
 * Thread-safe. A caller must not wait while it holds claims, so that callers never wait
 * for each other in a circle.
 */
public final class ContentClaims {

	private final Map<Content, CompletableFuture<Void>> claimed = new ConcurrentHashMap<>();

	ContentClaims() {
	}

	/** Claims what no other caller has claimed. */
	Claim claim(Collection<Draft> drafts) {
		return new Claim(drafts);
	}

	/** What one caller holds, and what is left to others. Confined to its caller. */
	public final class Claim implements AutoCloseable {

		private final CompletableFuture<Void> done = new CompletableFuture<>();

		private final List<Content> held = new ArrayList<>();

		private final List<Draft> ours = new ArrayList<>();

		private final List<Draft> left = new ArrayList<>();

		private final List<CompletableFuture<Void>> others = new ArrayList<>();

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
			this.done.complete(null);
		}

		/** Waits until the others are done; to be called after {@link #close}. */
		void awaitOthers() {
			this.others.forEach(CompletableFuture::join);
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
