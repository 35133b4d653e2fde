package io.github.hnswspring.ingest;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

import io.github.hnswspring.ingest.reading.UnreadableDocumentException;
import io.github.hnswspring.ingest.reading.UnreadableDocumentException.Reason;

/**
 * Reads files of sources without following a link that has taken the place of the file,
 * or of a folder above it, since they were listed.
 */
final class SourceContent {

	private SourceContent() {
	}

	/**
	 * Reads a file.
	 * @param file a path without links, as a look at the sources gives it
	 * @param maxBytes how large it may be
	 * @return its bytes
	 * @throws IOException when it cannot be read, or there is a link on the way to it
	 * @throws UnreadableDocumentException when it is too large
	 */
	static byte[] read(Path file, long maxBytes) throws IOException {
		try (SeekableByteChannel channel = Files.newByteChannel(file,
				Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
			Path folder = file.getParent();
			if (folder != null && !folder.toRealPath().equals(folder)) {
				throw new FileSystemException(file.toString(), null, "a folder above it has become a link");
			}
			long size = channel.size();
			byte[] content = (size <= maxBytes)
					? Channels.newInputStream(channel).readNBytes((int) Math.min(maxBytes + 1, Integer.MAX_VALUE - 8))
					: new byte[0];
			if (size > maxBytes || content.length > maxBytes) {
				throw new UnreadableDocumentException(Reason.TOO_LARGE, "The file has " + Math.max(size, content.length)
						+ " bytes; at most " + maxBytes + " are read (hnsw.ingest.max-file-size)");
			}
			return content;
		}
	}

}
