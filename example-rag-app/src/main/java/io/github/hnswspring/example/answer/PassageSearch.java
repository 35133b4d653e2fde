package io.github.hnswspring.example.answer;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.github.hnswspring.answer.ExtractiveAnswers;
import io.github.hnswspring.ingest.Chunks;
import io.github.hnswspring.vectorstore.DocumentPageRequest;
import io.github.hnswspring.vectorstore.DocumentStore;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.stereotype.Component;

/**
 * Finds passages as answers do, and says why there are none.
 * <p>
 * Thread-safe: keeps no state between calls.
 */
@Component
public final class PassageSearch {

	private static final int MAX_TOPICS = 4;

	private static final int MAX_TOPIC_PASSAGES = 4;

	private final ExtractiveAnswers answers;

	private final DocumentStore documents;

	PassageSearch(ExtractiveAnswers answers, DocumentStore documents) {
		this.answers = answers;
		this.documents = documents;
	}

	/**
	 * The passages that answer a question, best first, those that an answer would quote
	 * from. The threshold is a similarity.
	 */
	public List<Passage> search(Question question, double threshold) {
		Filter.@Nullable Expression filter = question.filter();
		SearchRequest.Builder request = SearchRequest.builder()
			.query(question.text())
			.topK(question.topK())
			.similarityThreshold(threshold);
		if (filter != null) {
			request.filterExpression(filter);
		}
		return this.answers.answer(request.build()).passages().stream().map(Passage::of).toList();
	}

	/**
	 * Tells a question that nothing resembles from one that had nothing to be compared
	 * with.
	 * @return what is missing, or {@code null} if there are passages to search in
	 */
	@Nullable String whyThereIsNothing(Question question) {
		Filter.@Nullable Expression filter = question.filter();
		if (((filter != null) ? this.documents.count(filter) : this.documents.count()) > 0) {
			return null;
		}
		if (this.documents.count() > 0) {
			return "The chosen documents, or the filter, leave no passage to search in. Choose others, or all.";
		}
		return "There are no documents to search in yet. Add some first.";
	}

	/**
	 * Headings of the documents, to show what can be asked about.
	 * @param documentIds which documents
	 * @return the headings of a few, those without headings left out
	 */
	public Set<String> topics(List<String> documentIds) {
		Set<String> topics = new LinkedHashSet<>();
		for (String id : documentIds) {
			if (topics.size() == MAX_TOPICS) {
				break;
			}
			Filter.Expression ofDocument = new Filter.Expression(Filter.ExpressionType.EQ,
					new Filter.Key(Chunks.DOCUMENT), new Filter.Value(id));
			List<Document> first = this.documents.list(ofDocument, DocumentPageRequest.first(MAX_TOPIC_PASSAGES))
				.documents();
			if (!first.isEmpty()
					&& first.get(first.size() - 1).getMetadata().get(Chunks.SECTION) instanceof String path) {
				topics.add(path.substring(path.lastIndexOf('›') + 1).strip());
			}
		}
		return topics;
	}

	static List<Passage> passages(List<Document> documents) {
		List<Passage> passages = new ArrayList<>(documents.size());
		for (Document document : documents) {
			passages.add(Passage.of(passages.size() + 1, document));
		}
		return List.copyOf(passages);
	}

}
