package io.github.hnswspring.vectorstore.storage;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Vectors as they lie in the database: little-endian float32, nothing else. */
public final class VectorBlob {

	private VectorBlob() {
	}

	/**
	 * Writes a vector.
	 * @param vector any length
	 * @return four bytes per component
	 */
	public static byte[] encode(float[] vector) {
		byte[] bytes = new byte[vector.length * Float.BYTES];
		ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(vector);
		return bytes;
	}

	/**
	 * Reads a vector.
	 * @param bytes what {@link #encode} wrote
	 * @return the vector
	 */
	public static float[] decode(byte[] bytes) {
		float[] vector = new float[bytes.length / Float.BYTES];
		ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
		return vector;
	}

}
