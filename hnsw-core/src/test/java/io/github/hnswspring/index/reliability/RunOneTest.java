package io.github.hnswspring.index.reliability;

import java.io.PrintWriter;

import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

/**
 * Runs a single test in a JVM of its own. Ends with code 0 if it passed, 1 if it failed,
 * 2 if there is no such test.
 */
final class RunOneTest {

	private RunOneTest() {
	}

	/**
	 * Runs the test.
	 * @param arguments {@code Class#method}
	 */
	public static void main(String[] arguments) {
		SummaryGeneratingListener listener = new SummaryGeneratingListener();
		LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
			.selectors(selectMethod(arguments[0]))
			.build();
		LauncherFactory.create().execute(request, listener);
		TestExecutionSummary summary = listener.getSummary();
		summary.printFailuresTo(new PrintWriter(System.out), 5);
		summary.getFailures().stream().findFirst().ifPresent((failure) -> {
			String message = String.valueOf(failure.getException()).strip().replace('\n', ' ').replaceAll("\\s+", " ");
			System.out.println("RED " + message);
		});
		System.exit((summary.getTestsFoundCount() == 0) ? 2 : (summary.getTotalFailureCount() > 0) ? 1 : 0);
	}

}
