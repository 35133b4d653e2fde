package io.github.hnswspring.index.reliability;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

import io.github.hnswspring.index.reliability.FaultyDisk.Fault;

/** A channel whose reads, writes, forces and close a {@link FaultyDisk} may fail. */
final class FaultyChannel extends FileChannel {

	private final FileChannel channel;

	private final FaultyDisk disk;

	FaultyChannel(FileChannel channel, FaultyDisk disk) {
		this.channel = channel;
		this.disk = disk;
	}

	@Override
	public int read(ByteBuffer target, long position) throws IOException {
		return this.disk.run("read", false, () -> this.channel.read(target, position));
	}

	@Override
	public int write(ByteBuffer source) throws IOException {
		Fault fault = this.disk.next("write", true);
		if (fault == null) {
			return this.channel.write(source);
		}
		if (fault == Fault.SHORT_WRITE) {
			ByteBuffer half = source.duplicate();
			half.limit(half.position() + half.remaining() / 2);
			this.channel.write(half);
		}
		else if (fault == Fault.AFTERWARDS) {
			this.channel.write(source);
		}
		throw fault.exception("write");
	}

	@Override
	public void force(boolean metaData) throws IOException {
		this.disk.run("force", true, () -> {
			this.channel.force(metaData);
			return 0;
		});
	}

	@Override
	protected void implCloseChannel() throws IOException {
		try {
			this.disk.run("close", false, () -> 0);
		}
		finally {
			// As on Unix: the descriptor is gone even where close reports an error.
			this.channel.close();
		}
	}

	@Override
	public long size() throws IOException {
		return this.channel.size();
	}

	@Override
	public long position() throws IOException {
		return this.channel.position();
	}

	@Override
	public FileChannel position(long position) throws IOException {
		this.channel.position(position);
		return this;
	}

	@Override
	public long read(ByteBuffer[] targets, int offset, int length) {
		throw new UnsupportedOperationException("not used by the engine; add it here if that changes");
	}

	@Override
	public long write(ByteBuffer[] sources, int offset, int length) {
		throw new UnsupportedOperationException("not used by the engine; add it here if that changes");
	}

	@Override
	public FileChannel truncate(long size) {
		throw new UnsupportedOperationException("not used by the engine; add it here if that changes");
	}

	@Override
	public long transferTo(long position, long count, WritableByteChannel target) {
		throw new UnsupportedOperationException("not used by the engine; add it here if that changes");
	}

	@Override
	public long transferFrom(ReadableByteChannel source, long position, long count) {
		throw new UnsupportedOperationException("not used by the engine; add it here if that changes");
	}

	@Override
	public int read(ByteBuffer target) {
		throw new UnsupportedOperationException("not used by the engine; add it here if that changes");
	}

	@Override
	public int write(ByteBuffer source, long position) {
		throw new UnsupportedOperationException("not used by the engine; add it here if that changes");
	}

	@Override
	public MappedByteBuffer map(MapMode mode, long position, long size) {
		throw new UnsupportedOperationException("not used by the engine; add it here if that changes");
	}

	@Override
	public FileLock lock(long position, long size, boolean shared) {
		throw new UnsupportedOperationException("not used by the engine; add it here if that changes");
	}

	@Override
	public FileLock tryLock(long position, long size, boolean shared) {
		throw new UnsupportedOperationException("not used by the engine; add it here if that changes");
	}

}
