package io.github.hnswspring.ingest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.ingest.reading.DocumentFormat;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Finds the files below the configured sources. Symbolic links and hidden files are left
 * out, so a scan stays where it was told to be.
 * <p>
 * Thread-safe: keeps no state between calls.
 */
class SourceFiles {

	private static final Log logger = LogFactory.getLog(SourceFiles.class);

	private final IngestSettings properties;

	SourceFiles(IngestSettings properties) {
		this.properties = properties;
	}

	List<SourceFile> find() {
		Map<String, SourceFile> files = new LinkedHashMap<>();
		for (Path source : this.properties.sources()) {
			if (!Files.exists(source)) {
				logger.warn("Source " + source.toAbsolutePath() + " does not exist; set rag.sources");
				continue;
			}
			String prefix = prefix(source);
			walk(source, (file) -> {
				String below = source.relativize(file).toString().replace('\\', '/');
				add(files, below.isEmpty() ? prefix : (prefix.isEmpty() ? below : prefix + "/" + below), file);
			});
		}
		return List.copyOf(files.values());
	}

	/** A relative source is called what it is called there; of another, the last name. */
	private static String prefix(Path source) {
		Path named = source.normalize();
		if (named.isAbsolute() || named.startsWith("..")) {
			Path last = named.getFileName();
			return (last != null) ? last.toString() : "";
		}
		return named.toString().replace('\\', '/');
	}

	private void add(Map<String, SourceFile> files, String name, Path file) {
		DocumentFormat.ofFileName(name).ifPresent((format) -> {
			SourceFile found = SourceFile.of(Origin.FOLDER, name, format, file);
			if (files.size() >= this.properties.maxFiles() && !files.containsKey(found.id())) {
				throw new IllegalStateException("More than " + this.properties.maxFiles()
						+ " files below rag.sources; name fewer, or raise rag.max-files");
			}
			SourceFile other = files.putIfAbsent(found.id(), found);
			if (other != null && !other.path().toAbsolutePath().normalize().equals(file.toAbsolutePath().normalize())) {
				logger.warn("Two sources are called " + name + "; " + file + " is left out");
			}
		});
	}

	private static void walk(Path source, java.util.function.Consumer<Path> files) {
		try {
			Files.walkFileTree(source, new SimpleFileVisitor<>() {

				@Override
				public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
					return isHidden(directory) && !directory.equals(source) ? FileVisitResult.SKIP_SUBTREE
							: FileVisitResult.CONTINUE;
				}

				@Override
				public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
					if (attributes.isRegularFile() && (!isHidden(file) || file.equals(source))) {
						files.accept(file);
					}
					return FileVisitResult.CONTINUE;
				}

				@Override
				public FileVisitResult visitFileFailed(Path file, IOException ex) {
					logger.warn("Cannot look at " + file + ": " + ex);
					return FileVisitResult.CONTINUE;
				}

			});
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot list " + source, ex);
		}
	}

	private static boolean isHidden(Path path) {
		Path name = path.getFileName();
		return name != null && name.toString().startsWith(".");
	}

}
