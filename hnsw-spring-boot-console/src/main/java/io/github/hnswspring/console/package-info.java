/**
 * A page in the application that shows its stores: documents, searches and the way they
 * take, why a document is missing, the graph. Read-only.
 *
 * <p>
 * Reading order: {@code Console}, the one handler of all requests, which asks
 * {@code ConsoleAccess} first and then looks for a file of the page or for a screen's
 * data; {@code Parameters}, which limits all that is asked; one class for the data of
 * each screen: {@code OverviewData} with {@code RecallData}, {@code DocumentData} with
 * {@code MetadataData}, {@code SearchData} with {@code PlanWords},
 * {@code ExplanationData} with {@code MissingDocument}, {@code GraphData} with
 * {@code ExpectedDocument} and {@code InsertionData}, {@code HealthData}.
 *
 * <p>
 * Invariants: nothing is answered before {@code ConsoleAccess} has agreed; nothing here
 * changes a store; the page makes elements of text alone, never markup of data.
 */
@NullMarked
package io.github.hnswspring.console;

import org.jspecify.annotations.NullMarked;
