/** The fuzzer's target in the example application, in the package it looks into. */
@NullMarked
package io.github.hnswspring.example.web;

import org.jspecify.annotations.NullMarked;
