package io.github.hnswspring.example;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** The application does not start as it is configured; people are told what to change. */
public final class StartRefusedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String remedy;

	public StartRefusedException(String message, String remedy) {
		super(message);
		this.remedy = remedy;
	}

	public String remedy() {
		return this.remedy;
	}

	/** Says what to do instead of printing a stack trace. */
	static final class Analyzer extends AbstractFailureAnalyzer<StartRefusedException> {

		@Override
		protected FailureAnalysis analyze(Throwable rootFailure, StartRefusedException cause) {
			return new FailureAnalysis(cause.getMessage(), cause.remedy, cause);
		}

	}

}
