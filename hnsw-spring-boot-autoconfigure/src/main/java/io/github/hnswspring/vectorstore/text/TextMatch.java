package io.github.hnswspring.vectorstore.text;

import java.util.List;

/**
 * What a text has of a question.
 *
 * @param found the terms it has, stems among them
 * @param missing the words and names it does not have
 */
public record TextMatch(List<String> found, List<String> missing) {

}
