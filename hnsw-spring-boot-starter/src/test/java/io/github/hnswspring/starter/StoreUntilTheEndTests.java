package io.github.hnswspring.starter;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.StoreClosedException;
import jakarta.annotation.PreDestroy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.context.annotation.Scope;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Beans that use the store when they are destroyed, and what a context that is only
 * paused gives up.
 */
class StoreUntilTheEndTests {

	@TempDir
	private Path directory;

	@Test
	void beansThatDependOnTheStoreUseItWhenTheyAreDestroyed() {
		run(Flushing.class).close();
		assertThat(idsInTheDirectory()).containsExactly("flushed");
	}

	@Test
	void soDoThoseOfAStoreMadeByHand() {
		run(ByHand.class, "by-hand=" + this.directory).close();
		assertThat(idsInTheDirectory()).containsExactly("flushed");
	}

	@Test
	void aBeanThatLooksTheStoreUpAtTheEndSaysThatItDependsOnIt() {
		run(LookingUp.class).close();
		assertThat(idsInTheDirectory()).containsExactly("flushed");
	}

	@Test
	void aTemporaryStoreIsUsedToTheEndAndThenRemoved() {
		ConfigurableApplicationContext context = start(Flushing.class);
		HnswVectorStore store = context.getBean(HnswVectorStore.class);
		Path temporary = store.status().directory();
		assertThat(temporary).exists();
		Flusher flusher = context.getBean(Flusher.class);
		context.close();
		assertThat(flusher.found).containsExactly("flushed");
		assertThat(temporary).doesNotExist();
	}

	@Test
	void theStoreIsClosedAfterwards() {
		ConfigurableApplicationContext context = run(Flushing.class);
		HnswVectorStore store = context.getBean(HnswVectorStore.class);
		context.close();
		assertThat(store.isRunning()).isFalse();
		assertThatExceptionOfType(StoreClosedException.class).isThrownBy(store::count);
		assertThat(store.isRunning()).as("not opened by the attempt").isFalse();
	}

	@Test
	void aBeanThatFailsToEndLeavesTheDirectoryFree() {
		run(FailingAtTheEnd.class).close();
		assertThat(idsInTheDirectory()).containsExactly("flushed");
	}

	@Test
	void afterAFailedStartBeansUseTheStoreWhenTheyAreDestroyed() {
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> run(FailingAtTheStart.class))
			.withStackTraceContaining("the port is in use");
		assertThat(idsInTheDirectory()).containsExactly("flushed");
	}

	@Test
	void aStoppedContextGivesTheDirectoryUpAndAStartedOneTakesIt() {
		try (ConfigurableApplicationContext context = run(Flushing.class)) {
			HnswVectorStore store = context.getBean(HnswVectorStore.class);
			store.add(List.of(new Document("before", "before the stop", Map.of())));
			context.stop();
			assertThat(store.isRunning()).isFalse();
			assertThat(idsInTheDirectory()).containsExactly("before");
			context.start();
			assertThat(store.exists("before")).isTrue();
			context.pause();
			assertThat(idsInTheDirectory()).containsExactly("before");
			assertThatExceptionOfType(StoreClosedException.class).isThrownBy(store::count);
			context.restart();
			assertThat(store.exists("before")).isTrue();
		}
		assertThat(idsInTheDirectory()).containsExactly("before", "flushed");
	}

	@Test
	void aStoreStoppedByHandInAStoppedContextGivesTheDirectoryUp() {
		try (ConfigurableApplicationContext context = run(Flushing.class)) {
			context.stop();
			HnswVectorStore store = context.getBean(HnswVectorStore.class);
			store.start();
			store.stop();
			assertThat(idsInTheDirectory()).isEmpty();
		}
	}

	@Test
	void beansOfAPausedContextUseTheStoreWhenTheyAreDestroyed() {
		ConfigurableApplicationContext context = run(Flushing.class);
		context.pause();
		context.close();
		assertThat(context.getBeanFactory().getSingletonCount()).as("destroyed").isZero();
		assertThat(idsInTheDirectory()).containsExactly("flushed");
	}

	@Test
	void aPausedContextEndsWithoutADirectoryThatAnotherOneHas() {
		ConfigurableApplicationContext paused = run(Flushing.class);
		paused.pause();
		try (ConfigurableApplicationContext owner = run(StarterApplicationTests.Application.class)) {
			paused.close();
			owner.getBean(VectorStore.class).add(List.of(new Document("owner", "of the owner", Map.of())));
			assertThat(owner.getBean(HnswVectorStore.class).count()).isOne();
		}
		assertThat(idsInTheDirectory()).containsExactly("owner");
	}

	@Test
	void theEndOfAChildContextIsNotTheEndOfTheStore() {
		try (ConfigurableApplicationContext parent = run(StarterApplicationTests.Application.class)) {
			SpringApplicationBuilder child = new SpringApplicationBuilder(Flusher.class).parent(parent)
				.registerShutdownHook(false);
			child.run().close();
			HnswVectorStore store = parent.getBean(HnswVectorStore.class);
			assertThat(store.isRunning()).isTrue();
			parent.stop();
			assertThat(store.isRunning()).isFalse();
			parent.start();
			assertThat(store.exists("flushed")).isTrue();
		}
	}

	@Test
	void anotherBeanOfTheSameStoreDoesNotEndItEarlier() {
		run(Aliased.class, "spring.ai.vectorstore.type=hnsw").close();
		assertThat(idsInTheDirectory()).containsExactly("flushed");
	}

	@Test
	void aPrototypeOfTheSameStoreDoesNotKeepItOpen() {
		ConfigurableApplicationContext context = run(PrototypeAliased.class, "spring.ai.vectorstore.type=hnsw");
		assertThat(context.getBean("vectorStore")).isSameAs(context.getBean(HnswVectorStore.class));
		context.close();
		assertThat(idsInTheDirectory()).containsExactly("flushed");
	}

	@Test
	void aStoreWithoutADestroyMethodIsReleasedAsWell() {
		run(WithoutDestroyMethod.class, "by-hand=" + this.directory).close();
		assertThat(idsInTheDirectory()).containsExactly("flushed");
	}

	@Test
	void aStoreTheContextWillNotDestroyIsReleasedWhenItIsStopped() {
		ConfigurableApplicationContext context = run(Registering.class, "by-hand=" + this.directory,
				"spring.ai.vectorstore.type=none");
		HnswVectorStore store = context.getBean(HnswVectorStore.class);
		store.add(List.of(new Document("flushed", "written while it runs", Map.of())));
		context.close();
		assertThat(idsInTheDirectory()).containsExactly("flushed");
	}

	@Test
	void aStopBeforeTheRefreshIsOverStops() {
		try (ConfigurableApplicationContext context = run(StoppedEarly.class)) {
			assertThat(context.getBean("stoppedEarly")).isEqualTo(List.of("before"));
			assertThat(context.getBean(HnswVectorStore.class).exists("before")).isTrue();
		}
	}

	/** Opens the directory as an application of its own; fails if it is locked. */
	private List<String> idsInTheDirectory() {
		try (HnswVectorStore store = HnswVectorStore.builder(new TestEmbeddingModel())
			.directory(this.directory)
			.build()) {
			return List.of("before", "flushed", "owner").stream().filter(store::exists).toList();
		}
	}

	private ConfigurableApplicationContext run(Class<?> application, String... properties) {
		String[] arguments = new String[properties.length + 1];
		for (int i = 0; i < properties.length; i++) {
			arguments[i] = "--" + properties[i];
		}
		arguments[properties.length] = "--hnsw.directory=" + this.directory;
		return start(application, arguments);
	}

	private static ConfigurableApplicationContext start(Class<?> application, String... arguments) {
		SpringApplication springApplication = new SpringApplication(application);
		springApplication.setRegisterShutdownHook(false);
		return springApplication.run(arguments);
	}

	/** Writes what it holds when it is destroyed, and looks for it. */
	static class Flusher {

		private final VectorStore store;

		private List<String> found = List.of();

		Flusher(VectorStore store) {
			this.store = store;
		}

		@PreDestroy
		void flush() {
			this.store.add(List.of(new Document("flushed", "written at the end", Map.of())));
			this.found = this.store.similaritySearch("written at the end").stream().map(Document::getId).toList();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Flusher.class)
	static class Flushing extends StarterApplicationTests.Application {

	}

	@Configuration(proxyBeanMethods = false)
	static class ByHand extends Flushing {

		@Bean
		HnswVectorStore store(EmbeddingModel model, Environment environment) {
			return HnswVectorStore.builder(model)
				.directory(Path.of(environment.getRequiredProperty("by-hand")))
				.build();
		}

	}

	/** Ends after the other bean of the store, which comes later. */
	static class DirectFlusher extends Flusher {

		DirectFlusher(HnswVectorStore store) {
			super(store);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(DirectFlusher.class)
	static class Aliased extends StarterApplicationTests.Application {

		@Bean
		@Primary
		VectorStore vectorStore(HnswVectorStore store, DirectFlusher flusher) {
			return store;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(DirectFlusher.class)
	static class PrototypeAliased extends StarterApplicationTests.Application {

		@Bean
		@Scope("prototype")
		VectorStore vectorStore(HnswVectorStore store) {
			return store;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WithoutDestroyMethod extends Flushing {

		@Bean(destroyMethod = "")
		HnswVectorStore store(EmbeddingModel model, Environment environment) {
			return HnswVectorStore.builder(model)
				.directory(Path.of(environment.getRequiredProperty("by-hand")))
				.build();
		}

	}

	/** Initialized by Spring, and registered as a mere object. */
	@Configuration(proxyBeanMethods = false)
	static class Registering extends StarterApplicationTests.Application {

		@Bean
		Object registration(ConfigurableListableBeanFactory beanFactory, EmbeddingModel model,
				Environment environment) {
			HnswVectorStore store = HnswVectorStore.builder(model)
				.directory(Path.of(environment.getRequiredProperty("by-hand")))
				.build();
			beanFactory.initializeBean(store, "registered");
			beanFactory.registerSingleton("registered", store);
			return "registered";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class StoppedEarly extends StarterApplicationTests.Application {

		@Bean
		List<String> stoppedEarly(HnswVectorStore store, Environment environment) {
			store.start();
			store.add(List.of(new Document("before", "before the stop", Map.of())));
			store.stop();
			try (HnswVectorStore other = HnswVectorStore.builder(new TestEmbeddingModel())
				.directory(Path.of(environment.getRequiredProperty("hnsw.directory")))
				.build()) {
				return List.of("before", "flushed").stream().filter(other::exists).toList();
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LookingUp extends StarterApplicationTests.Application {

		@Bean
		@DependsOn("hnswVectorStore")
		DisposableBean lookingUp(ObjectProvider<VectorStore> store) {
			return () -> store.getObject().add(List.of(new Document("flushed", "written at the end", Map.of())));
		}

	}

	/** Destroyed before the one that writes. */
	static class Failing {

		private final HnswIndex index;

		Failing(HnswIndex index, Flusher flusher) {
			this.index = index;
		}

		@PreDestroy
		void end() {
			assertThat(this.index.size()).as("the index is open as well").isZero();
			throw new IllegalStateException("a bean that fails to end");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Failing.class)
	static class FailingAtTheEnd extends Flushing {

	}

	@Configuration(proxyBeanMethods = false)
	static class FailingAtTheStart extends Flushing {

		@Bean
		SmartLifecycle server() {
			return new SmartLifecycle() {

				@Override
				public void start() {
					throw new IllegalStateException("the port is in use");
				}

				@Override
				public void stop() {
				}

				@Override
				public boolean isRunning() {
					return false;
				}

			};
		}

	}

}
