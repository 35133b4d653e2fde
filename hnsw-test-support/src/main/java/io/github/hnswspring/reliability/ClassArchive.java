package io.github.hnswspring.reliability;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.spi.ToolProvider;

/**
 * The classes of a JVM that is started by the hundred, parsed and verified once (a
 * dynamic archive of class-data sharing, JDK 13 and later): starting takes a quarter less
 * processor time.
 */
public final class ClassArchive {

	private static final int SECONDS = 120;

	private ClassArchive() {
	}

	/**
	 * Runs a program once and archives the classes it loads.
	 * @param directory where the archive goes
	 * @param jvmArguments those of the JVMs that shall use it
	 * @param main name of the class
	 * @param arguments with which its {@code main} ends by itself
	 * @return JVM arguments, the class path among them: without an archive if that could
	 * not be made, as in a runtime without the tool {@code jar}
	 * @throws IOException if files cannot be written
	 * @throws InterruptedException if this thread is interrupted while waiting
	 */
	public static List<String> of(Path directory, List<String> jvmArguments, String main, List<String> arguments)
			throws IOException, InterruptedException {
		Optional<ToolProvider> jar = ToolProvider.findFirst("jar");
		List<String> using = new ArrayList<>(jvmArguments);
		if (jar.isEmpty()) {
			using.addAll(List.of("-cp", Child.quietClassPath()));
			return using;
		}
		String classPath = jars(jar.get(), directory);
		Path archive = directory.resolve("classes.jsa");
		List<String> creating = new ArrayList<>(jvmArguments);
		creating.add("-XX:ArchiveClassesAtExit=" + archive);
		Child child = Child.run(directory, classPath, creating, SECONDS, main, arguments);
		if (child.exitCode() == 0 && Files.exists(archive)) {
			using.addAll(List.of("-XX:SharedArchiveFile=" + archive, "-Xshare:auto"));
		}
		else {
			System.out.println("No archive of classes, each start will take longer: " + child.end());
		}
		using.addAll(List.of("-cp", classPath));
		return using;
	}

	/** Classes in directories are never archived. */
	private static String jars(ToolProvider jar, Path directory) throws IOException {
		List<String> entries = new ArrayList<>();
		for (String entry : Child.quietClassPath().split(File.pathSeparator)) {
			if (Files.isDirectory(Path.of(entry))) {
				Path packed = directory.resolve("classes-" + entries.size() + ".jar");
				int exit = jar.run(System.out, System.err, "--create", "--file", packed.toString(), "-C", entry, ".");
				if (exit != 0) {
					throw new IOException("Packing " + entry + " into " + packed + " ended with " + exit);
				}
				entries.add(packed.toString());
			}
			else {
				entries.add(entry);
			}
		}
		return String.join(File.pathSeparator, entries);
	}

}
