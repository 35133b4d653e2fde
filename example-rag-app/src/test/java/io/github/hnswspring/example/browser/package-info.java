/**
 * The page in a real browser.
 */
@NullMarked
package io.github.hnswspring.example.browser;

import org.jspecify.annotations.NullMarked;
