/**
 * Tests of what an application with replicas has.
 */
@NullMarked
package io.github.hnswspring.replica.autoconfigure;

import org.jspecify.annotations.NullMarked;
