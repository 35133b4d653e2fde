/**
 * What holds of the whole tree and no compiler looks after: {@code CommentTests} reads
 * all Java files, {@code DocumentationTests} all pages, {@code PomTests} all poms.
 * {@code Repository} finds them.
 */
@NullMarked
package io.github.hnswspring.conventions;

import org.jspecify.annotations.NullMarked;
