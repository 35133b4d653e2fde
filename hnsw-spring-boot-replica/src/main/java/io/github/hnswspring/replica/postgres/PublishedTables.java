package io.github.hnswspring.replica.postgres;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

import io.github.hnswspring.replica.PublicationPlace;
import io.github.hnswspring.replica.database.SqlStates;
import io.github.hnswspring.replica.database.TruthDatabase;
import io.github.hnswspring.vectorstore.ExclusiveWork;
import io.github.hnswspring.vectorstore.StoreException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.FileSystemUtils;

/**
 * Copies of replicas in tables of our own, for instances that share no directory: files
 * are stored in parts, each in a transaction of its own, so that nothing else waits for
 * them. Names a store by its name, since a new instance reads before it knows more.
 */
final class PublishedTables implements PublicationPlace {

	private static final Log logger = LogFactory.getLog(PublishedTables.class);

	/** Bytes of a part; rows of databases that are distributed should not be larger. */
	private static final int PART = 1 << 20;

	/** How long the database may be silent: nobody waits for this but a start. */
	private static final Duration SILENCE = Duration.ofSeconds(60);

	/** The lease of the instance that publishes. */
	private static final String LEASE = "hnsw publishing";

	private final TruthDatabase database;

	private final String store;

	private final ExclusiveWork work;

	/** A lease is the instance's, whichever of its threads asks. */
	private final AtomicBoolean publishing;

	private final Path staging;

	private int parts;

	PublishedTables(TruthDatabase database, String store, ExclusiveWork work, AtomicBoolean publishing, Path staging) {
		this.database = database;
		this.store = store;
		this.work = work;
		this.publishing = publishing;
		this.staging = staging;
	}

	@Override
	public String where() {
		return "in the database (hnsw.published)";
	}

	@Override
	public String remedy() {
		return "See that the database has space for three copies, and " + this.staging.toAbsolutePath().getParent()
				+ " for one";
	}

	@Override
	public boolean exclusively(Work publish) throws IOException {
		if (!this.publishing.compareAndSet(false, true)) {
			return false;
		}
		try {
			if (!this.work.tryTake(LEASE)) {
				return false;
			}
			try {
				return publish.run();
			}
			finally {
				removeStaging();
				this.work.letGo(LEASE);
			}
		}
		catch (StoreException ex) {
			throw new IOException(StoreException.reason(ex), ex);
		}
		finally {
			this.publishing.set(false);
		}
	}

	/** The next one removes what is left now. */
	private void removeStaging() {
		try {
			FileSystemUtils.deleteRecursively(this.staging);
		}
		catch (IOException ex) {
			logger.debug("What was published could not be removed from " + this.staging, ex);
		}
	}

	/** Before there are tables, nothing is published in them. */
	@Override
	public @Nullable String manifest() throws IOException {
		List<String> found = read((jdbc) -> {
			Long tables = jdbc.queryForObject("""
					select count(*) from information_schema.tables
					where table_schema = 'hnsw' and table_name = 'published'""", Long.class);
			return (tables != null && tables > 0) ? jdbc.queryForList("""
					select p.manifest from hnsw.published p join hnsw.store s on s.id = p.store
					where s.name = ?""", String.class, this.store) : List.of();
		});
		return found.isEmpty() ? null : found.get(0);
	}

	@Override
	public Path staging(String copy) throws IOException {
		FileSystemUtils.deleteRecursively(this.staging);
		return this.staging;
	}

	@Override
	public OutputStream store(String copy, String file) {
		return new Parts(copy, file);
	}

	@Override
	public InputStream read(String copy, String file) {
		return new StoredParts(copy, file);
	}

	@Override
	public void count(String copy, String manifest) throws IOException {
		// Who was frozen for so long that another instance has published has lost its
		// parts.
		int counted = write((jdbc) -> jdbc.update("""
				insert into hnsw.published (store, manifest) select s.id, ? from hnsw.store s
				where s.name = ? and ? = (select count(*) from hnsw.published_part p
				where p.store = s.id and p.copy = ?)
				on conflict (store) do update set manifest = excluded.manifest""", manifest, this.store, this.parts,
				copy));
		if (counted == 0) {
			throw new IOException("another instance has removed what this one had stored");
		}
	}

	@Override
	public void retain(Collection<String> copies) throws IOException {
		int removed = 1;
		while (removed > 0) {
			removed = write((jdbc) -> jdbc
				.update("""
						delete from hnsw.published_part where (store, copy, file, number) in (
						select p.store, p.copy, p.file, p.number from hnsw.published_part p
						join hnsw.store s on s.id = p.store where s.name = ? and p.copy <> all (?) and not exists (
						select 1 from hnsw.published c where c.store = p.store and position(p.copy in c.manifest) > 0) limit 64)""",
						(statement) -> {
							statement.setString(1, this.store);
							statement.setArray(2, statement.getConnection().createArrayOf("text", copies.toArray()));
						}));
		}
	}

	private void storePart(String copy, String file, int number, byte[] content) throws IOException {
		write((jdbc) -> jdbc.update("""
				insert into hnsw.published_part (store, copy, file, number, content)
				select s.id, ?, ?, ?::integer, ?::bytea from hnsw.store s where s.name = ?""", copy, file, number,
				content, this.store));
		this.parts++;
	}

	private byte @Nullable [] part(String copy, String file, int number) throws IOException {
		List<byte[]> found = read((jdbc) -> jdbc.queryForList("""
				select p.content from hnsw.published_part p join hnsw.store s on s.id = p.store
				where s.name = ? and p.copy = ? and p.file = ? and p.number = ?""", byte[].class, this.store, copy,
				file, number));
		return found.isEmpty() ? null : found.get(0);
	}

	private <T> List<T> read(Function<JdbcTemplate, List<T>> work) throws IOException {
		try {
			return this.database.read("Reading what is published", SILENCE, work);
		}
		catch (RuntimeException ex) {
			throw failed(ex);
		}
	}

	private int write(Function<JdbcTemplate, Integer> work) throws IOException {
		try {
			return this.database.writeByTheWay("Publishing a replica", SILENCE, work);
		}
		catch (RuntimeException ex) {
			throw failed(ex);
		}
	}

	private static IOException failed(RuntimeException failure) {
		return new IOException(
				SqlStates.of(failure).isEmpty() ? StoreException.reason(failure) : SqlStates.reason(failure), failure);
	}

	/** Stores what is written, part by part. */
	private final class Parts extends OutputStream {

		private final String copy;

		private final String file;

		private final ByteArrayOutputStream part = new ByteArrayOutputStream(PART);

		private int number;

		private Parts(String copy, String file) {
			this.copy = copy;
			this.file = file;
		}

		@Override
		public void write(int value) throws IOException {
			write(new byte[] { (byte) value }, 0, 1);
		}

		@Override
		public void write(byte[] bytes, int offset, int length) throws IOException {
			int written = 0;
			while (written < length) {
				int fitting = Math.min(length - written, PART - this.part.size());
				this.part.write(bytes, offset + written, fitting);
				written += fitting;
				if (this.part.size() == PART) {
					storePart();
				}
			}
		}

		private void storePart() throws IOException {
			PublishedTables.this.storePart(this.copy, this.file, this.number++, this.part.toByteArray());
			this.part.reset();
		}

		@Override
		public void close() throws IOException {
			if (this.part.size() > 0) {
				storePart();
			}
		}

	}

	/** Reads parts until there is none. */
	private final class StoredParts extends InputStream {

		private final String copy;

		private final String file;

		private byte @Nullable [] part = new byte[0];

		private int number;

		private int position;

		private StoredParts(String copy, String file) {
			this.copy = copy;
			this.file = file;
		}

		@Override
		public int read() throws IOException {
			byte[] one = new byte[1];
			return (read(one, 0, 1) < 0) ? -1 : Byte.toUnsignedInt(one[0]);
		}

		@Override
		public int read(byte[] bytes, int offset, int length) throws IOException {
			if (this.part != null && this.position == this.part.length) {
				this.part = part(this.copy, this.file, this.number++);
				this.position = 0;
			}
			if (this.part == null) {
				return -1;
			}
			int read = Math.min(length, this.part.length - this.position);
			System.arraycopy(this.part, this.position, bytes, offset, read);
			this.position += read;
			return read;
		}

	}

}
