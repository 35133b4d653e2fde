package io.github.hnswspring.example.answer;

import java.net.URI;
import java.util.Locale;

import org.springframework.core.env.Environment;

/**
 * Which chat model is asked, and by what it is configured, for messages that say what to
 * do. Holds no secrets.
 *
 * @param kind as in {@code spring.ai.model.chat}, which is also the name of its profile
 * @param address scheme, host and port of its server
 * @param model its name
 */
record ChatTarget(String kind, String address, String model) {

	static ChatTarget of(Environment environment) {
		String kind = environment.getProperty("spring.ai.model.chat", "none");
		String prefix = "${spring.ai." + kind;
		// Unlike properties, placeholders do not mind one that nothing replaces.
		String url = environment.resolvePlaceholders(prefix + ".chat.base-url:" + prefix + ".base-url:}}");
		return new ChatTarget(kind, withoutSecrets(url), environment.resolvePlaceholders(prefix + ".chat.model:}"));
	}

	/** An address may hold a name and a password, and a path or query a key. */
	private static String withoutSecrets(String url) {
		try {
			URI uri = URI.create(url);
			if (uri.getScheme() != null && uri.getHost() != null) {
				return uri.getScheme() + "://" + uri.getHost() + ((uri.getPort() >= 0) ? ":" + uri.getPort() : "");
			}
		}
		catch (IllegalArgumentException ex) {
			// Not a URL; that is told when it is used.
		}
		return "its configured address";
	}

	/** What to do about credentials. */
	String keyRemedy() {
		return this.kind.equals("ollama") ? "check the credentials of " + this.address
				: "set " + setting("API_KEY", "api-key") + " to a key that is valid there and restart";
	}

	/** What to do about a model that is not there. */
	String modelRemedy() {
		String setting = setting("MODEL", "chat.model");
		return this.kind.equals("ollama") ? "run 'ollama pull " + this.model + "', or set " + setting + " and restart"
				: "check " + setting + " and the path in " + setting("BASE_URL", "base-url") + ", and restart";
	}

	/** What to do about a server that is not there. */
	String addressRemedy() {
		return "start it, or set " + setting("BASE_URL", "base-url") + " and restart";
	}

	/** The variable that the profile reads, and the property it sets. */
	private String setting(String variable, String property) {
		return this.kind.toUpperCase(Locale.ROOT) + "_" + variable + " (spring.ai." + this.kind + "." + property + ")";
	}

}
