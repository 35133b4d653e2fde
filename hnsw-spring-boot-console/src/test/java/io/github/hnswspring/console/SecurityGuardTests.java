package io.github.hnswspring.console;

import java.nio.file.Path;

import io.github.hnswspring.test.NgramEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.context.WebApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

/** With Spring Security in front, who has logged in may come from another machine. */
class SecurityGuardTests {

	@TempDir
	private Path directory;

	private WebApplicationContextRunner runner() {
		return new WebApplicationContextRunner().withUserConfiguration(Application.class)
			.withPropertyValues("hnsw.directory=" + this.directory, "hnsw.console.enabled=true",
					"spring.security.user.name=ada", "spring.security.user.password=secret");
	}

	private static MockMvc mvc(ApplicationContext context) {
		assertThat(context.getBean(HnswVectorStore.class)).isNotNull();
		return MockMvcBuilders.webAppContextSetup((WebApplicationContext) context)
			.addFilters(context.getBean("springSecurityFilterChain", jakarta.servlet.Filter.class))
			.build();
	}

	private static MockHttpServletRequestBuilder remote(String path) {
		return get(path).header("Host", "shop.example").header(Console.HEADER, "1").with((request) -> {
			request.setRemoteAddr("203.0.113.9");
			return request;
		});
	}

	private static String credentials() {
		return "Basic " + java.util.Base64.getEncoder()
			.encodeToString("ada:secret".getBytes(java.nio.charset.StandardCharsets.UTF_8));
	}

	@Test
	void whoHasTheRoleMayAndOthersMayNot() {
		WebApplicationContextRunner runner = runner().withUserConfiguration(AllClosed.class);
		runner.withPropertyValues("spring.security.user.roles=OPERATOR").run((context) -> {
			MockMvc mvc = mvc(context);
			mvc.perform(remote("/hnsw-console/api/stores")).andExpect(status().isUnauthorized());
			mvc.perform(remote("/hnsw-console/api/stores").header("Authorization", credentials()))
				.andExpect(status().isOk());
			mvc.perform(remote("/hnsw-console/").header("Authorization", credentials())).andExpect(status().isOk());
		});
		runner.run((context) -> mvc(context)
			.perform(remote("/hnsw-console/api/stores").header("Authorization", credentials()))
			.andExpect(status().isForbidden()));
	}

	@Test
	void whereThePathIsOpenToAllALoginIsNoReason() {
		runner().withUserConfiguration(ConsoleOpen.class).run((context) -> {
			MockMvc mvc = mvc(context);
			mvc.perform(remote("/hnsw-console/api/stores")).andExpect(status().isForbidden());
			mvc.perform(remote("/hnsw-console/api/stores").header("Authorization", credentials()))
				.andExpect(status().isForbidden());
			mvc.perform(get("/hnsw-console/api/stores").header("Host", "localhost").header(Console.HEADER, "1"))
				.andExpect(status().isOk());
		});
	}

	/** As somebody would write it. */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		EmbeddingModel embeddingModel() {
			return new NgramEmbeddingModel();
		}

	}

	/** A login for everything, and a role for the console. */
	@Configuration(proxyBeanMethods = false)
	static class AllClosed {

		@Bean
		SecurityFilterChain closed(HttpSecurity http) throws Exception {
			// region
			http.authorizeHttpRequests((requests) -> requests.requestMatchers("/hnsw-console/**")
				.hasRole("OPERATOR")
				.anyRequest()
				.authenticated());
			// endregion
			return http.httpBasic(Customizer.withDefaults()).build();
		}

	}

	/** A login for everything but the console. */
	@Configuration(proxyBeanMethods = false)
	static class ConsoleOpen {

		@Bean
		SecurityFilterChain open(HttpSecurity http) throws Exception {
			return http.authorizeHttpRequests(
					(requests) -> requests.requestMatchers("/hnsw-console/**").permitAll().anyRequest().authenticated())
				.httpBasic(Customizer.withDefaults())
				.build();
		}

	}

}
