package io.github.hnswspring.example.answer;

/** A model was switched on that needs an API key, and there is none. */
final class ApiKeyException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String remedy;

	ApiKeyException(String message, String remedy) {
		super(message);
		this.remedy = remedy;
	}

	String remedy() {
		return this.remedy;
	}

}
