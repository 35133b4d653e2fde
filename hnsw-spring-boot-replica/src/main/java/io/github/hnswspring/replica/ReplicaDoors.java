package io.github.hnswspring.replica;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;

import io.github.hnswspring.index.GraphView;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.vectorstore.ForgetResult;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.LocalReplica;
import io.github.hnswspring.vectorstore.MetadataKey;
import io.github.hnswspring.vectorstore.MigrationEstimate;
import io.github.hnswspring.vectorstore.SearchProfile;
import io.github.hnswspring.vectorstore.StoreListener;
import io.github.hnswspring.vectorstore.StoreStatus;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.beans.factory.BeanNameAware;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;

/**
 * Both doors of a replica. What is asked at them, the local store answers, once it can be
 * asked; its figures and its index can be looked at meanwhile. Thread-safe.
 */
abstract class ReplicaDoors extends DocumentDoor<LocalReplica>
		implements HnswVectorStore, BeanNameAware, ApplicationContextAware {

	@Override
	public void backup(Path target) {
		ready().backup(target);
	}

	@Override
	public void compact() {
		ready().compact();
	}

	@Override
	public ForgetResult forget(Map<String, ?> scope) {
		return ready().forget(scope);
	}

	@Override
	public long exportTo(Path target) {
		return ready().exportTo(target);
	}

	@Override
	public long exportTo(BiConsumer<Document, float[]> consumer) {
		return ready().exportTo(consumer);
	}

	@Override
	public EmbeddingModel exportedEmbeddings() {
		return ready().exportedEmbeddings();
	}

	@Override
	public EmbeddingModel exportedEmbeddings(EmbeddingModel fallback) {
		return ready().exportedEmbeddings(fallback);
	}

	@Override
	public long importFrom(Path source) {
		return ready().importFrom(source);
	}

	@Override
	public long importSimpleVectorStore(Path file) {
		return ready().importSimpleVectorStore(file);
	}

	@Override
	public MigrationEstimate estimateMigration(EmbeddingModel target) {
		return ready().estimateMigration(target);
	}

	@Override
	public MigrationEstimate migrate(EmbeddingModel target) {
		return ready().migrate(target);
	}

	@Override
	public void rollbackMigration() {
		ready().rollbackMigration();
	}

	@Override
	public void switchWithoutRefused() {
		ready().switchWithoutRefused();
	}

	@Override
	public void removeFormerEmbeddings() {
		ready().removeFormerEmbeddings();
	}

	@Override
	public Map<Long, Document> documents(Collection<Long> indexIds) {
		return read((store) -> store.documents(indexIds));
	}

	@Override
	public OptionalLong indexId(String documentId) {
		return read((store) -> store.indexId(documentId));
	}

	@Override
	public SearchProfile profile(SearchRequest request) {
		return read((store) -> store.profile(request));
	}

	@Override
	public List<MetadataKey> metadataKeys() {
		return ready().metadataKeys();
	}

	@Override
	public GraphView walk(SearchRequest request, int nodes, Collection<String> documentIds) {
		return ready().walk(request, nodes, documentIds);
	}

	@Override
	public HnswIndex index() {
		return behind().index();
	}

	@Override
	public StoreStatus status() {
		return behind().status();
	}

	@Override
	public Optional<Duration> timeToLive() {
		return behind().timeToLive();
	}

	@Override
	public void addListener(StoreListener listener) {
		behind().addListener(listener);
	}

	@Override
	public int getPhase() {
		return behind().getPhase();
	}

	@Override
	public void setBeanName(String name) {
		if (behind() instanceof BeanNameAware aware) {
			aware.setBeanName(name);
		}
	}

	@Override
	public void setApplicationContext(ApplicationContext context) {
		if (behind() instanceof ApplicationContextAware aware) {
			aware.setApplicationContext(context);
		}
	}

}
