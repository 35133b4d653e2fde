package io.github.hnswspring.benchmarks.replica;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

import io.github.hnswspring.replica.ReplicatedVectorStore;
import org.jspecify.annotations.Nullable;

import org.springframework.util.FileSystemUtils;

/**
 * A store in tables of our own, shared by instances: what adding to it costs beside a
 * single node, how a second instance follows, and how new ones begin. Confined to one
 * thread, which starts others.
 */
final class OwnTablesPart implements ReplicaContext.Part {

	@Override
	public @Nullable String run(ReplicaContext context) {
		new WriteCosts(context).measure();
		try (Instances instances = new Instances(context, "shared")) {
			ReplicatedVectorStore first = instances.started();
			new Following(context, first, instances.started()).measure();
			long documents = first.count();
			new FirstCopy(context, "own tables, first copy by pulling", documents)
				.measure(instances.next(Instances.SETTINGS));
			fromBackup(context, instances, first);
		}
		return null;
	}

	/** The backup is copied as a new instance copies it, and that is measured as well. */
	private static void fromBackup(ReplicaContext context, Instances instances, ReplicatedVectorStore first) {
		Path backup = context.directory().resolve("published");
		long start = System.nanoTime();
		first.backup(backup);
		context.figure("own tables, a backup takes", (System.nanoTime() - start) / 1e9, "s");
		Path directory = instances.nextDirectory();
		ReplicatedVectorStore instance = instances.next(Instances.SETTINGS);
		new FirstCopy(context, "own tables, first copy from a backup", first.count()).measure(instance, () -> {
			try {
				FileSystemUtils.copyRecursively(backup, directory);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		});
	}

}
