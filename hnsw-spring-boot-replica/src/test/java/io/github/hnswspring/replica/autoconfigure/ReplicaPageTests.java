package io.github.hnswspring.replica.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/** What the page on replicas shows in YAML can be read, and sets what there is to set. */
class ReplicaPageTests {

	private static final Pattern SHOWN = Pattern.compile("(?s)```yaml\n(.*?)\n```");

	@Test
	void allOfItCanBeRead() throws IOException {
		assertThat(shown()).hasSizeGreaterThan(2).allSatisfy((yaml) -> assertThat(yaml).isNotEmpty());
	}

	@Test
	void theDeploymentSetsPropertiesThatThereAre() throws IOException {
		Map<String, Object> deployment = shown().stream()
			.filter((yaml) -> "Deployment".equals(yaml.get("kind")))
			.findFirst()
			.orElseThrow();
		Map<String, Object> container = list(path(deployment, "spec", "template", "spec"), "containers").get(0);
		Map<String, Object> variables = new LinkedHashMap<>();
		list(container, "env").forEach((each) -> variables.put((String) each.get("name"), each.get("value")));
		assertThat(variables.values()).as("Kubernetes takes text only").hasOnlyElementsOfType(String.class);
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new SystemEnvironmentPropertySource("systemEnvironment", variables));
		ConfigurationPropertySources.attach(environment);
		Binder binder = Binder.get(environment);
		ReplicaProperties properties = binder
			.bind("hnsw.replica", Bindable.ofInstance(new ReplicaProperties()),
					new NoUnboundElementsBindHandler(BindHandler.DEFAULT))
			.get();
		assertThat(properties.isEnabled()).isTrue();
		assertThat(properties.getMaxAge()).isEqualTo(Duration.ofMinutes(5));
		assertThat(properties.getAttach().getTable()).isEqualTo("vector_store");
		String directory = binder.bind("hnsw.directory", String.class).get();
		assertThat(list(container, "volumeMounts")).singleElement()
			.satisfies((mount) -> assertThat(directory).startsWith((String) mount.get("mountPath")));
		assertThat(binder.bind("management.endpoint.health.group.readiness.include", String.class).get())
			.isEqualTo("readinessState,hnswReplica");
		for (String probe : List.of("startupProbe", "readinessProbe")) {
			assertThat(path(container, probe, "httpGet")).containsEntry("path", "/actuator/health/readiness");
		}
	}

	private static List<Map<String, Object>> shown() throws IOException {
		return SHOWN.matcher(Files.readString(Path.of("../docs/replicas.md")))
			.results()
			.<Map<String, Object>>map((block) -> new Yaml().load(block.group(1)))
			.toList();
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> path(Map<String, Object> yaml, String... keys) {
		Map<String, Object> found = yaml;
		for (String key : keys) {
			assertThat(found).containsKey(key);
			found = (Map<String, Object>) found.get(key);
		}
		return found;
	}

	@SuppressWarnings("unchecked")
	private static List<Map<String, Object>> list(Map<String, Object> yaml, String key) {
		return (List<Map<String, Object>>) yaml.get(key);
	}

}
