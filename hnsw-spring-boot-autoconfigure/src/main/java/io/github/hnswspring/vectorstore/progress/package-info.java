/**
 * How far things are that take their time. Whatever does such a thing
 * {@linkplain io.github.hnswspring.vectorstore.progress.Activities#begin begins} an
 * {@link io.github.hnswspring.vectorstore.progress.Activity} and says how it gets on;
 * log, listeners and {@link io.github.hnswspring.vectorstore.StoreStatus} learn of it
 * from {@link io.github.hnswspring.vectorstore.progress.Activities}. Stands below all
 * that does something.
 */
@NullMarked
package io.github.hnswspring.vectorstore.progress;

import org.jspecify.annotations.NullMarked;
