package io.github.hnswspring.vectorstore.transfer;

import java.nio.file.Path;
import java.sql.SQLException;

import io.github.hnswspring.vectorstore.derived.SnapshotCopy;
import io.github.hnswspring.vectorstore.session.StoreErasure;
import io.github.hnswspring.vectorstore.session.StoreSession;
import io.github.hnswspring.vectorstore.storage.DamagedRowException;
import io.github.hnswspring.vectorstore.storage.DatabaseCopy;
import io.github.hnswspring.vectorstore.storage.SqlConnection;
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
	 * The saved index comes with it if there is one, so that the copy answers from it at
	 * once; but not while there is something in it that was forgotten and is not erased
	 * yet.
	 */
	public void backup(Path target) {
		WholeDirectory.write("Backup", target, this.session.options().files(), (directory) -> {
			Path copy = directory.resolve(StoreDirectory.DATABASE_FILE);
			SnapshotCopy index = new SnapshotCopy(this.session.directory().path(), directory,
					this.session.options().files());
			this.session.saveIndex();
			index.begin();
			try {
				this.session.database().visit((connection) -> DatabaseCopy.write(connection, copy));
				DatabaseCopy.verify(copy, this.session.options().connections(),
						(connection) -> finish(connection, index));
			}
			catch (DamagedRowException ex) {
				throw this.session.health().failed(WriteHealth.READ, ex);
			}
		});
	}

	private static void finish(SqlConnection copy, SnapshotCopy index) throws SQLException {
		if (StoreErasure.isPending(copy)) {
			index.discard();
			DatabaseCopy.eraseWords(copy);
		}
		else {
			index.finish(copy);
		}
	}

}
