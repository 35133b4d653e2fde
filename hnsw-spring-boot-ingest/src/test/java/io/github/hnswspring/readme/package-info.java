/**
 * What README says is enough for a new application is enough.
 */
@NullMarked
package io.github.hnswspring.readme;

import org.jspecify.annotations.NullMarked;
