package io.github.hnswspring.vectorstore.embedding;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Identifies what was embedded, whatever document it belongs to. The embedding model is
 * not part of it because a store has exactly one: {@code StoreIdentity} refuses any other
 * before a vector is looked up or stored.
 */
public final class ContentHash {

	private final byte[] bytes;

	private ContentHash(byte[] bytes) {
		this.bytes = bytes;
	}

	public static ContentHash of(String content) {
		try {
			// A digest of 32 bytes: two texts with the same one have never been found.
			return new ContentHash(
					MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8)));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform must have SHA-256, but this one has not", ex);
		}
	}

	/** The hash that was written down somewhere. */
	public static ContentHash ofBytes(byte[] bytes) {
		if (bytes.length != 32) {
			throw new IllegalArgumentException("A content hash has 32 bytes, but this one " + bytes.length);
		}
		return new ContentHash(bytes.clone());
	}

	/** 32 bytes, not to be changed. */
	public byte[] bytes() {
		return this.bytes;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof ContentHash that && Arrays.equals(this.bytes, that.bytes);
	}

	@Override
	public int hashCode() {
		return Arrays.hashCode(this.bytes);
	}

}
