package io.github.hnswspring.readme;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

import io.github.hnswspring.reliability.Child;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Makes an application of the text of README alone: its dependencies, its YAML and its
 * Java code, with the imports an editor adds, and a folder with one file to ask about.
 * The application is compiled and runs in a process of its own.
 */
class NewApplicationTests {

	private static final Path README = Path.of("README.md");

	private static final String GROUP = "io.github.hnswspring";

	private static final String FOLDER_MODULE = "hnsw-spring-boot-ingest";

	private static final String PACKAGE = "com.example.notes";

	/** What depends on nothing but modules that README names, or is needed by them. */
	private static final List<String> BROUGHT_ALONG = List.of("hnsw-core", "hnsw-spring-boot-autoconfigure");

	private static final Pattern DEPENDENCY = Pattern
		.compile("<groupId>(.*?)</groupId>\\s*<artifactId>(.*?)</artifactId>");

	private static final Pattern TYPE = Pattern.compile("(?m)^(?:class|record) (\\w+)");

	private static final Pattern MODULE = Pattern.compile("hnsw-[a-z-]*[a-z]");

	/** Packages of the classes that README uses. */
	private static final List<String> IMPORTS = List.of("java.util", "io.github.hnswspring.ingest",
			"org.springframework.ai.document", "org.springframework.ai.vectorstore", "org.springframework.boot",
			"org.springframework.boot.autoconfigure", "org.springframework.context.annotation",
			"org.springframework.stereotype");

	@TempDir
	private Path directory;

	@Test
	void readmeAloneMakesAnApplicationThatAnswers() throws Exception {
		String text = Files.readString(README);
		String folder = section(text, "## Ask a folder");
		String readme = section(text, "## Use it") + folder;
		List<String> modules = modules(readme);
		assertThat(folder).contains("`" + FOLDER_MODULE + "` of the same group");
		modules.add(FOLDER_MODULE);
		String classPath = classPath(modules);
		Path classes = Files.createDirectory(this.directory.resolve("classes"));
		Files.writeString(classes.resolve("application.yml"), blocks(folder, "yaml").get(0));
		compile(blocks(readme, "java"), classPath, classes);

		Path handbook = Files.createDirectory(this.directory.resolve("handbook"));
		Files.writeString(handbook.resolve("care.md"), """
				# Backups

				Copy the running database to another directory every evening.

				# Tomatoes

				Tomatoes want water every morning.
				""");
		Child application = Child.run(this.directory, classes + File.pathSeparator + classPath,
				List.of("-Xmx512m", "-XX:+UseSerialGC"), 300, PACKAGE + ".NotesApplication", List.of());

		assertThat(application.exitCode()).as(application.output()).isZero();
		assertThat(application.output().lines()).as(application.output())
			.contains("The train to Hamburg leaves at noon.")
			.contains("Copy the running database to another directory every evening.");
		assertThat(this.directory.resolve("data/vectors/hnsw.db")).as("as the YAML says").exists();
	}

	private static String section(String text, String heading) {
		int start = text.indexOf(heading + "\n");
		assertThat(start).as(heading).isPositive();
		int end = text.indexOf("\n## ", start);
		return text.substring(start, end);
	}

	private static List<String> blocks(String text, String language) {
		List<String> blocks = Pattern.compile("(?s)```" + language + "\n(.*?)\n```")
			.matcher(text)
			.results()
			.map((block) -> block.group(1))
			.toList();
		assertThat(blocks).as("blocks of " + language).isNotEmpty();
		return blocks;
	}

	private static List<String> modules(String text) {
		List<String> modules = new ArrayList<>();
		for (String block : blocks(text, "xml")) {
			Matcher dependency = DEPENDENCY.matcher(block);
			while (dependency.find()) {
				assertThat(dependency.group(1)).isEqualTo(GROUP);
				modules.add(dependency.group(2));
			}
		}
		return modules;
	}

	/** Of this project only what README names, and what that needs; nothing for tests. */
	private static String classPath(List<String> modules) {
		List<String> found = new ArrayList<>();
		List<String> entries = new ArrayList<>();
		for (String entry : Child.classPath().split(File.pathSeparator)) {
			String module = module(Path.of(entry));
			if (module.isEmpty() || modules.contains(module) || BROUGHT_ALONG.contains(module)) {
				entries.add(entry);
				found.add(module);
			}
		}
		assertThat(found).containsAll(modules);
		return String.join(File.pathSeparator, entries);
	}

	/** The module of this project that an entry of the class path belongs to, if any. */
	private static String module(Path entry) {
		if (entry.endsWith("test-classes")) {
			return "tests of " + entry;
		}
		Path named = entry.endsWith(Path.of("target/classes")) ? entry.getParent().getParent() : entry;
		Matcher module = MODULE.matcher(named.getFileName().toString());
		return module.lookingAt() ? module.group() : "";
	}

	private static void compile(List<String> types, String classPath, Path classes) throws IOException {
		Path sources = Files.createDirectory(classes.resolveSibling("sources"));
		String head = "package " + PACKAGE + ";\n"
				+ IMPORTS.stream().map((name) -> "import " + name + ".*;\n").collect(Collectors.joining());
		List<Path> files = new ArrayList<>();
		for (String type : types) {
			Matcher name = TYPE.matcher(type);
			assertThat(name.find()).as(type).isTrue();
			files.add(Files.writeString(sources.resolve(name.group(1) + ".java"), head + type));
		}
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		StringWriter messages = new StringWriter();
		try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
			List<String> options = Stream.of("-proc:none", "-parameters", "-cp", classPath, "-d", classes.toString())
				.toList();
			Boolean compiled = compiler
				.getTask(messages, manager, null, options, null, manager.getJavaFileObjectsFromPaths(files))
				.call();
			assertThat(compiled).as(Arrays.asList(types, messages).toString()).isTrue();
		}
	}

}
