package io.github.hnswspring.starter;

import java.net.URL;
import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The class path of an application with nothing but the starter.
 */
class StarterClassPathTests {

	@ParameterizedTest
	@ValueSource(strings = { "com.zaxxer.hikari.HikariDataSource", "com.github.benmanes.caffeine.cache.Caffeine",
			"org.springframework.jdbc.core.JdbcTemplate", "org.springframework.boot.jdbc.DataSourceBuilder",
			"org.springframework.boot.cache.autoconfigure.CacheAutoConfiguration",
			"org.apache.commons.dbcp2.BasicDataSource", "org.apache.tomcat.jdbc.pool.DataSource",
			"org.springframework.transaction.PlatformTransactionManager",
			"org.springframework.cache.caffeine.CaffeineCacheManager", "javax.cache.Caching",
			"org.springframework.boot.actuate.endpoint.annotation.Endpoint",
			"org.springframework.web.servlet.DispatcherServlet", "org.springframework.ai.chat.client.ChatClient" })
	void holdsNothingThatBootConfiguresSomethingElseFrom(String type) {
		assertThat(ClassUtils.isPresent(type, getClass().getClassLoader())).as(type).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "io.github.hnswspring.index.HnswIndex", "io.github.hnswspring.vectorstore.HnswVectorStore",
			"org.springframework.ai.vectorstore.VectorStore", "org.sqlite.JDBC",
			"org.springframework.boot.SpringApplication",
			"org.springframework.boot.logging.logback.LogbackLoggingSystem",
			"org.springframework.ai.vectorstore.observation.autoconfigure.VectorStoreObservationAutoConfiguration" })
	void holdsAllThatIsNeeded(String type) {
		assertThat(ClassUtils.isPresent(type, getClass().getClassLoader())).as(type).isTrue();
	}

	@Test
	void onlyTheseModulesBringAutoConfigurations() throws Exception {
		List<URL> imports = Collections.list(getClass().getClassLoader()
			.getResources("META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports"));
		assertThat(imports).allSatisfy((url) -> assertThat(url.toString()).containsAnyOf("spring-boot-autoconfigure",
				"spring-ai-autoconfigure-vector-store-observation"));
	}

}
