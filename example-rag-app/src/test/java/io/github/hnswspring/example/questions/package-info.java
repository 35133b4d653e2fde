/**
 * How good the answers are: questions with the facts a right answer shows, about three
 * collections of documents, and a runner that asks them and counts.
 */
@NullMarked
package io.github.hnswspring.example.questions;

import org.jspecify.annotations.NullMarked;
