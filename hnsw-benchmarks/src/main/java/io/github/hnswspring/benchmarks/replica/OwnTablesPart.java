package io.github.hnswspring.benchmarks.replica;

import java.nio.file.Path;

import io.github.hnswspring.replica.Publication;
import io.github.hnswspring.replica.ReplicaSettings;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import org.jspecify.annotations.Nullable;

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
			Following following = new Following(context, first, instances.started());
			following.follow();
			firstCopy(context, "pulling", first.count(), instances.next(Instances.SETTINGS));
			fromWhatIsPublished(context, instances, first);
			// Last, since it adds any number of documents.
			following.addBesideAnImport();
		}
		return null;
	}

	/** A new instance begins with a copy of what another one has published. */
	private static void fromWhatIsPublished(ReplicaContext context, Instances instances, ReplicatedVectorStore first) {
		Path published = context.directory().resolve("published");
		long start = System.nanoTime();
		first.publish(published);
		context.figure("own tables, publishing takes", (System.nanoTime() - start) / 1e9, "s");
		ReplicaSettings settings = new ReplicaSettings(Instances.SETTINGS.pollInterval(),
				Instances.SETTINGS.writeTimeout(), null, new Publication(published, null), false);
		firstCopy(context, "copying what is published", first.count(), instances.next(settings));
	}

	/** The new instance does not follow any longer than it is looked at. */
	private static void firstCopy(ReplicaContext context, String how, long documents, ReplicatedVectorStore instance) {
		new FirstCopy(context, "own tables, first copy by " + how, documents).measure(instance);
		instance.stop();
	}

}
