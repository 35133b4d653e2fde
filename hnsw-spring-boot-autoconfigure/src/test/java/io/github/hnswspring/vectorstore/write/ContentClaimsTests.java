package io.github.hnswspring.vectorstore.write;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

import io.github.hnswspring.fixtures.Concurrently;
import io.github.hnswspring.vectorstore.embedding.ContentHash;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.ai.document.Document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Two callers with the same content: one embeds it, the other one waits. */
class ContentClaimsTests {

	private final ContentClaims claims = new ContentClaims(null);

	@Test
	void whatOneCallerClaimedIsLeftToItByTheOthers() {
		Draft shared = draft("a", "same");
		Draft another = draft("b", "same");
		Draft own = draft("c", "other");
		try (ContentClaims.Claim first = this.claims.claim(List.of(shared), UnaryOperator.identity());
				ContentClaims.Claim second = this.claims.claim(List.of(another, own), UnaryOperator.identity())) {
			assertThat(first.ours()).containsExactly(shared);
			assertThat(second.ours()).containsExactly(own);
			assertThat(second.left()).containsExactly(another);
		}
	}

	@Test
	void documentsOfOneCallerWithTheSameContentBelongTogether() {
		Draft one = draft("a", "same");
		Draft two = draft("b", "same");
		try (ContentClaims.Claim claim = this.claims.claim(List.of(one, two), UnaryOperator.identity())) {
			assertThat(claim.ours()).containsExactly(one, two);
			assertThat(claim.left()).isEmpty();
		}
	}

	@Test
	void aClaimThatIsClosedCanBeMadeAgain() {
		Draft draft = draft("a", "same");
		this.claims.claim(List.of(draft), UnaryOperator.identity()).close();
		try (ContentClaims.Claim claim = this.claims.claim(List.of(draft), UnaryOperator.identity())) {
			assertThat(claim.ours()).containsExactly(draft);
		}
	}

	@Test
	void awaitingTheOthersEndsWhenTheyClose() throws Exception {
		ContentClaims.Claim first = this.claims.claim(List.of(draft("a", "same")), UnaryOperator.identity());
		ContentClaims.Claim second = this.claims.claim(List.of(draft("b", "same")), UnaryOperator.identity());
		second.close();
		CompletableFuture<Void> waiting = Concurrently.run(second::awaitOthers);
		assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> waiting.get(100, TimeUnit.MILLISECONDS));
		first.close();
		waiting.get(60, TimeUnit.SECONDS);
		second.awaitOthers();
	}

	@Test
	void aDocumentThatBringsItsVectorClaimsNothing() {
		Draft given = draft("a", null);
		Draft alsoGiven = draft("b", null);
		try (ContentClaims.Claim first = this.claims.claim(List.of(given), UnaryOperator.identity());
				ContentClaims.Claim second = this.claims.claim(List.of(alsoGiven), UnaryOperator.identity())) {
			assertThat(first.ours()).containsExactly(given);
			assertThat(second.ours()).containsExactly(alsoGiven);
		}
	}

	private static Draft draft(String id, @Nullable String content) {
		return new Draft(new Document(id, "text", Map.of()), "text", "{}", "text", 0,
				(content != null) ? ContentHash.of(content) : null, Set.of(), null);
	}

}
