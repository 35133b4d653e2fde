package io.github.hnswspring.vectorstore;

import java.nio.file.Path;

import io.github.hnswspring.vectorstore.storage.DamagedRowException;
import io.github.hnswspring.vectorstore.storage.DatabaseCopy;
import io.github.hnswspring.vectorstore.storage.StoreDirectory;

/** Copies a store while it is in use. */
final class StoreBackup {

	private final StoreSession session;

	StoreBackup(StoreSession session) {
		this.session = session;
	}

	/**
	 * Copies the database into another directory: complete and verified, or not at all.
	 * The copy builds its own index when it is opened.
	 */
	void backup(Path target) {
		WholeDirectory.write("Backup", target, this.session.options().files(), (directory) -> {
			Path copy = directory.resolve(StoreDirectory.DATABASE_FILE);
			try {
				this.session.database().read((connection) -> {
					DatabaseCopy.write(connection, copy);
					return null;
				});
				DatabaseCopy.verify(copy, this.session.options().connections());
			}
			catch (DamagedRowException ex) {
				throw this.session.health().failed(WriteHealth.READ, ex);
			}
		});
	}

}
