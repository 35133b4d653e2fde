package io.github.hnswspring.index.vector;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.ReentrantLock;

import io.github.hnswspring.index.CorruptIndexException;
import io.github.hnswspring.index.VectorSource;

import org.jspecify.annotations.Nullable;

/**
 * Vectors in a file: written at their position, never through the map, and read through
 * read-only maps once they are known to be there. Each slot's checksum is kept on the
 * heap and in snapshots; after a restart a vector is checked when it is touched for the
 * first time, and fetched anew from the {@link VectorSource} if it is not the one the
 * snapshot means.
 * <p>
 * The file is the vectors and nothing else: slot n begins at byte
 * {@code n * 4 * dimensions}, little-endian float32.
 * <p>
 * Thread-safe as {@link VectorTable} is. The memory is given back when the garbage
 * collector finds the maps unreachable.
 */
public final class MappedVectors extends VectorTable {

	private static final long SEGMENT_BYTES = 1L << 24;

	/** The first segment doubles from here on: a small index has a small file. */
	private static final int FIRST_BYTES = 1 << 16;

	private final Path path;

	private final int dimensions;

	private final int vectorBytes;

	/**
	 * Not a channel: an interrupt in the middle of a channel's write closes it for all
	 * threads.
	 */
	private final RandomAccessFile file;

	private final ReentrantLock fileLock = new ReentrantLock();

	/** Slots in a segment, a power of two. */
	private final int segmentShift;

	private final IntRows checksums = new IntRows(1);

	/** Slots below were written by an earlier process; a bit says "checked since". */
	private @Nullable AtomicIntegerArray checked;

	private int uncheckedBelow;

	private @Nullable VectorSource source;

	private @Nullable SlotOwners owners;

	private FloatBuffer[] segments = new FloatBuffer[0];

	/**
	 * Vectors written since a file was opened that belongs to another process, which may
	 * go on writing: the file is left alone, and every read is checked.
	 */
	private final @Nullable Map<Integer, float[]> overlay;

	private MappedVectors(Path path, int dimensions, boolean shared) throws IOException {
		this.path = path;
		this.overlay = shared ? new ConcurrentHashMap<>() : null;
		this.dimensions = dimensions;
		this.vectorBytes = dimensions * Float.BYTES;
		this.file = new RandomAccessFile(path.toFile(), shared ? "r" : "rw");
		int shift = 0;
		while ((long) this.vectorBytes << (shift + 1) <= SEGMENT_BYTES) {
			shift++;
		}
		this.segmentShift = shift;
	}

	/**
	 * Creates an empty file.
	 * @param path a file that must not exist, so that no map of it is cut short
	 */
	static MappedVectors create(Path path, int dimensions) throws IOException {
		Files.createFile(path);
		return new MappedVectors(path, dimensions, false);
	}

	/**
	 * Opens the file of an earlier process; a missing one is created, and its vectors
	 * come from the source.
	 */
	static MappedVectors open(Path path, int dimensions, VectorSource source, boolean shared) throws IOException {
		MappedVectors vectors = new MappedVectors(path, dimensions, shared);
		vectors.source = source;
		return vectors;
	}

	/**
	 * Takes over what an earlier process left behind; before other threads see the
	 * vectors.
	 * @param slots slots it used
	 * @param owners which ids they belong to
	 */
	void restored(int slots, SlotOwners owners) {
		this.uncheckedBelow = slots;
		this.checked = new AtomicIntegerArray((slots + 31) >>> 5);
		this.owners = owners;
	}

	void restoreChecksum(int slot, int checksum) {
		ensureSlot(slot);
		this.checksums.set(slot, checksum);
	}

	@Override
	void ensureSlot(int slot) {
		this.checksums.ensureSlot(slot);
		int segment = slot >>> this.segmentShift;
		if (segment < this.segments.length && slot - (segment << this.segmentShift) < slotsOf(segment)) {
			return;
		}
		try {
			FloatBuffer[] grown = Arrays.copyOf(this.segments, segment + 1);
			int full = 1 << this.segmentShift;
			for (int i = 0; i <= segment; i++) {
				if (i >= this.segments.length || slotsOf(i) < full) {
					int slots = (segment == 0) ? firstSlots(slot) : full;
					grown[i] = grow((long) i * full * this.vectorBytes, (long) slots * this.vectorBytes);
				}
			}
			this.segments = grown;
		}
		catch (IOException ex) {
			throw failure("made larger", ex);
		}
	}

	/** How many vectors a mapped segment has room for. */
	private int slotsOf(int segment) {
		return this.segments[segment].capacity() / this.dimensions;
	}

	/** How many the first segment shall have room for while it is the only one. */
	private int firstSlots(int slot) {
		int full = 1 << this.segmentShift;
		int slots = Math.max(1, FIRST_BYTES / this.vectorBytes);
		while (slots <= slot) {
			slots <<= 1;
		}
		return Math.min(slots, full);
	}

	private FloatBuffer grow(long start, long bytes) throws IOException {
		if (this.overlay != null) {
			return mapShared(start, bytes);
		}
		if (this.file.length() < start + bytes) {
			// Makes room without using any; where the disk is full, the vector's own
			// write says so.
			this.file.setLength(start + bytes);
		}
		return map(start, bytes);
	}

	/** Maps what is there; the rest reads as zeros, which no checksum matches. */
	private FloatBuffer mapShared(long start, long bytes) throws IOException {
		return (this.file.length() >= start + bytes) ? map(start, bytes)
				: FloatBuffer.allocate((int) (bytes / Float.BYTES));
	}

	private FloatBuffer map(long start, long bytes) throws IOException {
		boolean interrupted = Thread.interrupted();
		try (FileChannel channel = FileChannel.open(this.path, StandardOpenOption.READ)) {
			return channel.map(FileChannel.MapMode.READ_ONLY, start, bytes)
				.order(ByteOrder.LITTLE_ENDIAN)
				.asFloatBuffer();
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	@Override
	void set(int slot, float[] vector) {
		write(slot, vector);
		this.checksums.set(slot, checksum(bytes(vector)));
	}

	private void write(int slot, float[] vector) {
		if (this.overlay != null) {
			this.overlay.put(slot, vector.clone());
			return;
		}
		this.fileLock.lock();
		try {
			this.file.seek((long) slot * this.vectorBytes);
			this.file.write(bytes(vector));
		}
		catch (IOException ex) {
			throw failure("written", ex);
		}
		finally {
			this.fileLock.unlock();
		}
		if (slot < this.uncheckedBelow) {
			markChecked(slot);
		}
	}

	@Override
	void get(int slot, float[] target) {
		if (this.overlay != null) {
			float[] own = this.overlay.get(slot);
			if (own != null) {
				System.arraycopy(own, 0, target, 0, this.dimensions);
				return;
			}
		}
		// Asked before reading: another thread may repair the vector right afterwards.
		boolean trusted = slot >= this.uncheckedBelow || (this.overlay == null && isChecked(slot));
		if (trusted || this.overlay != null) {
			read(slot, target);
		}
		else {
			readPastMap(slot, target);
		}
		if (!trusted) {
			check(slot, target);
		}
	}

	/**
	 * Reads what may never have been written. Some file systems make room for a hole when
	 * a map of it is read, and the JVM reports a full disk as an error anywhere later;
	 * and so a damaged disk. Past the map a hole is zeros, which no checksum matches.
	 */
	private void readPastMap(int slot, float[] target) {
		ByteBuffer bytes = ByteBuffer.allocate(this.vectorBytes).order(ByteOrder.LITTLE_ENDIAN);
		this.fileLock.lock();
		try {
			this.file.seek((long) slot * this.vectorBytes);
			this.file.readFully(bytes.array());
		}
		catch (IOException ex) {
			// Unreadable, or closed this moment: the source has it.
			Arrays.fill(bytes.array(), (byte) 0);
		}
		finally {
			this.fileLock.unlock();
		}
		bytes.asFloatBuffer().get(target, 0, this.dimensions);
	}

	private void read(int slot, float[] target) {
		int index = (slot & ((1 << this.segmentShift) - 1)) * this.dimensions;
		this.segments[slot >>> this.segmentShift].get(index, target, 0, this.dimensions);
	}

	private boolean isChecked(int slot) {
		return (checkedBits().get(slot >>> 5) & (1 << slot)) != 0;
	}

	private void markChecked(int slot) {
		checkedBits().getAndUpdate(slot >>> 5, (bits) -> bits | (1 << slot));
	}

	private AtomicIntegerArray checkedBits() {
		AtomicIntegerArray bits = this.checked;
		if (bits == null) {
			throw new IllegalStateException("nothing was restored");
		}
		return bits;
	}

	private void check(int slot, float[] vector) {
		if (isMeant(slot, vector)) {
			markChecked(slot);
			return;
		}
		repair(slot, vector);
	}

	/** Whether a vector is the one the snapshot means. */
	private boolean isMeant(int slot, float[] vector) {
		return checksum(bytes(vector)) == this.checksums.get(slot);
	}

	/**
	 * Fetches a vector from its source. If the source lacks it, or has another one, its
	 * id was removed or changed since the snapshot; replaying the changes since then will
	 * do that again, and until then the slot holds none. Another one must not be taken:
	 * length, code and links are those of the vector that was meant, and whoever replays
	 * would find it here already and leave it so. The checksum of a slot stays as it is
	 * in any case: equal vectors are found by it.
	 */
	private void repair(int slot, float[] target) {
		VectorSource source = this.source;
		SlotOwners owners = this.owners;
		if (source == null || owners == null) {
			throw new CorruptIndexException(this.path, "the vector in slot " + slot + " has a wrong checksum");
		}
		if (!find(slot, source.vector(owners.id(slot)), target) && !findElsewhere(slot, target, source, owners)) {
			Arrays.fill(target, 0);
		}
		putRight(slot, target);
	}

	/**
	 * Asks those of the same vector: the first asks all others, and they ask the first.
	 */
	private boolean findElsewhere(int slot, float[] target, VectorSource source, SlotOwners owners) {
		int leader = owners.leaderOf(slot);
		if (leader != slot) {
			get(leader, target);
			return isMeant(slot, target);
		}
		for (int other = owners.nextAlive(slot); other >= 0; other = owners.nextAlive(other)) {
			if (find(slot, source.vector(owners.id(other)), target)) {
				return true;
			}
		}
		return false;
	}

	/** Takes what a source has, if it is the one that the snapshot means. */
	private boolean find(int slot, float @Nullable [] vector, float[] target) {
		if (vector == null || vector.length != this.dimensions || !isMeant(slot, vector)) {
			return false;
		}
		System.arraycopy(vector, 0, target, 0, this.dimensions);
		return true;
	}

	/** A full disk must not make a search fail: what it needs is here. */
	private void putRight(int slot, float[] vector) {
		try {
			write(slot, vector);
		}
		catch (UncheckedIOException ex) {
			// Not marked as checked: the next read tries again.
		}
	}

	@Override
	void locate(int slot, int lane, float[][] chunks, int[] offsets, float[][] copies) {
		get(slot, copies[lane]);
		chunks[lane] = copies[lane];
		offsets[lane] = 0;
	}

	@Override
	boolean copies() {
		return true;
	}

	Path path() {
		return this.path;
	}

	@Override
	public int checksum(int slot) {
		return this.checksums.get(slot);
	}

	@Override
	long heapBytes() {
		return this.checksums.bytes() + (this.uncheckedBelow >>> 3);
	}

	@Override
	long mappedBytes() {
		long bytes = 0;
		for (FloatBuffer segment : this.segments) {
			bytes += (long) segment.capacity() * Float.BYTES;
		}
		return bytes;
	}

	@Override
	public void force() throws IOException {
		if (this.overlay != null) {
			throw new IOException("The vector file " + this.path + " belongs to another process and is left alone");
		}
		this.file.getFD().sync();
	}

	@Override
	public void close() throws IOException {
		this.file.close();
	}

	private UncheckedIOException failure(String verb, IOException cause) {
		return new UncheckedIOException("The vector file " + this.path + " could not be " + verb + ": "
				+ cause.getMessage() + "; it can be deleted while no process uses it, and is then built anew", cause);
	}

}
