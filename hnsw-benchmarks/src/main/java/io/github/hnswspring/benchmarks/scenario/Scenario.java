package io.github.hnswspring.benchmarks.scenario;

/**
 * A measurement that runs in a JVM of its own.
 */
@FunctionalInterface
interface Scenario {

	/**
	 * Measures.
	 * @param context what to work with
	 * @throws Exception whatever goes wrong
	 */
	void run(ScenarioContext context) throws Exception;

}
