package io.github.hnswspring.console.autoconfigure;

import java.util.Map;

import io.github.hnswspring.console.Console;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;

/** Says where the console is, in one line of the log. Thread-safe: immutable. */
final class ConsoleStartLine implements ApplicationListener<ApplicationReadyEvent> {

	private static final Log logger = LogFactory.getLog(Console.class);

	private final HnswConsoleProperties properties;

	ConsoleStartLine(HnswConsoleProperties properties) {
		this.properties = properties;
	}

	@Override
	public void onApplicationEvent(ApplicationReadyEvent event) {
		Environment environment = event.getApplicationContext().getEnvironment();
		boolean asked = environment.containsProperty(OnConsoleCondition.PROPERTY);
		logger.info("HNSW console: " + address(environment)
				+ " (from this machine, or with a login of Spring Security; " + OnConsoleCondition.PROPERTY + "="
				+ (asked ? "true" : "false switches off what devtools switched on") + ")");
	}

	private String address(Environment environment) {
		String port = environment.getProperty("local.server.port");
		String path = environment.getProperty("server.servlet.context-path", "")
				+ stripped(environment.getProperty("spring.mvc.servlet.path", "")) + this.properties.path() + "/";
		return (port != null) ? (isEncrypted(environment) ? "https" : "http") + "://localhost:" + port + path : path;
	}

	private static String stripped(String path) {
		return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
	}

	private static boolean isEncrypted(Environment environment) {
		return environment.getProperty("server.ssl.enabled", Boolean.class, true) && Binder.get(environment)
			.bind("server.ssl", Bindable.mapOf(String.class, Object.class))
			.map(Map::keySet)
			.map((names) -> names.stream().anyMatch((name) -> !name.equals("enabled")))
			.orElse(false);
	}

}
