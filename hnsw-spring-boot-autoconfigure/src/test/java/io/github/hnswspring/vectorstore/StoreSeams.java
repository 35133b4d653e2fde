package io.github.hnswspring.vectorstore;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.vectorstore.options.DerivedFiles;
import io.github.hnswspring.vectorstore.options.StoreOptionsBuilder;
import io.github.hnswspring.vectorstore.session.StoreAccess;
import io.github.hnswspring.vectorstore.session.StoreSession;
import io.github.hnswspring.vectorstore.storage.ConnectionSource;
import io.github.hnswspring.vectorstore.write.IngestPipeline;

/** Lets tests of other packages reach the seams, which the library keeps to itself. */
public final class StoreSeams {

	private StoreSeams() {
	}

	/** Has a store use other connections or files. */
	public static HnswVectorStore.Builder faults(HnswVectorStore.Builder builder,
			Consumer<StoreOptionsBuilder> faults) {
		return builder.faults(faults);
	}

	/** What stores documents, in a store. */
	public static IngestPipeline pipeline(HnswVectorStore store) {
		return ((EmbeddedVectorStore) store).pipeline();
	}

	/** What is open of a store. */
	public static StoreSession session(HnswVectorStore store) {
		return Objects.requireNonNull(((EmbeddedVectorStore) store).lifecycle().session());
	}

	/** Lends what is open of a store. */
	public static StoreAccess access(HnswVectorStore store) {
		return ((EmbeddedVectorStore) store).lifecycle();
	}

	/** Has a store use these connections. */
	public static HnswVectorStore.Builder connections(HnswVectorStore.Builder builder, ConnectionSource connections) {
		return builder.faults((options) -> options.connections = connections);
	}

	/** Has something happen before each operation on a derived file. */
	public static HnswVectorStore.Builder files(HnswVectorStore.Builder builder, FileFaults faults) {
		return builder.faults((options) -> options.files = new FaultyDerivedFiles(faults));
	}

	/** Puts something around every index that is made or loaded. */
	public static HnswVectorStore.Builder indexes(HnswVectorStore.Builder builder, UnaryOperator<HnswIndex> wrapper) {
		return builder.faults((options) -> options.files = new DerivedFiles() {

			@Override
			public HnswIndex newIndex(HnswIndex index) {
				return wrapper.apply(index);
			}

			@Override
			public HnswIndex loadIndex(Path file, Function<Path, HnswIndex> loader) {
				return wrapper.apply(DerivedFiles.super.loadIndex(file, loader));
			}

		});
	}

	/** What happens before an operation on a derived file. */
	@FunctionalInterface
	public interface FileFaults {

		/**
		 * Is asked before each operation.
		 * @param operation save, load, write, rename, force or delete
		 * @param file what it is about
		 * @return how many bytes of a write to perform before it fails, or -1 for all
		 * @throws IOException to have the operation fail before it begins
		 */
		int before(String operation, Path file) throws IOException;

	}

	private record FaultyDerivedFiles(FileFaults faults) implements DerivedFiles {

		@Override
		public void saveIndex(HnswIndex index, Path file) {
			try {
				int bytes = this.faults.before("save", file);
				DerivedFiles.super.saveIndex(index, file);
				if (bytes >= 0) {
					cut(file, bytes);
					throw new IOException("short write: " + bytes + " bytes of " + file.getFileName());
				}
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		@Override
		public HnswIndex loadIndex(Path file, Function<Path, HnswIndex> loader) {
			try {
				this.faults.before("load", file);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			return DerivedFiles.super.loadIndex(file, loader);
		}

		@Override
		public void write(Path file, byte[] content) throws IOException {
			int bytes = this.faults.before("write", file);
			DerivedFiles.super.write(file, content);
			if (bytes >= 0) {
				cut(file, bytes);
				throw new IOException("short write: " + bytes + " bytes of " + file.getFileName());
			}
		}

		@Override
		public void rename(Path from, Path to) throws IOException {
			this.faults.before("rename", to);
			DerivedFiles.super.rename(from, to);
		}

		@Override
		public void forceDirectory(Path directory) throws IOException {
			this.faults.before("force", directory);
			DerivedFiles.super.forceDirectory(directory);
		}

		@Override
		public void delete(Path file) throws IOException {
			this.faults.before("delete", file);
			DerivedFiles.super.delete(file);
		}

		private static void cut(Path file, int bytes) throws IOException {
			try (java.nio.channels.FileChannel channel = java.nio.channels.FileChannel.open(file,
					java.nio.file.StandardOpenOption.WRITE)) {
				channel.truncate(bytes);
			}
		}

	}

}
