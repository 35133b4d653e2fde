package io.github.hnswspring.autoconfigure;

import io.github.hnswspring.autoconfigure.aot.HnswRuntimeHints;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.micrometer.observation.ObservationRegistry;
import org.sqlite.JDBC;

import org.springframework.ai.embedding.BatchingStrategy;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.ai.vectorstore.observation.VectorStoreObservationConvention;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration for {@link HnswVectorStore}. It comes after every other vector store
 * - those of Spring AI by name, others because this one is ordered last - as it stays
 * away if one of them is there and nothing was asked for. Whatever comes after this one
 * has to be ordered last as well: an earlier one would draw it forward.
 */
@AutoConfiguration(afterName = {
		"org.springframework.ai.vectorstore.azure.autoconfigure.AzureVectorStoreAutoConfiguration",
		"org.springframework.ai.vectorstore.bedrockknowledgebase.autoconfigure.BedrockKnowledgeBaseVectorStoreAutoConfiguration",
		"org.springframework.ai.vectorstore.cassandra.autoconfigure.CassandraVectorStoreAutoConfiguration",
		"org.springframework.ai.vectorstore.chroma.autoconfigure.ChromaVectorStoreAutoConfiguration",
		"org.springframework.ai.vectorstore.couchbase.autoconfigure.CouchbaseSearchVectorStoreAutoConfiguration",
		"org.springframework.ai.vectorstore.elasticsearch.autoconfigure.ElasticsearchVectorStoreAutoConfiguration",
		"org.springframework.ai.vectorstore.gemfire.autoconfigure.GemFireVectorStoreAutoConfiguration",
		"org.springframework.ai.vectorstore.mariadb.autoconfigure.MariaDbStoreAutoConfiguration",
		"org.springframework.ai.vectorstore.milvus.autoconfigure.MilvusVectorStoreAutoConfiguration",
		"org.springframework.ai.vectorstore.mongodb.autoconfigure.MongoDBAtlasVectorStoreAutoConfiguration",
		"org.springframework.ai.vectorstore.neo4j.autoconfigure.Neo4jVectorStoreAutoConfiguration",
		"org.springframework.ai.vectorstore.opensearch.autoconfigure.OpenSearchVectorStoreAutoConfiguration",
		"org.springframework.ai.vectorstore.oracle.autoconfigure.OracleVectorStoreAutoConfiguration",
		"org.springframework.ai.vectorstore.pgvector.autoconfigure.PgVectorStoreAutoConfiguration",
		"org.springframework.ai.vectorstore.pinecone.autoconfigure.PineconeVectorStoreAutoConfiguration",
		"org.springframework.ai.vectorstore.qdrant.autoconfigure.QdrantVectorStoreAutoConfiguration",
		"org.springframework.ai.vectorstore.redis.autoconfigure.RedisVectorStoreAutoConfiguration",
		"org.springframework.ai.vectorstore.s3.autoconfigure.S3VectorStoreAutoConfiguration",
		"org.springframework.ai.vectorstore.typesense.autoconfigure.TypesenseVectorStoreAutoConfiguration",
		"org.springframework.ai.vectorstore.weaviate.autoconfigure.WeaviateVectorStoreAutoConfiguration" })
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnClass({ VectorStore.class, EmbeddingModel.class, JDBC.class })
@EnableConfigurationProperties(HnswProperties.class)
@Import(NamedStoresRegistrar.class)
@ImportRuntimeHints(HnswRuntimeHints.class)
public final class HnswVectorStoreAutoConfiguration {

	/** The value of {@code spring.ai.vectorstore.type} that asks for this store. */
	public static final String VECTOR_STORE_TYPE = "hnsw";

	/**
	 * The name or qualifier of the {@link EmbeddingModel} for this store in an
	 * application that has several.
	 */
	public static final String EMBEDDING_MODEL_QUALIFIER = "hnswEmbeddingModel";

	HnswVectorStoreAutoConfiguration() {
	}

	/**
	 * There whatever the type is, because an application may make its stores itself.
	 * Lazy, so that wrong properties stop no application that does not use them.
	 */
	@Bean
	@Lazy
	@ConditionalOnMissingBean
	HnswVectorStoreBuilderConfigurer hnswVectorStoreBuilderConfigurer(HnswProperties properties,
			ObjectProvider<HnswIndexCustomizer> customizers, ObjectProvider<BatchingStrategy> batchingStrategy,
			ObjectProvider<ObservationRegistry> observationRegistry,
			ObjectProvider<VectorStoreObservationConvention> observationConvention) {
		return new HnswVectorStoreBuilderConfigurer(properties, customizers, batchingStrategy, observationRegistry,
				observationConvention);
	}

	@Bean
	@Conditional(OnHnswVectorStoreCondition.class)
	HnswVectorStore hnswVectorStore(HnswProperties properties, HnswVectorStoreBuilderConfigurer configurer,
			@Qualifier(EMBEDDING_MODEL_QUALIFIER) ObjectProvider<EmbeddingModel> ownEmbeddingModel,
			ObjectProvider<HnswVectorStoreFactory> factory, BeanFactory beanFactory) {
		EmbeddingModel model = EmbeddingModelSelection.select(properties, ownEmbeddingModel, beanFactory);
		HnswVectorStore.Builder builder = configurer.configure(HnswVectorStore.builder(model))
			.formerEmbeddingModel(EmbeddingModelSelection.former(properties, beanFactory));
		return factory.getIfAvailable(() -> HnswVectorStore.Builder::build).create(builder);
	}

	@Bean
	@Conditional({ OnHnswVectorStoreCondition.OnTypeUnsetCondition.class,
			OnHnswVectorStoreCondition.OnNotOnlyNamedCondition.class })
	@ConditionalOnBean(VectorStore.class)
	@ConditionalOnMissingBean(HnswVectorStore.class)
	OtherStoreNotice hnswOtherStoreNotice(ListableBeanFactory beanFactory, Environment environment) {
		return new OtherStoreNotice(beanFactory, environment);
	}

	/** Makes the stores of {@link NamedStoresRegistrar}. */
	@Bean
	@Lazy
	@Conditional(OnNamedStoresCondition.class)
	NamedStores hnswNamedStores(Environment environment, BeanFactory beanFactory,
			@Qualifier(EMBEDDING_MODEL_QUALIFIER) ObjectProvider<EmbeddingModel> ownEmbeddingModel,
			ObjectProvider<HnswIndexCustomizer> customizers, ObjectProvider<BatchingStrategy> batchingStrategy,
			ObjectProvider<ObservationRegistry> observationRegistry,
			ObjectProvider<VectorStoreObservationConvention> observationConvention) {
		return new NamedStores(environment, beanFactory, ownEmbeddingModel,
				(properties) -> new HnswVectorStoreBuilderConfigurer(properties, customizers, batchingStrategy,
						observationRegistry, observationConvention));
	}

}
