package io.github.hnswspring.answer;

import org.springframework.ai.document.Document;

/**
 * A passage that an answer rests on, or that is shown instead of one.
 *
 * @param number how quotes name it, counted from 1, best first
 * @param document the passage that was found, as the store returned it, with its id and
 * metadata
 * @param text what it says, with the passages before and after it as far as they stand
 * under the same headings; the spans of {@link Quote quotes} count in this text
 * @param similarity how similar the passage that was found is to the question by meaning,
 * at most 1
 */
public record AnswerPassage(int number, Document document, String text, double similarity) {

}
