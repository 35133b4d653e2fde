package io.github.hnswspring.replica.reliability;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.springframework.util.FileSystemUtils;

/** What happens to directories of replicas that nobody has open. Stateless. */
final class ReplicaFiles {

	private ReplicaFiles() {
	}

	static void remove(Path directory) throws IOException {
		FileSystemUtils.deleteRecursively(directory);
	}

	/** Changes bytes of one file, at one place or many. */
	static String damage(Path directory, Random random) throws IOException {
		if (!Files.isDirectory(directory)) {
			// Its process was killed before it had made it again.
			return "nothing";
		}
		List<Path> files;
		try (Stream<Path> all = Files.list(directory)) {
			files = all.filter((file) -> Files.isRegularFile(file) && file.toFile().length() > 0)
				.filter((file) -> !file.getFileName().toString().matches("hnsw\\.(replica|lock|pid).*|.*-shm"))
				.sorted()
				.toList();
		}
		if (files.isEmpty()) {
			return "nothing";
		}
		Path database = directory.resolve("hnsw.db");
		Path file = (random.nextInt(3) > 0 && files.contains(database)) ? database
				: files.get(random.nextInt(files.size()));
		int places = random.nextBoolean() ? 1 + random.nextInt(3) : 40;
		try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
			for (int i = 0; i < places; i++) {
				long at = random.nextLong(content.length());
				content.seek(at);
				int former = content.read();
				content.seek(at);
				content.write(former ^ (1 << random.nextInt(8)));
			}
		}
		return places + " bytes of " + file.getFileName();
	}

	static void swap(Path one, Path other) throws IOException {
		Files.createDirectories(one);
		Files.createDirectories(other);
		Path aside = one.resolveSibling(one.getFileName() + ".aside");
		Files.move(one, aside);
		Files.move(other, one);
		Files.move(aside, other);
	}

}
