package io.github.hnswspring.index.reliability;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.Map;
import java.util.Set;

import static io.github.hnswspring.index.reliability.FaultyPath.unwrap;

/** Opens, moves and deletes files, or lets a {@link FaultyDisk} fail that. */
final class FaultyProvider extends FileSystemProvider {

	private final FileSystemProvider real;

	private final FaultyDisk disk;

	FaultyProvider(FileSystemProvider real, FaultyDisk disk) {
		this.real = real;
		this.disk = disk;
	}

	@Override
	public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
			throws IOException {
		boolean creates = options.contains(StandardOpenOption.CREATE_NEW);
		// An open that fails leaves no channel behind, whenever it fails.
		FaultyDisk.Fault fault = this.disk.next(creates ? "create" : "open", creates);
		if (fault != null) {
			throw fault.exception(creates ? "create" : "open");
		}
		return new FaultyChannel(this.real.newFileChannel(unwrap(path), options, attributes), this.disk);
	}

	@Override
	public void move(Path source, Path target, CopyOption... options) throws IOException {
		this.disk.run("rename", true, () -> {
			this.real.move(unwrap(source), unwrap(target), options);
			return 0;
		});
	}

	@Override
	public void delete(Path path) throws IOException {
		this.disk.run("delete", false, () -> {
			this.real.delete(unwrap(path));
			return 0;
		});
	}

	@Override
	public void checkAccess(Path path, AccessMode... modes) throws IOException {
		this.real.checkAccess(unwrap(path), modes);
	}

	@Override
	public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
			throws IOException {
		return this.real.readAttributes(unwrap(path), type, options);
	}

	@Override
	public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
		return this.real.readAttributes(unwrap(path), attributes, options);
	}

	@Override
	public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
		return this.real.getFileAttributeView(unwrap(path), type, options);
	}

	@Override
	public void setAttribute(Path path, String attribute, Object value, LinkOption... options) throws IOException {
		this.real.setAttribute(unwrap(path), attribute, value, options);
	}

	@Override
	public boolean isSameFile(Path path, Path other) throws IOException {
		return this.real.isSameFile(unwrap(path), unwrap(other));
	}

	@Override
	public boolean isHidden(Path path) throws IOException {
		return this.real.isHidden(unwrap(path));
	}

	@Override
	public FileStore getFileStore(Path path) throws IOException {
		return this.real.getFileStore(unwrap(path));
	}

	@Override
	public String getScheme() {
		return "faulty";
	}

	@Override
	public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
		throw new UnsupportedOperationException("not used by the engine");
	}

	@Override
	public FileSystem getFileSystem(URI uri) {
		throw new UnsupportedOperationException("not used by the engine");
	}

	@Override
	public Path getPath(URI uri) {
		throw new UnsupportedOperationException("not used by the engine");
	}

	@Override
	public SeekableByteChannel newByteChannel(Path path, Set<? extends OpenOption> options,
			FileAttribute<?>... attributes) throws IOException {
		return newFileChannel(path, options, attributes);
	}

	@Override
	public DirectoryStream<Path> newDirectoryStream(Path directory, DirectoryStream.Filter<? super Path> filter) {
		throw new UnsupportedOperationException("not used by the engine");
	}

	@Override
	public void createDirectory(Path directory, FileAttribute<?>... attributes) {
		throw new UnsupportedOperationException("not used by the engine");
	}

	@Override
	public void copy(Path source, Path target, CopyOption... options) {
		throw new UnsupportedOperationException("not used by the engine");
	}

}
