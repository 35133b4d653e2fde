/** Tests of the console. */
@NullMarked
package io.github.hnswspring.console;

import org.jspecify.annotations.NullMarked;
