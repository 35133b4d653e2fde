package io.github.hnswspring.example.web;

/** The application was told to serve other machines without knowing whom. */
final class PublicAddressException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String remedy;

	PublicAddressException(String property, String address, String remedy) {
		super(property + " is " + address + ", which other machines can reach, and no credentials protect it");
		this.remedy = remedy;
	}

	String remedy() {
		return this.remedy;
	}

}
