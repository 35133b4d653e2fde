package io.github.hnswspring.benchmarks.harness;

import java.util.List;

/**
 * How engines are compared at their defaults.
 *
 * @param run what every process is told; its k and ef values are not used
 * @param ks numbers of results to ask for
 * @param fixedEf size of the candidate list of engines that do not choose one themselves
 * @param target recall for which a size is chosen for them, as their users would
 */
public record DefaultsSettings(RunSettings run, List<Integer> ks, int fixedEf, double target) {

}
