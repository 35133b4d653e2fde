package io.github.hnswspring.vectorstore.search;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.filter.FilterIndex;
import io.github.hnswspring.vectorstore.options.StoreIdentity;
import io.github.hnswspring.vectorstore.storage.Varints;

import org.springframework.ai.vectorstore.filter.Filter;

/**
 * A {@link PagePosition} as text, which its holder cannot change. Thread-safe: immutable.
 *
 * <pre>
 * 1   version
 * 8   fingerprint of the request
 * 1   kind of the position
 * 8   number, a double
 * 8   key of the last passage
 * 4   rank
 * 4   how many keys follow
 *     keys of the passages shown, ascending; of each the difference to the one before,
 *     as SQLite writes numbers
 * 16  HMAC-SHA256 of all that, the first half
 * </pre>
 *
 * as Base64 of the alphabet for addresses. The secret is the identity that the database
 * was given when it was made: a token is good for this store, also after a restart and in
 * every process that reads it, and for no other. Stores that share their documents under
 * the same keys have a common one.
 */
final class PageToken {

	private static final byte VERSION = 1;

	private static final int FINGERPRINT_BYTES = 8;

	private static final int SIGNATURE_BYTES = 16;

	private static final int FIXED_BYTES = 1 + FINGERPRINT_BYTES + 1 + Double.BYTES + Long.BYTES + 2 * Integer.BYTES;

	private static final int MOST_BYTES = FIXED_BYTES + PagePosition.MOST_SHOWN * Long.BYTES + SIGNATURE_BYTES;

	private static final String AGAIN = "; pass on what the page before gave as next, unchanged and with the same "
			+ "request, or begin again without a token";

	private final byte[] fingerprint;

	private final String storeId;

	/**
	 * Describes the tokens of a request.
	 * @param identity of the store
	 * @param request what was asked for
	 * @param mode by what documents are found
	 */
	PageToken(StoreIdentity identity, HnswSearchRequest request, SearchMode mode) {
		String shared = identity.sharedId();
		this.storeId = (shared != null) ? shared : identity.storeId();
		this.fingerprint = fingerprint(request, mode, identity.current().number());
	}

	private static byte[] fingerprint(HnswSearchRequest request, SearchMode mode, int generation) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (DataOutputStream output = new DataOutputStream(bytes)) {
			float[] vector = request.getVector();
			if (vector != null) {
				for (float component : vector) {
					output.writeFloat(component);
				}
			}
			boolean words = vector == null || mode != SearchMode.DENSE;
			Filter.Expression filter = request.getFilterExpression();
			List<@Nullable Object> others = Arrays.asList((vector != null) ? vector.length : 0, mode,
					words ? request.getQuery() : null, request.getTopK(), request.getSimilarityThreshold(),
					(filter != null) ? FilterIndex.describe(filter) : null, request.getEfSearch(), request.isExact(),
					request.isTextFallback(), request.getTextWeight(), request.isGrouped(), request.getGroupBy(),
					request.getPassages(), request.getDiversity(), request.getNeighborsBefore(),
					request.getNeighborsAfter());
			if (generation > 0) {
				// Distances of one embedding model are no places among those of another.
				output.writeInt(generation);
			}
			for (Object other : others) {
				byte[] text = String.valueOf(other).getBytes(StandardCharsets.UTF_8);
				output.writeBoolean(other != null);
				output.writeInt(text.length);
				output.write(text);
			}
			return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()), FINGERPRINT_BYTES);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Every JVM has SHA-256", ex);
		}
	}

	/** As text. */
	String write(PagePosition position) {
		byte[] shown = differences(position.shown());
		ByteBuffer bytes = ByteBuffer.allocate(FIXED_BYTES + shown.length);
		bytes.put(VERSION).put(this.fingerprint).put((byte) position.kind().ordinal());
		bytes.putDouble(position.number()).putLong(position.key()).putInt(position.rank());
		bytes.putInt(position.shown().size());
		bytes.put(shown);
		ByteArrayOutputStream signed = new ByteArrayOutputStream();
		signed.writeBytes(bytes.array());
		signed.writeBytes(signature(bytes.array()));
		return encoder().encodeToString(signed.toByteArray());
	}

	private static byte[] differences(List<Long> keys) {
		long[] sorted = keys.stream().mapToLong(Long::longValue).sorted().toArray();
		for (int i = sorted.length - 1; i > 0; i--) {
			sorted[i] -= sorted[i - 1];
		}
		return Varints.write(sorted);
	}

	/**
	 * From text.
	 * @param token the text, or {@code null} for the first page
	 * @return the position
	 * @throws IllegalArgumentException if the text is no token of this store and request
	 */
	PagePosition read(@Nullable String token) {
		if (token == null) {
			return PagePosition.FIRST;
		}
		byte[] bytes = decode(token);
		if (bytes[0] != VERSION) {
			throw new IllegalArgumentException("The page token is of version " + bytes[0] + ", but this library reads "
					+ VERSION + " only" + AGAIN);
		}
		byte[] content = Arrays.copyOf(bytes, bytes.length - SIGNATURE_BYTES);
		byte[] signature = Arrays.copyOfRange(bytes, content.length, bytes.length);
		if (!MessageDigest.isEqual(signature, signature(content))) {
			throw new IllegalArgumentException("The page token was changed, or comes from another store" + AGAIN);
		}
		if (!Arrays.equals(this.fingerprint, Arrays.copyOfRange(content, 1, 1 + FINGERPRINT_BYTES))) {
			throw new IllegalArgumentException("The page token belongs to another request: query, mode, filter, "
					+ "threshold, topK and all else must be the same for every page, and the embedding model, too: a "
					+ "migration may have ended meanwhile" + AGAIN);
		}
		return position(ByteBuffer.wrap(content, 1 + FINGERPRINT_BYTES, content.length - 1 - FINGERPRINT_BYTES));
	}

	private static byte[] decode(String token) {
		try {
			if (token.length() <= 4 * (MOST_BYTES / 3 + 1)) {
				byte[] bytes = Base64.getUrlDecoder().decode(token);
				// One text for each token: what decoders overlook is a change too.
				if (bytes.length >= FIXED_BYTES + SIGNATURE_BYTES && encoder().encodeToString(bytes).equals(token)) {
					return bytes;
				}
			}
		}
		catch (IllegalArgumentException ex) {
			// Said below, without what the sender wrote.
		}
		throw new IllegalArgumentException("What was given as a page token is none" + AGAIN);
	}

	private static Base64.Encoder encoder() {
		return Base64.getUrlEncoder().withoutPadding();
	}

	private static PagePosition position(ByteBuffer bytes) {
		try {
			PagePosition.Kind kind = PagePosition.Kind.values()[bytes.get()];
			double number = bytes.getDouble();
			long key = bytes.getLong();
			int rank = bytes.getInt();
			int count = bytes.getInt();
			byte[] differences = new byte[bytes.remaining()];
			bytes.get(differences);
			Varints numbers = new Varints(differences);
			List<Long> shown = new ArrayList<>();
			long last = 0;
			for (int i = 0; i < count; i++) {
				last += numbers.next();
				shown.add(last);
			}
			return new PagePosition(kind, number, key, rank, List.copyOf(shown));
		}
		catch (BufferUnderflowException | ArrayIndexOutOfBoundsException ex) {
			throw new IllegalStateException("A page token that this store signed cannot be read", ex);
		}
	}

	private byte[] signature(byte[] content) {
		try {
			Mac mac = Mac.getInstance("HmacSHA256");
			mac.init(new SecretKeySpec(("page token of " + this.storeId).getBytes(StandardCharsets.UTF_8),
					mac.getAlgorithm()));
			return Arrays.copyOf(mac.doFinal(content), SIGNATURE_BYTES);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Every JVM has HmacSHA256", ex);
		}
	}

}
