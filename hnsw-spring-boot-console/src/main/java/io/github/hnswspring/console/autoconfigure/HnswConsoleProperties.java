package io.github.hnswspring.console.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Properties of the console.
 *
 * @param enabled whether the application has a console; true under devtools unless this
 * says otherwise
 * @param path where it is, within Spring MVC
 */
@ConfigurationProperties("hnsw.console")
public record HnswConsoleProperties(@DefaultValue("false") boolean enabled,
		@DefaultValue("/hnsw-console") String path) {

	/**
	 * Refuses a path that cannot be.
	 * @throws InvalidConfigurationPropertyValueException with the reason
	 */
	public HnswConsoleProperties {
		if (!path.matches("(/[A-Za-z0-9_.-]+)+") || path.contains("/.")) {
			throw new InvalidConfigurationPropertyValueException("hnsw.console.path", path,
					"The path begins with '/', does not end with it, and is of letters, digits, '_', '-' and '.', such "
							+ "as '/hnsw-console'.");
		}
	}

}
