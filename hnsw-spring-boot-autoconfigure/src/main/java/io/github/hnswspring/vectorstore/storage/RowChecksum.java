package io.github.hnswspring.vectorstore.storage;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.zip.CRC32C;

import org.jspecify.annotations.Nullable;

/**
 * The checksums of a row. SQLite has none for its pages, so a bit that flips inside a
 * text or a vector would stay unnoticed without them. There are two per row, because a
 * scan over embeddings must not read texts, and a search result needs no embedding.
 * Confined to one computation.
 *
 * <pre>
 * content_checksum     CRC32C of  key, id, metadata, text
 * embedding_checksum   CRC32C of  key, content_hash, embedding
 * checksum (parked)    CRC32C of  0, content_hash, embedding
 *
 * key   int64                           little-endian
 * rest  int32 length in bytes, bytes    texts in UTF-8; length -1 and nothing for NULL
 * </pre>
 */
final class RowChecksum {

	/**
	 * Says that another tool wrote or edited the row. Not {@code NULL}: one flipped bit
	 * in a record's header turns any number into {@code NULL} and shifts what follows. No
	 * single bit turns a checksum into this value, since checksums are never negative.
	 */
	static final long UNCHECKED = -1;

	private static final long MISSING = -2;

	private final CRC32C checksum = new CRC32C();

	private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);

	private RowChecksum(long key) {
		this.checksum.update(this.number.putLong(0, key).array(), 0, Long.BYTES);
	}

	static long content(long key, String id, String metadata, String text) {
		return content(key, utf8(id), utf8(metadata), utf8(text));
	}

	/** The same of texts in UTF-8. */
	static long content(long key, byte[] id, byte[] metadata, byte[] text) {
		return new RowChecksum(key).add(id).add(metadata).add(text).checksum.getValue();
	}

	static long embedding(long key, byte @Nullable [] contentHash, byte @Nullable [] embedding) {
		return new RowChecksum(key).add(contentHash).add(embedding).checksum.getValue();
	}

	static long parked(byte[] contentHash, byte @Nullable [] embedding) {
		return embedding(0, contentHash, embedding);
	}

	/**
	 * What is stored, which is neither a checksum nor {@link #UNCHECKED} if it is NULL.
	 */
	static long stored(ResultSet result, int column) throws SQLException {
		long value = result.getLong(column);
		return result.wasNull() ? MISSING : value;
	}

	private RowChecksum add(byte @Nullable [] bytes) {
		int length = (bytes != null) ? bytes.length : -1;
		this.checksum.update(this.number.putInt(0, length).array(), 0, Integer.BYTES);
		if (bytes != null) {
			this.checksum.update(bytes, 0, bytes.length);
		}
		return this;
	}

	private static byte[] utf8(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
