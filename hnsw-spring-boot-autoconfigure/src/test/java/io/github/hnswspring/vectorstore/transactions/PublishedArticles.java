package io.github.hnswspring.vectorstore.transactions;

import java.util.List;

import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;

@Component
class PublishedArticles {

	private final VectorStore vectorStore;

	PublishedArticles(VectorStore vectorStore) {
		this.vectorStore = vectorStore;
	}

	@TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
	void index(ArticlePublished event) {
		this.vectorStore.add(List.of(event.document()));
	}

}
