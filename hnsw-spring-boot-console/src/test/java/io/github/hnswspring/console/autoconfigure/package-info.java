/** When an application has a console. */
@NullMarked
package io.github.hnswspring.console.autoconfigure;

import org.jspecify.annotations.NullMarked;
