package io.github.hnswspring.benchmarks.report;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Comma-separated values, one column a component of a record.
 */
public final class Csv {

	private Csv() {
	}

	/**
	 * Writes records; nothing if there are none.
	 * @param file the file
	 * @param records of one type
	 * @throws IOException if the file cannot be written
	 */
	public static void write(Path file, List<? extends Record> records) throws IOException {
		if (records.isEmpty()) {
			return;
		}
		RecordComponent[] columns = records.get(0).getClass().getRecordComponents();
		List<String> lines = new ArrayList<>();
		lines.add(Arrays.stream(columns).map(RecordComponent::getName).collect(Collectors.joining(",")));
		for (Record each : records) {
			lines.add(Arrays.stream(columns).map((column) -> cell(column, each)).collect(Collectors.joining(",")));
		}
		Files.write(file, lines);
	}

	private static String cell(RecordComponent column, Record holder) {
		try {
			Method accessor = column.getAccessor();
			accessor.setAccessible(true);
			String text = String.valueOf(accessor.invoke(holder));
			return text.matches("[\\w .:|+-]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
		}
		catch (IllegalAccessException | InvocationTargetException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
