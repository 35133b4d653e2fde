package io.github.hnswspring.vectorstore.transactions;

import java.util.UUID;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

@Service
class Articles {

	private final JdbcClient jdbc;

	Articles(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	@Transactional
	void save(String id, String text) {
		if (this.jdbc.sql("UPDATE article SET text = ? WHERE id = ?").params(text, id).update() == 0) {
			this.jdbc.sql("INSERT INTO article (id, text) VALUES (?, ?)").params(id, text).update();
		}
		noteChange(id);
	}

	@Transactional
	void delete(String id) {
		this.jdbc.sql("DELETE FROM article WHERE id = ?").param(id).update();
		noteChange(id);
	}

	private void noteChange(String article) {
		this.jdbc.sql("INSERT INTO article_outbox (id, article, attempts) VALUES (?, ?, 0)")
			.params(UUID.randomUUID().toString(), article)
			.update();
	}

}
