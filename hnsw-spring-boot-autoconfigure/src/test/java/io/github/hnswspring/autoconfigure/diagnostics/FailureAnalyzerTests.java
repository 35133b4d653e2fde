package io.github.hnswspring.autoconfigure.diagnostics;

import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;

import io.github.hnswspring.index.Metric;
import io.github.hnswspring.vectorstore.CorruptStoreException;
import io.github.hnswspring.vectorstore.EmbeddingModelMismatchException;
import io.github.hnswspring.vectorstore.MetricMismatchException;
import io.github.hnswspring.vectorstore.SqliteUnavailableException;
import io.github.hnswspring.vectorstore.StoreDirectoryException;
import io.github.hnswspring.vectorstore.StoreInUseException;
import io.github.hnswspring.vectorstore.UnsupportedStoreVersionException;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.io.support.SpringFactoriesLoader;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a user reads when the start fails, word by word. Analyzers are taken from
 * {@code spring.factories}, as Boot does.
 */
class FailureAnalyzerTests {

	private static final Path DIRECTORY = Path.of("data", "store");

	@Test
	void storeInUseByAnotherProcess() {
		FailureAnalysis analysis = analyze(new StoreInUseException(DIRECTORY, 4711L));
		assertThat(analysis.getDescription()).isEqualTo("The directory " + DIRECTORY
				+ " of the HNSW vector store is in use by process 4711. A store has one process at a time.");
		assertThat(analysis.getAction()).isEqualTo("""
				Do one of these:

				- stop process 4711
				- set hnsw.directory to another directory
				- set hnsw.lock-timeout, such as 30s, to wait until it has stopped, as a rolling restart needs it""");
	}

	@Test
	void storeInUseByAnUnknownProcess() {
		FailureAnalysis analysis = analyze(new StoreInUseException(DIRECTORY, null));
		assertThat(analysis.getDescription()).contains("another process whose id is not known");
		assertThat(analysis.getAction()).contains("- stop that process\n");
	}

	@Test
	void storeInUseByThisProcess() {
		long pid = ProcessHandle.current().pid();
		FailureAnalysis analysis = analyze(new StoreInUseException(DIRECTORY, pid));
		assertThat(analysis.getDescription()).isEqualTo("The directory " + DIRECTORY
				+ " of the HNSW vector store is in use by another vector store of this process (" + pid + ").");
		assertThat(analysis.getAction()).isEqualTo("""
				Do one of these:

				- inject the one HnswVectorStore bean instead of building a second one
				- give each store a directory of its own
				- if another application context of this process owns it, close that context first""");
	}

	@Test
	void embeddingModelChanged() {
		FailureAnalysis analysis = analyze(
				new EmbeddingModelMismatchException("all-minilm", "text-embedding-3-small", 384, 1536));
		assertThat(analysis.getDescription()).isEqualTo("""
				The embeddings in the HNSW vector store come from another embedding model than the one now in use:

				Expected (stored): model 'all-minilm', 384 dimensions
				Actual (in use):   model 'text-embedding-3-small', 1536 dimensions

				Nothing has been changed.""");
		assertThat(analysis.getAction()).isEqualTo(
				"""
						Vectors of different models cannot be compared. Do one of these:

						- configure the expected model and dimensions again, hnsw.embedding.model and hnsw.dimensions included
						- set hnsw.embedding.on-model-change to 'migrate': the store embeds its documents anew with the new model
						- if both are the same model under different names, set hnsw.embedding.model to the expected name""");
	}

	@Test
	void embeddingModelOfAReplica() {
		FailureAnalysis analysis = analyze(
				new EmbeddingModelMismatchException("one", "other", 3, 4, "fill another table with them"));
		assertThat(analysis.getAction()).contains("\n- fill another table with them\n").doesNotContain("migrate");
		analysis = analyze(
				EmbeddingModelMismatchException.ofProperties("one", "other", 3, 0, "fill another table with them"));
		assertThat(analysis.getAction()).endsWith("\n- fill another table with them").doesNotContain("migrate");
	}

	@Test
	void embeddingModelOfUnknownName() {
		FailureAnalysis analysis = analyze(new EmbeddingModelMismatchException(null, null, 384, 0));
		assertThat(analysis.getDescription()).contains("Expected (stored): a model of unknown name, 384 dimensions\n")
			.contains("Actual (in use):   a model of unknown name\n");
	}

	@Test
	void noEmbeddingModel() {
		FailureAnalysis analysis = analyze(new EmbeddingModelSelectionException(List.of()));
		assertThat(analysis.getDescription()).isEqualTo("The HNSW vector store needs an EmbeddingModel to turn "
				+ "documents into vectors, but the application context has none.");
		assertThat(analysis.getAction()).isEqualTo("""
				Do one of these:

				- add io.github.hnswspring:hnsw-spring-boot-starter-embeddings, which brings a model that runs inside \
				the application
				- add a Spring AI starter with an embedding model, such as \
				org.springframework.ai:spring-ai-starter-model-ollama or spring-ai-starter-model-openai
				- declare a bean of type org.springframework.ai.embedding.EmbeddingModel
				- if a starter is there already, check that spring.ai.model.embedding is not set to 'none' or to \
				another provider
				- switch the store off with spring.ai.vectorstore.type=none; with hnsw.dimensions set, an index \
				without a store remains""");
	}

	@Test
	void twoEmbeddingModels() {
		FailureAnalysis analysis = analyze(
				new EmbeddingModelSelectionException(List.of("ollamaEmbeddingModel", "openAiEmbeddingModel")));
		assertThat(analysis.getDescription()).isEqualTo("""
				The HNSW vector store needs one EmbeddingModel, but the application context has 2:

				- ollamaEmbeddingModel
				- openAiEmbeddingModel""");
		assertThat(analysis.getAction()).isEqualTo("""
				Choose one of them:

				- set spring.ai.model.embedding to its provider, such as 'onnx' for the one of \
				hnsw-spring-boot-starter-embeddings, 'ollama' or 'openai'; this \
				switches the other auto-configured models off
				- mark one bean as @Primary
				- name one bean 'hnswEmbeddingModel', or mark it with @Qualifier("hnswEmbeddingModel"), to choose it \
				for this store only""");
	}

	@Test
	void metricChanged() {
		FailureAnalysis analysis = analyze(new MetricMismatchException(Metric.COSINE, Metric.DOT_PRODUCT));
		assertThat(analysis.getDescription()).isEqualTo("The HNSW vector store was created with the metric 'cosine', "
				+ "but hnsw.metric is 'dot-product'. Nothing has been changed.");
		assertThat(analysis.getAction()).isEqualTo("""
				Do one of these:

				- set hnsw.metric to 'cosine'
				- set hnsw.directory to a new directory and add the documents there""");
	}

	@Test
	void directoryNotWritable() {
		FailureAnalysis analysis = analyze(new StoreDirectoryException(DIRECTORY, "it is not writable", null));
		assertThat(analysis.getDescription()).contains(DIRECTORY.toString()).contains("it is not writable");
		assertThat(analysis.getAction()).isEqualTo("""
				Do one of these:

				- let the user '%s', who runs this process, create and write files in %s
				- set hnsw.directory to a directory on a local disk that this user may write to; in a container, \
				mount a volume there
				- set hnsw.read-only=true if the store exists already and is only to be searched"""
			.formatted(System.getProperty("user.name"), DIRECTORY.toAbsolutePath()));
	}

	@Test
	void directoryOfAReadOnlyStoreDoesNotExist() {
		FailureAnalysis analysis = analyze(new StoreDirectoryException(DIRECTORY, "it does not exist",
				new NoSuchFileException(DIRECTORY.toString())));
		assertThat(analysis.getDescription()).contains(DIRECTORY.toString());
		assertThat(analysis.getAction()).isEqualTo("""
				The directory does not exist and has not been created. Do one of these:

				- set hnsw.directory to the directory of an existing store, or to one that can be created
				- leave hnsw.read-only out if it is set: a store for reading only is never created""");
	}

	@Test
	void directoryIsSomethingElse() {
		FailureAnalysis analysis = analyze(new StoreDirectoryException(DIRECTORY, "it is a file, not a directory",
				new NotDirectoryException("it is a file, not a directory")));
		assertThat(analysis.getDescription()).contains(DIRECTORY.toString(), "it is a file");
		assertThat(analysis.getAction()).isEqualTo("""
				Do one of these:

				- set hnsw.directory to a directory, or to a path where one can be created
				- move away what is there; if it is a link, mount or create what it leads to""");
	}

	@Test
	void nativeLibraryCannotBeLoaded() {
		FailureAnalysis analysis = analyze(new SqliteUnavailableException(new UnsatisfiedLinkError("noexec")));
		assertThat(analysis.getDescription())
			.isEqualTo("The HNSW vector store keeps its documents in SQLite, whose native library cannot be loaded on "
					+ System.getProperty("os.name") + "/" + System.getProperty("os.arch") + ": noexec");
		assertThat(analysis.getAction()).isEqualTo("""
				The library is unpacked from org.xerial:sqlite-jdbc into a temporary directory and loaded from there. \
				Do one of these:

				- make sure that %s is writable and not mounted 'noexec', or choose another directory \
				with -Dorg.sqlite.tmpdir=<directory>
				- install the library yourself and start Java with -Dorg.sqlite.lib.path=<directory>
				- start Java with --enable-native-access=ALL-UNNAMED if it was told to deny native access
				- keep org.xerial:sqlite-jdbc complete: do not exclude or shrink its native libraries"""
			.formatted(System.getProperty("org.sqlite.tmpdir", System.getProperty("java.io.tmpdir"))));
	}

	@Test
	void damagedStore() {
		Path file = DIRECTORY.resolve("store.db");
		FailureAnalysis analysis = analyze(new CorruptStoreException(file, "page 3 is malformed", null));
		assertThat(analysis.getDescription()).startsWith("The HNSW vector store is damaged.")
			.contains(file.toString())
			.contains("page 3 is malformed");
		assertThat(analysis.getAction()).isEqualTo(
				"""
						Keep a copy of the directory as it is, then do one of these:

						- put back a backup made with HnswVectorStore.backup(path)
						- save what can still be read into a new directory with HnswVectorStore.salvage or SQLite's shell, as said above
						- set hnsw.directory to a new directory and add the documents again

						The files of the index need no care: they are rebuilt from the database.""");
	}

	@Test
	void newerStore() {
		FailureAnalysis analysis = analyze(new UnsupportedStoreVersionException(DIRECTORY.resolve("store.db"), 9, 1));
		assertThat(analysis.getDescription()).isEqualTo("The HNSW vector store was written by a newer version of this "
				+ "library: its format version is 9, but only versions up to 1 can be read. Nothing has been changed.");
		assertThat(analysis.getAction()).isEqualTo("""
				Do one of these:

				- use the version of hnsw-spring-boot-starter that wrote it, or a newer one
				- put back a backup made before the upgrade
				- set hnsw.directory to another directory""");
	}

	@Test
	void otherFailuresAreLeftToOthers() {
		assertThat(ours().stream().map((analyzer) -> analyzer.analyze(new IllegalStateException("x"))))
			.containsOnlyNulls();
	}

	// Boot sees the failure wrapped by the creation of the beans that depend on it.
	private static FailureAnalysis analyze(RuntimeException failure) {
		BeanCreationException wrapped = new BeanCreationException("hnswVectorStore", "cannot be created", failure);
		List<FailureAnalysis> found = ours().stream()
			.map((analyzer) -> analyzer.analyze(wrapped))
			.filter(java.util.Objects::nonNull)
			.toList();
		assertThat(found).hasSize(1);
		assertThat(found.get(0).getCause()).isSameAs(failure);
		return found.get(0);
	}

	private static List<FailureAnalyzer> ours() {
		return SpringFactoriesLoader.forDefaultResourceLocation()
			.load(FailureAnalyzer.class, SpringFactoriesLoader.FailureHandler.handleMessage((message, ex) -> {
			}))
			.stream()
			.filter((analyzer) -> analyzer.getClass().getPackage().equals(FailureAnalyzerTests.class.getPackage()))
			.toList();
	}

}
