package io.github.hnswspring.ingest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A hash of several values, each with its length, so that no two sequences run together.
 * Confined to the method that builds it.
 */
final class Fingerprint {

	private static final int BYTES = 16;

	private final MessageDigest digest;

	Fingerprint() {
		try {
			this.digest = MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

	Fingerprint add(String value) {
		return add(value.getBytes(StandardCharsets.UTF_8));
	}

	Fingerprint add(byte[] value) {
		for (int shift = 24; shift >= 0; shift -= 8) {
			this.digest.update((byte) (value.length >>> shift));
		}
		this.digest.update(value);
		return this;
	}

	/** The first 128 bits, as 32 hexadecimal digits. */
	String value() {
		return HexFormat.of().formatHex(this.digest.digest(), 0, BYTES);
	}

}
