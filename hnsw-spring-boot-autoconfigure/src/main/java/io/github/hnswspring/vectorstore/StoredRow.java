package io.github.hnswspring.vectorstore;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

import org.jspecify.annotations.Nullable;

/**
 * A document with all that a store keeps of it, as it is written down: what a
 * {@link SharedTruth} holds of it, and what each {@link SharedReplica} has.
 *
 * @param key of its row, the same on every instance, larger than 0
 * @param id its id; within a scope, with what tells the scope
 * @param metadata its metadata as JSON, in the form of this library
 * @param text its text
 * @param contentHash 32 bytes that tell what was embedded, or {@code null} if that is not
 * known; not to be changed
 * @param vector its embedding, {@code float[dimensions]}, empty if there is none yet; not
 * to be changed
 * @param source what it comes from, or {@code null}
 * @param expires when it ends, in milliseconds since 1970, or {@code null} if it does not
 */
public record StoredRow(long key, String id, String metadata, String text, byte @Nullable [] contentHash,
		float[] vector, @Nullable String source, @Nullable Long expires) {

	/**
	 * What tells this row from every other, and from itself with anything changed: the
	 * SHA-256 of all of it, in this order, each text and array with its length before it
	 * as a little-endian int32, -1 if it is {@code null}.
	 * @return 32 bytes
	 */
	public byte[] digest() {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			digest.update(number(this.key));
			add(digest, this.id.getBytes(StandardCharsets.UTF_8));
			add(digest, this.metadata.getBytes(StandardCharsets.UTF_8));
			add(digest, this.text.getBytes(StandardCharsets.UTF_8));
			add(digest, this.contentHash);
			add(digest, bytes(this.vector));
			add(digest, (this.source != null) ? this.source.getBytes(StandardCharsets.UTF_8) : null);
			add(digest, (this.expires != null) ? number(this.expires) : null);
			return digest.digest();
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform must have SHA-256, but this one has not", ex);
		}
	}

	private static void add(MessageDigest digest, byte @Nullable [] bytes) {
		int length = (bytes != null) ? bytes.length : -1;
		digest.update(ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(0, length).array());
		if (bytes != null) {
			digest.update(bytes);
		}
	}

	private static byte[] number(long value) {
		return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(0, value).array();
	}

	private static byte[] bytes(float[] vector) {
		ByteBuffer buffer = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
		buffer.asFloatBuffer().put(vector);
		return buffer.array();
	}

	/** Is given the rows of a replica. */
	@FunctionalInterface
	public interface DigestVisitor {

		/**
		 * Is given a row.
		 * @param key of the row
		 * @param digest as {@link StoredRow#digest} makes it, or {@code null} if the row
		 * is damaged
		 */
		void visit(long key, byte @Nullable [] digest);

	}

}
