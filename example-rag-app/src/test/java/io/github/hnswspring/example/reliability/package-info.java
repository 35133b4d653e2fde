/**
 * The application is killed while it works.
 */
@NullMarked
package io.github.hnswspring.example.reliability;

import org.jspecify.annotations.NullMarked;
