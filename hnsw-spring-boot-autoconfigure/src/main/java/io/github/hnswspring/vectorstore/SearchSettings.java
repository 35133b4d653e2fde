package io.github.hnswspring.vectorstore;

import org.jspecify.annotations.Nullable;

/**
 * What holds for searches of a store that do not say otherwise, as it was configured.
 *
 * @param mode by what documents are found
 * @param textLanguage the language whose words also find their other forms, or
 * {@code null} for none
 * @param documentKey the metadata key whose value all passages of one document share
 * @param positionKey the metadata key whose number says where in its document a passage
 * stands
 */
public record SearchSettings(SearchMode mode, @Nullable String textLanguage, String documentKey, String positionKey) {

}
