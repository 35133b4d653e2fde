package io.github.hnswspring.vectorstore;

import java.util.Map;

/**
 * A document as the truth of a {@link ReplicaStore} has it.
 *
 * @param id its id
 * @param text its text
 * @param metadata its metadata
 * @param vector its embedding, {@code float[dimensions]}; not to be changed
 */
public record ReplicaRow(String id, String text, Map<String, Object> metadata, float[] vector) {

}
