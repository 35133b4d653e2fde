/**
 * Metadata filters: from Spring AI's filter expressions to sets of document keys.
 * <p>
 * Metadata is kept twice: as the JSON text a document is restored from, and as rows of
 * the table {@code attribute} that filters are answered from
 * ({@link io.github.hnswspring.vectorstore.filter.AttributeSchema}, written by
 * {@link io.github.hnswspring.vectorstore.filter.AttributeWriter}). Reading order for a
 * search: {@link io.github.hnswspring.vectorstore.filter.FilterTextParser} turns text
 * into an expression, {@code FilterNode} checks and flattens it,
 * {@link io.github.hnswspring.vectorstore.filter.FilterIndex} asks SQLite for each leaf
 * and combines the answers as bitmaps
 * ({@link io.github.hnswspring.vectorstore.filter.KeySet}).
 * {@link io.github.hnswspring.vectorstore.filter.FilterEvaluator} gives the same answers
 * from a metadata map, without SQLite.
 * <p>
 * What a filter means:
 * <ul>
 * <li>A key that is missing or {@code null}: {@code ==}, {@code in} and the orderings are
 * false, {@code !=} and {@code nin} are true, {@code is null} is true. Comparing with
 * {@code null} is asking for {@code is null}.</li>
 * <li>{@code !=}, {@code nin} and {@code not} are exactly the opposite of {@code ==},
 * {@code in} and the operand: for every document one of the two holds.</li>
 * <li>Values of kinds that cannot be compared (text with number, number with boolean) do
 * not match, and are no error.</li>
 * <li>Numbers are compared by value whatever their type, a long with a long exactly, a
 * long with a double exactly too. NaN matches nothing. BigInteger and BigDecimal beyond a
 * long count as their nearest double. A Float counts as the double it is exactly:
 * {@code 0.1f} is not {@code 0.1}.</li>
 * <li>Strings are equal if they are spelled the same, whatever they look like:
 * {@code 2026-11-20} and {@code 2026-11-20T00:00:00Z} are two values to {@code ==},
 * {@code !=}, {@code in} and {@code nin}.</li>
 * <li>Orderings read strings that are ISO-8601 dates or date-times as instants, in UTC
 * where they have no offset. A string that is none compares with any string by Unicode
 * code points.</li>
 * <li>Date, Instant and the other java.time dates are instants to every operator, with
 * each other and with strings that are ISO-8601 dates, whichever of the two is stored and
 * whichever is asked for. Where one key holds both, as a list may, a string asks for the
 * strings only.</li>
 * <li>Enums, UUIDs, URIs, characters, LocalTime and Duration compare as their text.</li>
 * <li>A stored list matches {@code ==} and {@code in} if one of its elements (at any
 * depth) does; it matches no ordering.</li>
 * <li>{@code ==} with a list asks for a stored list that has all of its elements, in any
 * order and among others; {@code ==} with an empty list matches nothing. {@code in} asks
 * for any of them.</li>
 * <li>{@code in []} matches nothing, {@code nin []} everything.</li>
 * <li>A value in nested maps is addressed by its keys joined with dots:
 * {@code author.name}; in a list of maps the elements count as list elements. A key that
 * contains dots itself is addressed literally; where both exist, either may match. Quotes
 * around a key in an expression are dropped.</li>
 * <li>Primitive arrays are payload: they are there or not, and match nothing else.</li>
 * <li>{@code id} is a metadata key like any other, not the document's id: readers do put
 * an {@code id} of their own there, and two meanings of one name would answer wrongly for
 * one of them. Documents are got and deleted by id with the store's own methods.</li>
 * </ul>
 * A {@link io.github.hnswspring.vectorstore.filter.Scope} is a filter too, one that tells
 * values apart which filters take for equal; it stands for a part of a store behind a
 * wall ({@link io.github.hnswspring.vectorstore.filter.ScopedIds},
 * {@link io.github.hnswspring.vectorstore.filter.ScopedSources}).
 *
 * <p>
 * Invariants: an expression is walked, never rendered as text, and every value of a user
 * is a bound parameter.
 *
 * <p>
 * What a filter means is promised to users; no class here is API. Users reach the parser
 * through {@link io.github.hnswspring.vectorstore.HnswSearchRequest#parseFilter}.
 */
@NullMarked
package io.github.hnswspring.vectorstore.filter;

import org.jspecify.annotations.NullMarked;
