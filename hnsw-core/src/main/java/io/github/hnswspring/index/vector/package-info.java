/**
 * Where vectors live and how two of them are compared. Works on slots, the small dense
 * numbers of the places vectors lie in; knows neither ids nor links.
 * <p>
 * Read {@link io.github.hnswspring.index.vector.VectorSpace} first, then
 * {@link io.github.hnswspring.index.vector.DistanceComputer} and
 * {@link io.github.hnswspring.index.vector.DistanceKernels}; for codes,
 * {@link io.github.hnswspring.index.vector.BitPlaneCodes}. A slot's vector is written
 * before the slot is published and never changed while a search may see it.
 */
@NullMarked
package io.github.hnswspring.index.vector;

import org.jspecify.annotations.NullMarked;
