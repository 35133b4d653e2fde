/**
 * Beans and properties for Spring Boot. Read
 * {@link io.github.hnswspring.autoconfigure.HnswVectorStoreAutoConfiguration} first, then
 * {@link io.github.hnswspring.autoconfigure.HnswIndexAutoConfiguration} and
 * {@link io.github.hnswspring.autoconfigure.HnswProperties}; {@code NamedStores} and its
 * registrar make the stores that are declared by name, also by {@code StoreVariables} of
 * the environment.
 * <p>
 * The only packages that know Spring Boot are this one and those below it, each of which
 * holds one optional feature: an application without that part of Boot never loads its
 * classes.
 */
@NullMarked
package io.github.hnswspring.autoconfigure;

import org.jspecify.annotations.NullMarked;
