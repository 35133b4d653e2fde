package io.github.hnswspring.index.reliability;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;

import org.jspecify.annotations.Nullable;

/** A path of a {@link FaultyFileSystem}. Immutable. */
record FaultyPath(FaultyFileSystem system, Path real) implements Path {

	static Path unwrap(Path path) {
		return (path instanceof FaultyPath faulty) ? faulty.real : path;
	}

	private Path wrap(Path path) {
		return this.system.wrap(path);
	}

	private @Nullable Path wrapNullable(@Nullable Path path) {
		return (path != null) ? wrap(path) : null;
	}

	@Override
	public FileSystem getFileSystem() {
		return this.system;
	}

	@Override
	public boolean isAbsolute() {
		return this.real.isAbsolute();
	}

	@Override
	public @Nullable Path getRoot() {
		return wrapNullable(this.real.getRoot());
	}

	@Override
	public @Nullable Path getFileName() {
		return wrapNullable(this.real.getFileName());
	}

	@Override
	public @Nullable Path getParent() {
		return wrapNullable(this.real.getParent());
	}

	@Override
	public int getNameCount() {
		return this.real.getNameCount();
	}

	@Override
	public Path getName(int index) {
		return wrap(this.real.getName(index));
	}

	@Override
	public Path subpath(int from, int to) {
		return wrap(this.real.subpath(from, to));
	}

	@Override
	public boolean startsWith(Path other) {
		return this.real.startsWith(unwrap(other));
	}

	@Override
	public boolean endsWith(Path other) {
		return this.real.endsWith(unwrap(other));
	}

	@Override
	public Path normalize() {
		return wrap(this.real.normalize());
	}

	@Override
	public Path resolve(Path other) {
		return wrap(this.real.resolve(unwrap(other)));
	}

	@Override
	public Path relativize(Path other) {
		return wrap(this.real.relativize(unwrap(other)));
	}

	@Override
	public URI toUri() {
		return this.real.toUri();
	}

	@Override
	public Path toAbsolutePath() {
		return wrap(this.real.toAbsolutePath());
	}

	@Override
	public Path toRealPath(LinkOption... options) throws IOException {
		return wrap(this.real.toRealPath(options));
	}

	@Override
	public File toFile() {
		return this.real.toFile();
	}

	@Override
	public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
		throw new UnsupportedOperationException("not used by the engine");
	}

	@Override
	public int compareTo(Path other) {
		return this.real.compareTo(unwrap(other));
	}

	@Override
	public String toString() {
		return this.real.toString();
	}

}
