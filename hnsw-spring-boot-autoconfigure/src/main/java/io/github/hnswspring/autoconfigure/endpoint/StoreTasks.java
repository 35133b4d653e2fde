package io.github.hnswspring.autoconfigure.endpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;

import io.github.hnswspring.autoconfigure.endpoint.HnswEndpoint.TaskDescriptor;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.StringUtils;

/**
 * What the endpoint does to stores. Backups go below one directory that is configured,
 * into one that a name without any separator is the last name of: nothing else can be
 * written from outside. Thread-safe.
 */
final class StoreTasks {

	static final String PROPERTY = "hnsw.backup.directory";

	private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS")
		.withZone(ZoneOffset.UTC);

	private final Map<String, HnswVectorStore> vectorStores;

	private final Function<String, @Nullable Path> backupDirectory;

	StoreTasks(Map<String, HnswVectorStore> vectorStores, Function<String, @Nullable Path> backupDirectory) {
		this.vectorStores = vectorStores;
		this.backupDirectory = backupDirectory;
	}

	TaskDescriptor run(String name, String task, @Nullable String backup) {
		HnswVectorStore store = this.vectorStores.get(name);
		if (store == null) {
			throw refused("There is no such store; there are: "
					+ String.join(", ", new TreeSet<>(this.vectorStores.keySet())));
		}
		long start = System.nanoTime();
		String directory = switch (task) {
			case "backup" -> backup(name, store, backup).toString();
			case "compact" -> {
				if (backup != null) {
					throw refused(
							"The task 'compact' has no field 'name', which only a backup has. Leave it out; nothing "
									+ "was done");
				}
				requireWriter(name, store);
				store.compact();
				yield null;
			}
			default -> throw refused("There is no such task; there are: backup, compact");
		};
		return new TaskDescriptor(name, task, directory, (System.nanoTime() - start) / 1_000_000);
	}

	private Path backup(String name, HnswVectorStore store, @Nullable String backup) {
		Path base = directory(name);
		if (base == null) {
			throw refused("Set " + PROPERTY + " to the directory below which backups may be written");
		}
		if (StringUtils.hasText(backup) && !NAME.matcher(backup).matches()) {
			throw refused("The name of a backup is 1 to 64 letters, digits, '_' and '-', and begins with a letter or "
					+ "digit");
		}
		String last = StringUtils.hasText(backup) ? backup : TIME.format(Instant.now());
		// A bean may be called anything.
		Path parent = base.resolve(name.replaceAll("[^A-Za-z0-9_-]", "_"));
		requireInside(base, parent);
		Path target = parent.resolve(last);
		if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
			throw refused("There is a backup '" + last + "' of this store already; choose another name");
		}
		store.backup(target);
		return target;
	}

	private @Nullable Path directory(String name) {
		try {
			return this.backupDirectory.apply(name);
		}
		catch (InvalidConfigurationPropertyValueException ex) {
			throw refused(ex.getName() + " is '" + ex.getValue() + "'. " + ex.getReason());
		}
	}

	/** A link in the place of the directory of a store would lead anywhere. */
	private static void requireInside(Path base, Path parent) {
		try {
			if (Files.exists(parent, LinkOption.NOFOLLOW_LINKS)
					&& !parent.toRealPath().equals(base.toRealPath().resolve(parent.getFileName()))) {
				throw refused(parent + " is a link; backups are written into directories only. Put a directory in its "
						+ "place, or set " + PROPERTY + " to where it leads");
			}
		}
		catch (IOException ex) {
			throw refused(parent + " cannot be read: " + ex.getMessage());
		}
	}

	private static void requireWriter(String name, HnswVectorStore store) {
		if (store.status().readOnly()) {
			throw refused("Store '" + name + "' is read-only; ask the application that writes it");
		}
	}

	static InvalidEndpointRequestException refused(String reason) {
		return new InvalidEndpointRequestException(reason, reason);
	}

}
