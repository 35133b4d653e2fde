package io.github.hnswspring.ingest.reading;

import java.nio.file.Path;
import java.time.Duration;

import org.springframework.util.unit.DataSize;

/** Reads the files it is given as the application does, and prints their sections. */
public final class ReadingProgram {

	private ReadingProgram() {
	}

	public static void main(String[] files) {
		try (IsolatedReader reader = new IsolatedReader(Duration.ofSeconds(60), DataSize.ofMegabytes(256), 100_000)) {
			for (String file : files) {
				DocumentFormat format = DocumentFormat.ofFileName(file).orElseThrow();
				System.out.println("READ " + reader.read(format, Path.of(file)).sections());
			}
		}
	}

}
