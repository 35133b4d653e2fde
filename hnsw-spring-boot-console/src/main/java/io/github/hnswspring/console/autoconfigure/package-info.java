/**
 * Puts the console into an application with Spring MVC, if it is enabled.
 */
@NullMarked
package io.github.hnswspring.console.autoconfigure;

import org.jspecify.annotations.NullMarked;
