package io.github.hnswspring.benchmarks.replica;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.github.hnswspring.replica.ReplicaSettings;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import io.github.hnswspring.replica.postgres.PostgresSettings;
import io.github.hnswspring.replica.postgres.PostgresTruth;
import io.github.hnswspring.vectorstore.HnswVectorStore;

/**
 * Instances that share a store in tables of our own, each with a pool and a directory for
 * itself, all in this JVM. Confined to one thread.
 */
final class Instances implements AutoCloseable {

	/** As the properties have it by default. */
	static final ReplicaSettings SETTINGS = new ReplicaSettings(Duration.ofMillis(100), Duration.ofSeconds(5), null);

	private final ReplicaContext context;

	private final String name;

	private final List<Runnable> opened = new ArrayList<>();

	Instances(ReplicaContext context, String name) {
		this.context = context;
		this.name = name;
	}

	/**
	 * Makes an instance, which is not started yet.
	 * @param settings how it follows
	 * @return the instance, which has no files yet
	 */
	ReplicatedVectorStore next(ReplicaSettings settings) {
		Path directory = this.context.directory().resolve(this.name + "-" + this.opened.size());
		HikariDataSource pool = this.context.database().pool(4, "");
		this.opened.add(pool::close);
		ReplicatedVectorStore instance = new ReplicatedVectorStore(
				HnswVectorStore.builder(this.context.embeddings()).directory(directory), truth(pool, this.name),
				settings);
		this.opened.add(instance::close);
		return instance;
	}

	/** A store in tables of our own. */
	static PostgresTruth truth(DataSource pool, String name) {
		return new PostgresTruth(pool,
				new PostgresSettings(name, null, true, Duration.ofDays(1), SETTINGS.writeTimeout()));
	}

	/** A started instance with the settings there are by default. */
	ReplicatedVectorStore started() {
		ReplicatedVectorStore instance = next(SETTINGS);
		instance.start();
		return instance;
	}

	@Override
	public void close() {
		for (int i = this.opened.size() - 1; i >= 0; i--) {
			this.opened.get(i).run();
		}
	}

}
