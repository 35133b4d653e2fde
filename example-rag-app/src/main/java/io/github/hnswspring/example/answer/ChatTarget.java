package io.github.hnswspring.example.answer;

import java.net.URI;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Which chat model is asked, and by what it is configured, for messages that say what to
 * do. Holds no secrets.
 *
 * @param kind as in {@code spring.ai.model.chat}
 * @param address scheme, host and port of its server
 * @param model its name
 */
record ChatTarget(String kind, String address, String model) {

	static ChatTarget of(Environment environment) {
		Binder binder = Binder.get(environment);
		String kind = text(binder, "spring.ai.model.chat", "none");
		String prefix = "spring.ai." + kind;
		String url = text(binder, prefix + ".chat.base-url", text(binder, prefix + ".base-url", ""));
		return new ChatTarget(kind, withoutSecrets(url), text(binder, prefix + ".chat.model", ""));
	}

	private static String text(Binder binder, String property, String otherwise) {
		return binder.bind(property, String.class).orElse(otherwise);
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
		return isOpenAi() ? "set OPENAI_API_KEY (spring.ai.openai.api-key) to a key that is valid there and restart"
				: "check the credentials of " + this.address;
	}

	/** What to do about a model that is not there. */
	String modelRemedy() {
		if (isOllama()) {
			return "run 'ollama pull " + this.model
					+ "', or set OLLAMA_MODEL (spring.ai.ollama.chat.model) and restart";
		}
		return isOpenAi() ? "check OPENAI_MODEL (spring.ai.openai.chat.model) and the path in OPENAI_BASE_URL "
				+ "(spring.ai.openai.base-url), and restart" : "check its name and address";
	}

	/** What to do about a server that is not there. */
	String addressRemedy() {
		String start = "start it, or ";
		if (isOllama()) {
			return start + "set OLLAMA_BASE_URL (spring.ai.ollama.base-url) and restart";
		}
		return isOpenAi() ? start + "set OPENAI_BASE_URL (spring.ai.openai.base-url) and restart"
				: start + "check its address";
	}

	private boolean isOpenAi() {
		return this.kind.equals("openai");
	}

	private boolean isOllama() {
		return this.kind.equals("ollama");
	}

}
