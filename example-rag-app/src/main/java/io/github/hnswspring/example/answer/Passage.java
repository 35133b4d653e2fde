package io.github.hnswspring.example.answer;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

import io.github.hnswspring.answer.AnswerPassage;
import io.github.hnswspring.ingest.Chunks;
import io.github.hnswspring.vectorstore.HitMetadata;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;

/**
 * A retrieved chunk.
 *
 * @param number how an answer cites it, counted from 1
 * @param id the chunk's id in the store
 * @param documentId the document it belongs to, empty if the chunk does not say
 * @param source what people call that document
 * @param section the heading path, if there is one
 * @param page the page it begins on, if there are pages
 * @param score cosine similarity to the question
 * @param text what it says
 */
public record Passage(int number, String id, String documentId, String source, @Nullable String section,
		@Nullable Integer page, double score, String text) {

	/** In the order in which they were found. */
	static List<Passage> of(List<Document> documents) {
		return IntStream.range(0, documents.size()).mapToObj((i) -> of(i + 1, documents.get(i))).toList();
	}

	static Passage of(AnswerPassage passage) {
		return of(passage.number(), passage.document(), passage.text());
	}

	static Passage of(int number, Document document) {
		return of(number, document, Objects.requireNonNullElse(document.getText(), ""));
	}

	private static Passage of(int number, Document document, String text) {
		Object section = document.getMetadata().get(Chunks.SECTION);
		Object page = document.getMetadata().get(Chunks.PAGE);
		// In hybrid searches the document's own score says its rank only.
		Object similarity = document.getMetadata().get(HitMetadata.DENSE_SCORE);
		Double score = (similarity instanceof Double dense) ? dense : document.getScore();
		// A store may hold what another application has put into it.
		String documentId = Objects.toString(document.getMetadata().get(Chunks.DOCUMENT), "");
		String source = Objects.toString(document.getMetadata().get(Chunks.SOURCE), document.getId());
		return new Passage(number, document.getId(), documentId, source, (section != null) ? section.toString() : null,
				(page instanceof Number pageNumber) ? pageNumber.intValue() : null, (score != null) ? score : 0, text);
	}

}
