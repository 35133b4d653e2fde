package io.github.hnswspring.ingest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.github.hnswspring.ingest.reading.DocumentFormat;
import org.jspecify.annotations.Nullable;

/**
 * Finds the files of the sources. Hidden files, what builds make, and links that lead out
 * of a source are left out, so a look stays where it was told to be.
 * <p>
 * Thread-safe: keeps no state between calls.
 */
final class SourceFiles {

	/**
	 * Folders of this name hold what programs fetched or made, if such a file is near.
	 */
	private static final Map<String, Set<String>> BUILD = Map.of("target", Set.of("pom.xml", "Cargo.toml"), "build",
			Set.of("build.gradle", "build.gradle.kts", "package.json", "CMakeLists.txt", "setup.py"), "out",
			Set.of("build.gradle", "build.gradle.kts", "package.json"), "dist", Set.of("package.json", "setup.py"));

	private static final Set<String> ALWAYS = Set.of("node_modules", "__pycache__");

	private static final List<String> MARKERS = List.of("CACHEDIR.TAG", "pyvenv.cfg");

	private final Map<String, IngestSource> sources = new LinkedHashMap<>();

	private final List<IngestSource> all;

	/** What each source is called in metadata and messages. */
	private final Map<IngestSource, String> labels = new HashMap<>();

	private final int maxFiles;

	SourceFiles(List<IngestSource> sources, int maxFiles) {
		this.all = List.copyOf(sources);
		this.maxFiles = maxFiles;
		Map<String, IngestSource> taken = new HashMap<>();
		// What an owned folder is called is said by the application, and does not depend
		// on the others.
		sources.stream().filter(IngestSource::owned).forEach((source) -> name(source, source.label(), taken));
		for (IngestSource source : sources) {
			if (!source.owned()) {
				// Two folders called docs: the second one is called by its whole path.
				IngestSource other = taken.get(source.label());
				name(source, (other == null || isSame(other, source)) ? source.label() : source.name(), taken);
			}
		}
		sources.forEach((source) -> this.sources.putIfAbsent(label(source), source));
	}

	private void name(IngestSource source, String label, Map<String, IngestSource> taken) {
		IngestSource other = taken.putIfAbsent(label, source);
		if (other != null && !isSame(other, source)) {
			throw new IllegalArgumentException("Two sources are called '" + label + "', "
					+ source.path().toAbsolutePath() + " and " + other.path().toAbsolutePath()
					+ "; write the path of one as an absolute path, or give " + "an owned folder another name");
		}
		this.labels.put(source, label);
	}

	private static boolean isSame(IngestSource one, IngestSource other) {
		return one.name().equals(other.name()) && one.path().equals(other.path());
	}

	private String label(IngestSource source) {
		return Objects.requireNonNull(this.labels.get(source));
	}

	/**
	 * All sources, by what they are called; of several patterns in one folder, the first.
	 */
	Map<String, IngestSource> byLabel() {
		return this.sources;
	}

	/**
	 * Looks at all sources.
	 * @return what is there; a file that belongs to two sources is the first one's
	 */
	Found find() {
		Found found = new Found();
		Set<Path> seen = new HashSet<>();
		for (IngestSource source : this.all) {
			try {
				find(source, found, seen);
			}
			catch (IOException | UncheckedIOException ex) {
				found.unreadable(new SkippedFile(label(source), "", "cannot be listed: " + kind(ex)));
			}
		}
		return found;
	}

	private void find(IngestSource source, Found found, Set<Path> seen) throws IOException {
		String label = label(source);
		if (!Files.exists(source.path())) {
			if (source.owned()) {
				found.unmade.put(label, source.path().toAbsolutePath());
			}
			else if (!isDeletedFile(source, label, found)) {
				found.missing.put(label, source.path().toAbsolutePath());
			}
			return;
		}
		Path root = source.path().toRealPath();
		Walk walk = new Walk(source, root, found, seen);
		int skipped = found.skippedCount;
		if (Files.isDirectory(root)) {
			Files.walkFileTree(root, walk);
		}
		else {
			found.filled(label, "");
			walk.take(root, Files.readAttributes(root, BasicFileAttributes.class), root);
		}
		if (!source.owned() && walk.fit == 0 && !walk.failed) {
			found.barren.add(new Found.Barren(label, source.written(),
					walk.whyNothing(Files.isDirectory(root), found.skippedCount > skipped)));
		}
	}

	/** A source that is a file is gone if other files are where it was. */
	private static boolean isDeletedFile(IngestSource source, String label, Found found) throws IOException {
		Path folder = source.path().toAbsolutePath().getParent();
		if (DocumentFormat.ofFileName(source.name()).isEmpty() || folder == null || !Files.isDirectory(folder)) {
			return false;
		}
		try (DirectoryStream<Path> others = Files.newDirectoryStream(folder)) {
			if (others.iterator().hasNext()) {
				found.filled(label, "");
				found.skip(new SkippedFile(label, "", "does not exist: there is no " + source.path().toAbsolutePath()
						+ ", only other files beside it"));
				return true;
			}
		}
		return false;
	}

	private static String kind(Exception ex) {
		return ((ex.getCause() != null) ? ex.getCause() : ex).getClass().getSimpleName();
	}

	/** Walks one source. */
	private final class Walk extends SimpleFileVisitor<Path> {

		private final IngestSource source;

		private final String label;

		private final Path root;

		private final Found found;

		private final Set<Path> seen;

		private final @Nullable PlacePattern pattern;

		/** Files that may be taken, by where they lie. */
		private int met;

		/** Those of them that the pattern matches. */
		private int matched;

		/** Those of these that have a format that is read. */
		private int fit;

		private boolean failed;

		Walk(IngestSource source, Path root, Found found, Set<Path> seen) {
			this.source = source;
			this.label = label(source);
			this.root = root;
			this.found = found;
			this.seen = seen;
			String glob = source.pattern();
			this.pattern = (glob != null) ? new PlacePattern(root.getFileSystem(), glob) : null;
		}

		@Override
		public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
			String place = place(directory);
			this.found.folder(this.label, place);
			String reason = place.isEmpty() ? null : reason(directory);
			if (reason == null) {
				return FileVisitResult.CONTINUE;
			}
			// Left out on purpose, so its documents are to go.
			this.found.leftOut(this.label, place, isHidden(directory));
			skip(place, reason);
			return FileVisitResult.SKIP_SUBTREE;
		}

		private static @Nullable String reason(Path directory) {
			String name = String.valueOf(directory.getFileName());
			if (name.startsWith(".")) {
				return "hidden";
			}
			if (ALWAYS.contains(name)
					|| MARKERS.stream().anyMatch((marker) -> Files.exists(directory.resolve(marker)))) {
				return "made or fetched by a program";
			}
			for (String builder : BUILD.getOrDefault(name, Set.of())) {
				if (Files.exists(directory.resolveSibling(builder))) {
					return "made by a build (" + builder + " lies beside it)";
				}
			}
			return null;
		}

		@Override
		public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
			String place = place(file);
			if (isHidden(file)) {
				skip(place, "hidden");
				return FileVisitResult.CONTINUE;
			}
			this.found.filled(this.label, Found.above(place));
			if (attributes.isSymbolicLink()) {
				link(file, place);
			}
			else if (attributes.isRegularFile()) {
				take(file, attributes, file);
			}
			else {
				skip(place, "no regular file");
			}
			return FileVisitResult.CONTINUE;
		}

		/**
		 * What Kubernetes mounts is links to files in a hidden folder beside them: these
		 * are taken. Another file inside is met where it lies, and none outside is meant.
		 */
		private void link(Path link, String place) throws IOException {
			Path target = Files.exists(link) ? link.toRealPath() : link;
			boolean inside = target.startsWith(this.root) && Files.isRegularFile(target);
			boolean met = true;
			if (inside) {
				for (Path part : this.root.relativize(target)) {
					met = met && !part.toString().startsWith(".");
				}
			}
			if (inside && !met) {
				take(target, Files.readAttributes(target, BasicFileAttributes.class), link);
			}
			else {
				skip(place, "symbolic link");
			}
		}

		/**
		 * Takes a file.
		 * @param file where its bytes are
		 * @param attributes of these
		 * @param named the file or the link by which it is called
		 */
		void take(Path file, BasicFileAttributes attributes, Path named) {
			this.met++;
			if (this.pattern != null && !this.pattern.matches(this.root.relativize(named))) {
				return;
			}
			this.matched++;
			String place = place(named);
			String name = place.isEmpty() ? String.valueOf(this.source.path().getFileName()) : place;
			DocumentFormat format = DocumentFormat.ofFileName(name).orElse(null);
			if (format == null || !format.available()) {
				skip(place, (format == null) ? "no format that is read"
						: "needs Apache Tika: tika-core, tika-parser-microsoft-module and tika-parser-miscoffice-module");
				return;
			}
			this.fit++;
			SourceFile taken = SourceFile.of(this.source, this.label, place, format, file);
			if (!this.seen.add(file)) {
				return;
			}
			if (this.found.files.containsKey(taken.id())) {
				skip(place, "another file has this name, with its umlauts or bytes written in another way");
			}
			else if (this.found.files.size() >= SourceFiles.this.maxFiles) {
				this.found.beyond.add(taken.id());
				skip(place, "more than " + SourceFiles.this.maxFiles + " files (hnsw.ingest.max-files)");
			}
			else {
				this.found.files.put(taken.id(), taken);
				this.found.stamps.put(taken.id(),
						new Stamp(attributes.size(), attributes.lastModifiedTime().toMillis()));
			}
		}

		@Override
		public FileVisitResult visitFileFailed(Path file, IOException ex) {
			String place = place(file);
			this.failed = true;
			this.found.filled(this.label, Found.above(place));
			this.found.unreadable(new SkippedFile(this.label, place, "cannot be looked at: " + kind(ex)));
			return FileVisitResult.CONTINUE;
		}

		@Override
		public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException ex) {
			if (ex != null) {
				visitFileFailed(directory, ex);
			}
			return FileVisitResult.CONTINUE;
		}

		String whyNothing(boolean folder, boolean skipped) {
			String where = this.source.path().toAbsolutePath().normalize().toString();
			if (!folder) {
				return where + " has no ending of a format that is read";
			}
			if (this.met == 0) {
				return where + (skipped ? " has nothing but hidden files, links and what programs make" : " is empty");
			}
			String files = RoundLog.count(this.met, "file", "files") + " in " + where + " and below";
			return (this.matched == 0) ? "none of " + files + " matches the pattern " + this.source.pattern()
					: "none of " + files + " has an ending of a format that is read";
		}

		private void skip(String place, String reason) {
			this.found.skip(new SkippedFile(this.label, place, reason));
		}

		private String place(Path file) {
			return PlaceNames.of(this.root, file);
		}

		private static boolean isHidden(Path path) {
			return String.valueOf(path.getFileName()).startsWith(".");
		}

	}

}
