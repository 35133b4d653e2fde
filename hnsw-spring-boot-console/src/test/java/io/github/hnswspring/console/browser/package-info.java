/** The console in a browser. */
@NullMarked
package io.github.hnswspring.console.browser;

import org.jspecify.annotations.NullMarked;
