package io.github.hnswspring.ingest.reading;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

import org.springframework.util.unit.DataSize;

/** One process that reads for all tests, as it does for all files of an application. */
final class TestReaders {

	static final int MAX_CHARACTERS = 200_000;

	private static final DocumentReaders READERS = new DocumentReaders(new ReadingLimits(DataSize.ofMegabytes(10),
			MAX_CHARACTERS, Duration.ofSeconds(60), DataSize.ofMegabytes(256)));

	private TestReaders() {
	}

	static Reading read(DocumentFormat format, String content) {
		return read(format, content.getBytes(StandardCharsets.UTF_8));
	}

	static Reading read(DocumentFormat format, byte[] content) {
		try {
			Path file = Files.createTempFile("document", ".tmp");
			try {
				return READERS.readWithReport(format, Files.write(file, content));
			}
			finally {
				Files.delete(file);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static List<Block> blocks(Reading reading) {
		return reading.sections().stream().flatMap((section) -> section.blocks().stream()).toList();
	}

	static List<String> texts(Reading reading) {
		return blocks(reading).stream().map(Block::text).toList();
	}

	static String leftOut(LeftOuts leftOuts) {
		return leftOut(leftOuts.finish());
	}

	static String leftOut(Reading reading) {
		return leftOut(reading.report().leftOut());
	}

	private static String leftOut(List<LeftOut> leftOut) {
		return leftOut.stream().map(LeftOut::what).collect(Collectors.joining("\n"));
	}

}
