package io.github.hnswspring.starter;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The class path of an application with nothing but the starter.
 */
class StarterClassPathTests {

	private static final Set<String> BROUGHT_BY_BOOT = Set.of("spring-boot-starter", "spring-boot",
			"spring-boot-autoconfigure", "spring-boot-starter-logging", "spring-core", "spring-beans", "spring-context",
			"spring-aop", "spring-expression", "micrometer-commons", "micrometer-observation", "logback-classic",
			"logback-core", "log4j-to-slf4j", "log4j-api", "jul-to-slf4j", "slf4j-api", "jakarta.annotation-api",
			"snakeyaml", "commons-logging", "jspecify");

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

	/**
	 * What the starter adds to an application that has {@code spring-boot-starter}, our
	 * own modules aside. One more jar needs a module of its own.
	 */
	@Test
	void staysWithinItsBudgetOfJarsAndBytes() throws Exception {
		List<File> jars = runtimeClassPath().stream()
			.filter((file) -> file.isFile() && !file.getName().startsWith("hnsw-"))
			.filter((file) -> !BROUGHT_BY_BOOT.contains(file.getName().replaceFirst("-[0-9][^-]*\\.jar$", "")))
			.toList();
		assertThat(jars).hasSizeLessThanOrEqualTo(25)
			.extracting(File::getName)
			.as("the class path was read")
			.anyMatch((name) -> name.startsWith("sqlite-jdbc-"));
		assertThat(jars.stream().mapToLong(File::length).sum()).as("bytes of %s", jars).isLessThan(23L << 20);
	}

	private static List<File> runtimeClassPath() throws IOException {
		try (InputStream file = StarterClassPathTests.class.getResourceAsStream("/runtime-class-path.txt")) {
			assertThat(file).as("Maven writes it: mvn process-test-classes").isNotNull();
			String classPath = new String(file.readAllBytes(), StandardCharsets.UTF_8);
			return Arrays.stream(classPath.trim().split(File.pathSeparator)).map(File::new).toList();
		}
	}

}
