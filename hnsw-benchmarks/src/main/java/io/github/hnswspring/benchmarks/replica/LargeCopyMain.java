package io.github.hnswspring.benchmarks.replica;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

import com.zaxxer.hikari.HikariDataSource;
import io.github.hnswspring.benchmarks.engine.GivenEmbeddings;
import io.github.hnswspring.replica.ReplicaStatus;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import io.github.hnswspring.vectorstore.HnswVectorStore;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.util.FileSystemUtils;

/**
 * The program of a forked JVM: how soon a new instance answers of a store in tables of
 * our own that is too large to wait for its copy. The documents are made here, one by
 * one, since all at once would not fit into memory. Writes the lines that
 * {@link ReplicasMain} writes.
 */
public final class LargeCopyMain {

	private static final int DIMENSIONS = 384;

	private static final long SEED = 20_261_130;

	/** Between the first answer and the last that is measured. */
	private static final int QUESTIONS = 20;

	private final ClusteredDocuments documents;

	private final Database database;

	private final Path directory;

	private final Consumer<ReplicaResult> results;

	private LargeCopyMain(ClusteredDocuments documents, Database database, Path directory,
			Consumer<ReplicaResult> results) {
		this.documents = documents;
		this.database = database;
		this.directory = directory;
		this.results = results;
	}

	/**
	 * Measures.
	 * @param args number of documents, address of the server, directory
	 * @throws Exception if it fails
	 */
	public static void main(String[] args) throws Exception {
		PrintStream out = System.out;
		System.setOut(System.err);
		ClusteredDocuments documents = new ClusteredDocuments(Integer.parseInt(args[0]), DIMENSIONS, SEED);
		Path directory = Path.of(args[2]);
		FileSystemUtils.deleteRecursively(directory);
		try (Database database = Database.open(args[1])) {
			print(out, "!server: " + database.describe());
			print(out, "!" + documents.name() + " has clusters of about " + ClusteredDocuments.CLUSTER
					+ " vectors and is made with seed " + SEED);
			print(out, "#loading " + documents.name());
			try (HikariDataSource pool = database.pool(2, "")) {
				documents.load(Instances.truth(pool, "large"));
			}
			new LargeCopyMain(documents, database, Files.createDirectories(directory),
					(result) -> print(out, "=" + result.toLine()))
				.measure();
		}
		finally {
			FileSystemUtils.deleteRecursively(directory);
		}
	}

	private static void print(PrintStream out, String line) {
		out.println(line);
		out.flush();
	}

	private void measure() {
		GivenEmbeddings embeddings = new GivenEmbeddings();
		try (HikariDataSource pool = this.database.pool(4, "");
				ReplicatedVectorStore instance = new ReplicatedVectorStore(
						HnswVectorStore.builder(embeddings).directory(this.directory.resolve("new")),
						Instances.truth(pool, "large"), Instances.SETTINGS.withVectorsFirst(true))) {
			long start = System.nanoTime();
			instance.start();
			figure("start returns after", secondsSince(start), "s");
			ask(instance, embeddings, 0);
			figure("first answer out of all documents after", secondsSince(start), "s");
			double[] millis = new double[QUESTIONS];
			for (int i = 0; i < QUESTIONS; i++) {
				long asked = System.nanoTime();
				ask(instance, embeddings, i + 1);
				millis[i] = secondsSince(asked) * 1e3;
			}
			ReplicaStatus.Copy copy = instance.replicaStatus().copy();
			if (copy != null) {
				Arrays.sort(millis);
				figure("an answer while documents are copied, median", millis[QUESTIONS / 2], "ms");
				figure("documents that were there after " + QUESTIONS + " of these", copy.documents(), "documents");
			}
			Waiting.until("all documents", () -> instance.replicaStatus().state() == ReplicaStatus.State.FOLLOWING);
			figure("all documents there after", secondsSince(start), "s");
		}
	}

	/** Asks for what only one document is nearest to. */
	private void ask(ReplicatedVectorStore instance, GivenEmbeddings embeddings, int question) {
		int row = (int) ((question + 1L) * this.documents.rows() / (QUESTIONS + 2));
		embeddings.query(this.documents.vector(row));
		List<Document> found = instance.similaritySearch(SearchRequest.builder().query("query").topK(10).build());
		if (found.isEmpty() || !found.get(0).getId().equals(Documents.id(row))) {
			throw new IllegalStateException(String.format(Locale.ROOT,
					"The answer to the vector of document %s does not begin with it: %s", Documents.id(row), found));
		}
	}

	private void figure(String what, double value, String unit) {
		this.results.accept(new Figure(this.documents.name(), "own tables, first copy: " + what, value, unit));
	}

	private static double secondsSince(long start) {
		return (System.nanoTime() - start) / 1e9;
	}

}
