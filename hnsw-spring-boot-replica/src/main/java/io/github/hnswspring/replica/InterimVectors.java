package io.github.hnswspring.replica;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import io.github.hnswspring.vectorstore.DistantRows.VectorVisitor;
import io.github.hnswspring.vectorstore.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * Vectors without their documents, one behind the other in a file that has no name where
 * the system allows that: what a process leaves behind that was killed is never read. A
 * vector that has changed is put behind the others, and its former place is left out.
 * Confined to the lock of {@link Interim}; a scan uses all cores.
 */
final class InterimVectors implements AutoCloseable {

	/** Removed with a replica that is made anew, where it was left behind after all. */
	static final String FILE = "vectors-before-rows.tmp";

	/** Of the file in one mapping. */
	private static final int MAPPED_BYTES = 64 << 20;

	/** What is written at once. */
	private static final int WRITTEN_BYTES = 1 << 20;

	private final int dimensions;

	private final int bytes;

	private final int mappedSlots;

	private final FileChannel file;

	private final List<FloatBuffer> mapped = new ArrayList<>();

	private final ByteBuffer unwritten;

	private long[] keys = new long[1024];

	/** When documents end, in milliseconds since 1970. */
	private long[] ends = new long[1024];

	private int slots;

	/** The first so many slots are in the order of their keys. */
	private int sorted;

	private final Map<Long, Integer> later = new HashMap<>();

	private final BitSet removed = new BitSet();

	private final ExecutorService threads = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors(),
			(work) -> {
				Thread thread = new Thread(work, "hnsw-replica-vectors");
				thread.setDaemon(true);
				return thread;
			});

	/**
	 * Begins without vectors.
	 * @param directory where the file is
	 * @param dimensions of all vectors
	 */
	InterimVectors(Path directory, int dimensions) throws IOException {
		this.dimensions = dimensions;
		this.bytes = Math.multiplyExact(dimensions, Float.BYTES);
		this.mappedSlots = Math.max(1, MAPPED_BYTES / this.bytes);
		this.unwritten = ByteBuffer.allocateDirect(Math.max(WRITTEN_BYTES / this.bytes, 1) * this.bytes);
		Path path = directory.resolve(FILE);
		Files.deleteIfExists(path);
		this.file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ,
				StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
	}

	/** Takes a vector with a key larger than all before. */
	void add(long key, @Nullable Long expires, byte[] vector) {
		if (append(key, expires, vector)) {
			this.sorted = this.slots;
		}
	}

	/** Takes the present vector of a key, if it has one that can be compared. */
	void put(long key, @Nullable Long expires, byte @Nullable [] vector) {
		remove(key);
		if (vector != null && append(key, expires, vector)) {
			this.later.put(key, this.slots - 1);
		}
	}

	void remove(long key) {
		Integer slot = this.later.remove(key);
		int place = (slot != null) ? slot : Arrays.binarySearch(this.keys, 0, this.sorted, key);
		if (place >= 0) {
			this.removed.set(place);
		}
	}

	private boolean append(long key, @Nullable Long expires, byte[] vector) {
		if (vector.length != this.bytes) {
			return false;
		}
		if (this.slots == this.keys.length) {
			this.keys = Arrays.copyOf(this.keys, Math.multiplyExact(this.slots, 2));
			this.ends = Arrays.copyOf(this.ends, this.keys.length);
		}
		this.ends[this.slots] = (expires != null) ? expires : Long.MAX_VALUE;
		this.keys[this.slots++] = key;
		this.unwritten.put(vector);
		if (!this.unwritten.hasRemaining()) {
			write();
		}
		return true;
	}

	/**
	 * Writes by the channel, as a full disk ends the process that writes into a mapping,
	 * and in a thread that nobody interrupts, as that would close the channel.
	 */
	void write() {
		try {
			await(this.threads.submit(() -> {
				writeOut();
				return this.slots;
			}), () -> {
			});
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof IOException failure) {
				throw new UncheckedIOException(failure);
			}
			throw new StoreException("Vectors could not be written: " + StoreException.reason(ex), ex);
		}
	}

	private void writeOut() throws IOException {
		long position = (long) this.slots * this.bytes - this.unwritten.position();
		this.unwritten.flip();
		while (this.unwritten.hasRemaining()) {
			position += this.file.write(this.unwritten, position);
		}
		this.unwritten.clear();
		long mappedBytes = (long) this.mappedSlots * this.bytes;
		while ((long) this.mapped.size() * this.mappedSlots < this.slots) {
			this.mapped.add(this.file.map(FileChannel.MapMode.READ_WRITE, this.mapped.size() * mappedBytes, mappedBytes)
				.order(ByteOrder.LITTLE_ENDIAN)
				.asFloatBuffer());
		}
	}

	/** Shows every vector whose document has not ended to one of several visitors. */
	<V extends VectorVisitor> List<V> scan(long now, Supplier<V> visitors) {
		int parts = Runtime.getRuntime().availableProcessors();
		AtomicBoolean givenUp = new AtomicBoolean();
		List<Future<V>> work = new ArrayList<>();
		for (int part = 0; part < parts; part++) {
			int from = (int) ((long) this.slots * part / parts);
			int to = (int) ((long) this.slots * (part + 1) / parts);
			work.add(this.threads.submit(() -> {
				V visitor = visitors.get();
				visit(from, to, now, visitor, givenUp);
				return visitor;
			}));
		}
		List<V> done = new ArrayList<>();
		ExecutionException failure = null;
		// All are waited for, as the next question may change what they look at.
		for (Future<V> each : work) {
			try {
				done.add(await(each, () -> givenUp.set(true)));
			}
			catch (ExecutionException ex) {
				failure = ex;
			}
		}
		if (failure != null) {
			throw new StoreException("The vectors could not be compared: " + StoreException.reason(failure), failure);
		}
		if (givenUp.get()) {
			throw new StoreException("Interrupted while vectors were compared; search again", null);
		}
		return done;
	}

	private void visit(int from, int to, long now, VectorVisitor visitor, AtomicBoolean givenUp) {
		float[] vector = new float[this.dimensions];
		for (int slot = this.removed.nextClearBit(from); slot < to
				&& !givenUp.get(); slot = this.removed.nextClearBit(slot + 1)) {
			if (this.ends[slot] > now) {
				this.mapped.get(slot / this.mappedSlots).get(slot % this.mappedSlots * this.dimensions, vector);
				visitor.visit(this.keys[slot], vector);
			}
		}
	}

	/** Waits to the end; the thread is interrupted again after that if it was before. */
	private static <V> V await(Future<V> work, Runnable interruption) throws ExecutionException {
		boolean interrupted = false;
		try {
			while (true) {
				try {
					return work.get();
				}
				catch (InterruptedException ex) {
					interrupted = true;
					interruption.run();
				}
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/** Gives the space back, once the garbage collector has found the mappings. */
	@Override
	public void close() {
		this.threads.shutdown();
		this.mapped.clear();
		try {
			this.file.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
