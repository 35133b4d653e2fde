package io.github.hnswspring.vectorstore.transfer;

import java.nio.file.Path;

import io.github.hnswspring.vectorstore.session.StoreSession;
import io.github.hnswspring.vectorstore.storage.DamagedRowException;
import io.github.hnswspring.vectorstore.storage.DatabaseCopy;
import io.github.hnswspring.vectorstore.storage.StoreDirectory;
import io.github.hnswspring.vectorstore.storage.WriteHealth;

/** Copies a store while it is in use. */
public final class StoreBackup {

	private final StoreSession session;

	public StoreBackup(StoreSession session) {
		this.session = session;
	}

	/**
	 * Copies the database into another directory: complete and verified, or not at all.
	 * The copy builds its own index when it is opened.
	 */
	public void backup(Path target) {
		WholeDirectory.write("Backup", target, this.session.options().files(), (directory) -> {
			Path copy = directory.resolve(StoreDirectory.DATABASE_FILE);
			try {
				this.session.database().visit((connection) -> DatabaseCopy.write(connection, copy));
				DatabaseCopy.verify(copy, this.session.options().connections());
			}
			catch (DamagedRowException ex) {
				throw this.session.health().failed(WriteHealth.READ, ex);
			}
		});
	}

}
