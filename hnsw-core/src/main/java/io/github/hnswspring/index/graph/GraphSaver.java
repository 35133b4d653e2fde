package io.github.hnswspring.index.graph;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.locks.Lock;

import io.github.hnswspring.index.snapshot.BlockOutput;

/**
 * Saves the graph as it is at one moment, see {@link GraphSnapshot}. Changes wait while
 * the links are copied, or, where the copy would take most of the memory that is left,
 * while they are written. Thread-safe.
 */
final class GraphSaver {

	private final GraphParameters parameters;

	private final Calibration calibration;

	private final GraphWriter writer;

	GraphSaver(GraphParameters parameters, Calibration calibration, GraphWriter writer) {
		this.parameters = parameters;
		this.calibration = calibration;
		this.writer = writer;
	}

	/**
	 * Writes a file, in place of the one there.
	 * @param efSearch the list that was set, or 0 if the target decides
	 * @param withVectors whether the file shall hold the vectors, rather than the
	 * checksums of those in the vector file
	 */
	void save(Path path, int efSearch, boolean withVectors) {
		this.writer.ensureOpen();
		// Holding a scratch keeps the slots of the snapshot from being reused meanwhile.
		Graph saved = this.writer.graph();
		Scratch pin = saved.scratches.acquire();
		try {
			try (BlockOutput out = new BlockOutput(path)) {
				GraphSnapshot snapshot = writeGraph(saved, pin, out, efSearch, !withVectors);
				if (!withVectors) {
					// What the snapshot only points to must be durable before it.
					saved.space.vectors().force();
				}
				snapshot.writeVectors(out, saved.space, withVectors);
				out.commit();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The index could not be saved to " + path + ": " + ex, ex);
		}
		finally {
			saved.scratches.release(pin);
		}
	}

	private GraphSnapshot writeGraph(Graph saved, Scratch pin, BlockOutput out, int efSearch, boolean vectorsInFile)
			throws IOException {
		GraphSnapshot snapshot;
		Lock lock = this.writer.exclusive();
		lock.lock();
		try {
			this.writer.ensureOpen();
			GraphWriter.settleEntryPoint(saved, pin);
			snapshot = new GraphSnapshot(saved, this.writer.insertions());
			if (!snapshot.copyLinks(Heap.free() / 2)) {
				snapshot.writeGraph(out, this.parameters, efSearch, this.calibration, vectorsInFile);
				return snapshot;
			}
		}
		finally {
			lock.unlock();
		}
		snapshot.writeGraph(out, this.parameters, efSearch, this.calibration, vectorsInFile);
		return snapshot;
	}

}
