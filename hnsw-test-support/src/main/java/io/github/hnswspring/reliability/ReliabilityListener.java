package io.github.hnswspring.reliability;

import java.io.IOException;
import java.io.UncheckedIOException;

import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestPlan;

/** Makes the table of figures when the tests have run. */
public final class ReliabilityListener implements TestExecutionListener {

	@Override
	public void testPlanExecutionFinished(TestPlan testPlan) {
		try {
			ReliabilityReport.writeTable();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
