package io.github.hnswspring.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.github.hnswspring.ingest.reading.DocumentFormat;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * The uploaded files. A document is two files named by its id: {@code <id>.<format>} with
 * the bytes as received, and {@code <id>.name} with what the sender called it, which
 * comes last and makes it count. No part of a path is ever taken from a user.
 * <p>
 * Thread-safe: every file appears in one atomic step.
 */
class UploadDirectory {

	private static final Log logger = LogFactory.getLog(UploadDirectory.class);

	private static final String NAME = ".name";

	private static final String INCOMING = "incoming-";

	private final Path directory;

	UploadDirectory(IngestSettings properties) {
		this.directory = properties.uploadDirectory().toAbsolutePath().normalize();
	}

	/** Writes what comes in to a temporary file, which the caller places or discards. */
	Path receive(InputStream content) throws IOException {
		Files.createDirectories(this.directory);
		Path temporary = this.directory.resolve(INCOMING + UUID.randomUUID());
		try {
			Files.copy(content, temporary);
		}
		catch (IOException | RuntimeException ex) {
			discard(temporary);
			throw ex;
		}
		return temporary;
	}

	void discard(Path temporary) {
		try {
			Files.deleteIfExists(temporary);
		}
		catch (IOException ex) {
			logger.warn("Cannot delete " + temporary + "; it is removed at the next start: " + ex);
		}
	}

	/** After this has returned, the document survives a crash. */
	SourceFile place(Path temporary, String name, DocumentFormat format) throws IOException {
		SourceFile file = file(name, format);
		DurableFiles.moveIntoPlace(temporary, file.path());
		DurableFiles.write(nameFile(file.id()), name);
		return file;
	}

	/** All complete uploads; remains of interrupted ones are removed. */
	List<SourceFile> find() {
		List<SourceFile> files = new ArrayList<>();
		if (!Files.isDirectory(this.directory)) {
			return files;
		}
		try (DirectoryStream<Path> names = Files.newDirectoryStream(this.directory, "*" + NAME)) {
			for (Path nameFile : names) {
				String name = Files.readString(nameFile);
				DocumentFormat.ofFileName(name)
					.map((format) -> file(name, format))
					.filter((file) -> nameFile.equals(nameFile(file.id())) && Files.isRegularFile(file.path()))
					.ifPresent(files::add);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot list the uploads in " + this.directory, ex);
		}
		return files;
	}

	/** Removes what a crash left of uploads that were never acknowledged. */
	void sweep() {
		if (!Files.isDirectory(this.directory)) {
			return;
		}
		try (DirectoryStream<Path> files = Files.newDirectoryStream(this.directory)) {
			for (Path file : files) {
				String name = file.getFileName().toString();
				int dot = name.indexOf('.');
				boolean orphan = dot > 0 && !name.endsWith(NAME) && !Files.exists(nameFile(name.substring(0, dot)));
				if (orphan || name.startsWith(INCOMING) || name.endsWith(".tmp")) {
					discard(file);
				}
			}
		}
		catch (IOException ex) {
			logger.warn("Cannot tidy up " + this.directory + ": " + ex);
		}
	}

	/** The name goes first: without it the rest is an orphan. */
	void delete(String id) {
		try {
			Files.deleteIfExists(nameFile(id));
			for (DocumentFormat format : DocumentFormat.values()) {
				Files.deleteIfExists(this.directory.resolve(id + "." + format.extension()));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot delete upload " + id, ex);
		}
	}

	private SourceFile file(String name, DocumentFormat format) {
		String id = SourceFile.documentId(Origin.UPLOAD, name);
		return new SourceFile(id, name, Origin.UPLOAD, format, this.directory.resolve(id + "." + format.extension()));
	}

	private Path nameFile(String id) {
		return this.directory.resolve(id + NAME);
	}

}
