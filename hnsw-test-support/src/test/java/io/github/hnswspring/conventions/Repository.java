package io.github.hnswspring.conventions;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The files of the repository, without what builds and runs leave beside them. */
final class Repository {

	/** Tests run in their module's directory. */
	static final Path ROOT = Path.of("").toAbsolutePath().getParent();

	private static final Set<String> LEFT_OUT = Set.of("target", "data");

	private Repository() {
	}

	/** Files with this ending, in order, as paths from the root. */
	static List<Path> files(String ending) throws IOException {
		List<Path> files = new ArrayList<>();
		Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {

			@Override
			public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
				if (directory.equals(ROOT)) {
					return FileVisitResult.CONTINUE;
				}
				String name = directory.getFileName().toString();
				// A package may be called data; what an application stored lies beside a
				// pom.
				boolean source = ROOT.relativize(directory).toString().contains("src");
				boolean leftOut = name.startsWith(".") || (!source && LEFT_OUT.contains(name));
				return leftOut ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
				if (file.getFileName().toString().endsWith(ending)) {
					files.add(ROOT.relativize(file));
				}
				return FileVisitResult.CONTINUE;
			}

		});
		files.sort(null);
		return files;
	}

	static String read(Path file) throws IOException {
		return Files.readString(ROOT.resolve(file));
	}

}
