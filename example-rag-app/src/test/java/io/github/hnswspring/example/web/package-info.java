/**
 * REST API, bad input, and who may send requests.
 */
@NullMarked
package io.github.hnswspring.example.web;

import org.jspecify.annotations.NullMarked;
