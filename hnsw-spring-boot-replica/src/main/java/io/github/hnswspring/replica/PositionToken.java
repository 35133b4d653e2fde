package io.github.hnswspring.replica;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;

import org.jspecify.annotations.Nullable;

/**
 * A state of a truth as applications pass it on, from one instance to another. It is no
 * secret and not signed: who makes one up waits for what is not there. Thread-safe:
 * immutable.
 *
 * <pre>
 * 1   version
 * 8   fingerprint of the identity of the truth
 * 8   number of a change of the instance that made it, 0 for none
 *     extent of a position
 * 4   check of all that
 * </pre>
 *
 * as Base64 of the alphabet for addresses.
 */
final class PositionToken {

	private static final byte VERSION = 1;

	private static final int FINGERPRINT_BYTES = 8;

	private static final int CHECK_BYTES = 4;

	private static final int FIXED_BYTES = 1 + FINGERPRINT_BYTES + Long.BYTES;

	private final byte[] fingerprint;

	private final long change;

	private final String extent;

	private PositionToken(byte[] fingerprint, long change, String extent) {
		this.fingerprint = fingerprint;
		this.change = change;
		this.extent = extent;
	}

	/**
	 * Names a state.
	 * @param position what the replica has followed
	 * @param change of this instance, which may be beyond that; 0 for none
	 */
	static PositionToken of(Position position, long change) {
		return new PositionToken(fingerprint(position.identity()), position.includes(change) ? 0 : change,
				position.extent());
	}

	/** Reads what {@link #toString} wrote, or nothing if that is something else. */
	static @Nullable PositionToken read(String text) {
		try {
			byte[] bytes = Base64.getUrlDecoder().decode(text);
			int end = bytes.length - CHECK_BYTES;
			if (end < FIXED_BYTES || bytes[0] != VERSION
					|| !Arrays.equals(check(bytes, end), Arrays.copyOfRange(bytes, end, bytes.length))) {
				return null;
			}
			return new PositionToken(Arrays.copyOfRange(bytes, 1, 1 + FINGERPRINT_BYTES),
					ByteBuffer.wrap(bytes).getLong(1 + FINGERPRINT_BYTES),
					new String(bytes, FIXED_BYTES, end - FIXED_BYTES, StandardCharsets.US_ASCII));
		}
		catch (IllegalArgumentException ex) {
			// Said by the caller, without what the sender wrote.
			return null;
		}
	}

	private static byte[] fingerprint(String identity) {
		byte[] bytes = identity.getBytes(StandardCharsets.UTF_8);
		return Arrays.copyOf(sha256(bytes, bytes.length), FINGERPRINT_BYTES);
	}

	private static byte[] check(byte[] bytes, int end) {
		return Arrays.copyOf(sha256(bytes, end), CHECK_BYTES);
	}

	private static byte[] sha256(byte[] bytes, int end) {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			digest.update(bytes, 0, end);
			return digest.digest();
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Every JVM has SHA-256", ex);
		}
	}

	/** Whether its numbers mean what those of a position mean. */
	boolean isOf(Position position) {
		return Arrays.equals(this.fingerprint, fingerprint(position.identity()));
	}

	/**
	 * Whether a replica has it.
	 * @param position what the replica has followed, of the same identity
	 * @param own what it has of its own instance beyond that
	 * @throws IllegalArgumentException if what was meant to be a token is none
	 */
	boolean isReached(Position position, OwnWrites own) {
		return (position.includes(this.change) || own.has(this.change)) && position.covers(this.extent);
	}

	@Override
	public String toString() {
		byte[] name = this.extent.getBytes(StandardCharsets.US_ASCII);
		ByteBuffer bytes = ByteBuffer.allocate(FIXED_BYTES + name.length + CHECK_BYTES);
		bytes.put(VERSION).put(this.fingerprint).putLong(this.change).put(name);
		bytes.put(check(bytes.array(), bytes.position()));
		return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
	}

}
