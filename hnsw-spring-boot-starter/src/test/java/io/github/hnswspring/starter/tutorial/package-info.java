/**
 * The Java code of README and operations page, as an application of the starter has it:
 * what is between {@code // region} and {@code // endregion} stands on a page.
 */
@NullMarked
package io.github.hnswspring.starter.tutorial;

import org.jspecify.annotations.NullMarked;
