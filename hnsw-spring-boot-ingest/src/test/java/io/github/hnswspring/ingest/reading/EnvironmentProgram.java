package io.github.hnswspring.ingest.reading;

/** Tells the names of its environment's variables. */
public final class EnvironmentProgram {

	private EnvironmentProgram() {
	}

	public static void main(String[] args) {
		System.err.println(System.getenv().keySet());
	}

}
