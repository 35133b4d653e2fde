package io.github.hnswspring.vectorstore.transactions;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

@Component
class ArticleIndexer {

	private final JdbcClient jdbc;

	private final VectorStore vectorStore;

	ArticleIndexer(JdbcClient jdbc, VectorStore vectorStore) {
		this.jdbc = jdbc;
		this.vectorStore = vectorStore;
	}

	// What it throws is logged by the scheduler, which calls it again a second later.
	@Scheduled(fixedDelay = 1, timeUnit = TimeUnit.SECONDS)
	void drain() {
		for (Change change : changes()) {
			try {
				index(change.article());
			}
			catch (RuntimeException ex) {
				// Behind the others: what can never be added holds nothing up.
				this.jdbc.sql("UPDATE article_outbox SET attempts = attempts + 1 WHERE id = ?")
					.param(change.id())
					.update();
				throw ex;
			}
			this.jdbc.sql("DELETE FROM article_outbox WHERE id = ?").param(change.id()).update();
		}
	}

	private List<Change> changes() {
		return this.jdbc.sql("SELECT id, article FROM article_outbox ORDER BY attempts")
			.withMaxRows(100)
			.query(Change.class)
			.list();
	}

	// The article as it is now, so that the order of changes does not matter.
	private void index(String id) {
		Optional<String> text = this.jdbc.sql("SELECT text FROM article WHERE id = ?")
			.param(id)
			.query(String.class)
			.optional();
		if (text.isPresent()) {
			this.vectorStore.add(List.of(Document.builder().id(id).text(text.get()).build()));
		}
		else {
			this.vectorStore.delete(List.of(id));
		}
	}

	record Change(String id, String article) {
	}

}
