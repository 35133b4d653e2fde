/**
 * Auto-configuration of replicas: properties, the store instead of the one of one
 * instance, health, meters, and what to do when it does not start.
 */
@NullMarked
package io.github.hnswspring.replica.autoconfigure;

import org.jspecify.annotations.NullMarked;
