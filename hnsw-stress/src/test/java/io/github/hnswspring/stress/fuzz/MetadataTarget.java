package io.github.hnswspring.stress.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import io.github.hnswspring.vectorstore.metadata.MetadataCodec;

/**
 * Stored metadata: a map that can be stored again and is then the same, or an
 * {@link IllegalArgumentException}.
 */
public final class MetadataTarget {

	private static final MetadataCodec CODEC = new MetadataCodec();

	private MetadataTarget() {
	}

	/**
	 * Called by the fuzzer.
	 * @param data the text in UTF-8
	 */
	public static void fuzzerTestOneInput(byte[] data) {
		Map<String, Object> decoded;
		String encoded;
		try {
			decoded = CODEC.decode(new String(data, StandardCharsets.UTF_8));
			encoded = CODEC.encode(decoded);
		}
		catch (IllegalArgumentException ex) {
			Refusals.check(ex);
			return;
		}
		String again = CODEC.encode(CODEC.decode(encoded));
		if (!again.equals(encoded)) {
			throw new AssertionError(encoded + " came back as " + again);
		}
	}

}
