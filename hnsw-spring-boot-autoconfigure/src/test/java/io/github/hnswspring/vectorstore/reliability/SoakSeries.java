package io.github.hnswspring.vectorstore.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a soak measured, sample by sample. Confined to one thread.
 */
final class SoakSeries {

	private final List<Sample> samples = new ArrayList<>();

	/** Measures now, after what is garbage is gone. */
	void sample(long seconds, long operations, long documents, Path directory) throws InterruptedException {
		// Maps are given back by a cleaner, which the first collection has work for.
		System.gc();
		Thread.sleep(50);
		System.gc();
		Map<SoakMeasure, Long> values = new EnumMap<>(SoakMeasure.class);
		for (SoakMeasure measure : SoakMeasure.values()) {
			values.put(measure, measure.read(directory));
		}
		this.samples.add(new Sample(seconds, operations, documents, values));
	}

	int size() {
		return this.samples.size();
	}

	/** Median of one quarter, counted from 0. */
	long level(SoakMeasure measure, int quarter) {
		int size = this.samples.size();
		List<Long> sorted = this.samples.subList(size * quarter / 4, size * (quarter + 1) / 4)
			.stream()
			.map((sample) -> sample.values().get(measure))
			.sorted()
			.toList();
		return sorted.get(sorted.size() / 2);
	}

	/** What has grown in the second half; empty if nothing has. */
	List<String> growth() {
		List<String> grown = new ArrayList<>();
		for (SoakMeasure measure : SoakMeasure.values()) {
			long third = level(measure, 2);
			long last = level(measure, 3);
			if (last - third > measure.tolerance()) {
				grown.add(measure + " rose from " + third + " in the third quarter to " + last
						+ " in the last one, allowed are " + measure.tolerance());
			}
		}
		return grown;
	}

	/** The levels of the quarters, for the report. */
	String levels() {
		List<String> levels = new ArrayList<>();
		for (SoakMeasure measure : SoakMeasure.values()) {
			levels.add(measure.name().toLowerCase(Locale.ROOT).replace('_', ' ') + " " + level(measure, 1) + ", "
					+ level(measure, 2) + ", " + level(measure, 3));
		}
		return String.join("; ", levels);
	}

	/** Writes all samples as comma-separated values. */
	void write(Path file) throws IOException {
		List<String> lines = new ArrayList<>();
		StringBuilder header = new StringBuilder("SECONDS,OPERATIONS,DOCUMENTS");
		for (SoakMeasure measure : SoakMeasure.values()) {
			header.append(',').append(measure);
		}
		lines.add(header.toString());
		for (Sample sample : this.samples) {
			StringBuilder line = new StringBuilder().append(sample.seconds())
				.append(',')
				.append(sample.operations())
				.append(',')
				.append(sample.documents());
			sample.values().values().forEach((value) -> line.append(',').append(value));
			lines.add(line.toString());
		}
		Files.createDirectories(file.getParent());
		Files.write(file, lines);
	}

	/**
	 * One moment.
	 *
	 * @param seconds since the beginning
	 * @param operations done since
	 * @param documents in the store
	 * @param values what was measured
	 */
	private record Sample(long seconds, long operations, long documents, Map<SoakMeasure, Long> values) {

	}

}
