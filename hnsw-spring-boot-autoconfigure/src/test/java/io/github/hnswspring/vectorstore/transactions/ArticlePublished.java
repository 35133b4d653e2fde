package io.github.hnswspring.vectorstore.transactions;

import org.springframework.ai.document.Document;

record ArticlePublished(Document document) {
}
