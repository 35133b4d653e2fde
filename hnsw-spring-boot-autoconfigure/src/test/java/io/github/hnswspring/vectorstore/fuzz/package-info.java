/**
 * Parsers of text from outside, fed with damaged text: {@code TextMutator} makes it,
 * {@code ParserFuzzTests} looks at what comes out.
 */
@NullMarked
package io.github.hnswspring.vectorstore.fuzz;

import org.jspecify.annotations.NullMarked;
