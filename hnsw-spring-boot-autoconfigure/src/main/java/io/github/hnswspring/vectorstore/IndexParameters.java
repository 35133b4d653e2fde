package io.github.hnswspring.vectorstore;

import io.github.hnswspring.index.Quantization;

/**
 * What an index is built with; other values take building it anew.
 *
 * @param m links of a new node on each layer of the graph
 * @param efConstruction candidates while inserting
 * @param quantization bits of each component kept for walking the graph; a small index
 * does not need them yet
 */
public record IndexParameters(int m, int efConstruction, Quantization quantization) {

}
