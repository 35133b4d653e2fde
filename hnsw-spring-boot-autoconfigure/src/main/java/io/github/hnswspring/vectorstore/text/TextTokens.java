package io.github.hnswspring.vectorstore.text;

/**
 * What a text is found by, in the columns of the text index; tokens are separated by
 * spaces.
 *
 * @param words words, parts of names, pairs of characters
 * @param stems stems of words; empty without a language
 * @param identifiers names as a whole
 */
record TextTokens(String words, String stems, String identifiers) {

}
