package io.github.hnswspring.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import com.sun.management.OperatingSystemMXBean;

/**
 * What a result depends on besides the code: processor, memory, settings of the kernel.
 */
final class Machine {

	private static final List<String> FLAGS = List.of("avx", "avx2", "fma", "avx512f", "avx512bw", "avx512_vnni",
			"avx512_vpopcntdq", "popcnt", "asimd", "asimddp", "sve");

	private Machine() {
	}

	/**
	 * The machine in words.
	 * @return lines of Markdown
	 */
	static String describe() {
		List<String> lines = new ArrayList<>();
		lines.add("date: "
				+ DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(ZonedDateTime.now().truncatedTo(ChronoUnit.SECONDS)));
		lines.add("processor: " + cpu("model name").orElse(System.getProperty("os.arch")) + ", "
				+ Runtime.getRuntime().availableProcessors() + " cores for this program");
		lines.add("instructions: " + instructions());
		lines.add("caches: " + caches());
		lines.add("memory: " + (physicalMemory() >> 20) + " MiB");
		lines.add("transparent huge pages: "
				+ firstLine(Path.of("/sys/kernel/mm/transparent_hugepage/enabled")).orElse("unknown"));
		lines.add("frequency governor: "
				+ firstLine(Path.of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")).orElse("unknown"));
		lines.add("load when started: " + firstLine(Path.of("/proc/loadavg")).orElse("unknown"));
		lines.add("system: " + System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
				+ System.getProperty("os.arch"));
		lines.add("harness JVM: " + System.getProperty("java.vm.name") + " "
				+ System.getProperty("java.runtime.version"));
		return "- " + String.join("\n- ", lines) + "\n";
	}

	static long physicalMemory() {
		return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
	}

	private static String instructions() {
		String all = " " + cpu("flags").or(() -> cpu("Features")).orElse("") + " ";
		List<String> known = FLAGS.stream().filter((flag) -> all.contains(" " + flag + " ")).toList();
		return known.isEmpty() ? "unknown" : String.join(" ", known);
	}

	private static String caches() {
		List<String> sizes = new ArrayList<>();
		for (int index = 0; index < 4; index++) {
			Path cache = Path.of("/sys/devices/system/cpu/cpu0/cache/index" + index);
			int number = index;
			firstLine(cache.resolve("size")).ifPresent((size) -> sizes
				.add("L" + firstLine(cache.resolve("level")).orElse(Integer.toString(number)) + " " + size));
		}
		return sizes.isEmpty() ? "unknown" : String.join(", ", sizes);
	}

	private static Optional<String> cpu(String key) {
		try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
			return lines.filter((line) -> line.startsWith(key))
				.map((line) -> line.substring(line.indexOf(':') + 1).strip())
				.findFirst();
		}
		catch (IOException ex) {
			return Optional.empty();
		}
	}

	private static Optional<String> firstLine(Path path) {
		try {
			return Files.readAllLines(path).stream().findFirst();
		}
		catch (IOException ex) {
			return Optional.empty();
		}
	}

}
