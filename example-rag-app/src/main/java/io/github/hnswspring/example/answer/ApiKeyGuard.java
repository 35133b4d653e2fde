package io.github.hnswspring.example.answer;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import io.github.hnswspring.example.StartRefusedException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Refuses to start with a model of OpenAI's API and no key for it, or with an address of
 * a model's server that is none: otherwise the first question would find that out. A
 * post-processor, and so there before any model.
 */
@Component
class ApiKeyGuard implements BeanPostProcessor {

	private static final String PROPERTY = "spring.ai.openai.api-key";

	private static final String VARIABLE = "OPENAI_API_KEY";

	/** The words of which placeholders are made, and those without which none is one. */
	private static final String WORDS = "sk|proj|openai|open|ai|api|apikey|key|token|goes|with|the|real|actual|own|me|it"
			+ "|here|in";

	private static final String TELLING = "your|yours|my|change|changeme|insert|replace|enter|paste|add|put|place[-_ ]?holder"
			+ "|todo";

	/**
	 * What stands in examples where a key belongs: nothing but dots or the like, what is
	 * still in braces, or such words and no other. A real key may have any of them
	 * somewhere in it.
	 */
	private static final Pattern PLACEHOLDER = Pattern.compile("(?:sk-(?:proj-)?)?[.…*_-]*+|(?:sk-(?:proj-)?)?xx++"
			+ "|.*\\$\\{.*|(?:sk-)?(?:<.*>|\\{.*\\}|\\[.*\\])|null|undefined|(?:(?:" + WORDS + ")[-_ ])*(?:" + TELLING
			+ ")(?:[-_ ](?:" + WORDS + "|" + TELLING + "))*");

	ApiKeyGuard(Environment environment) {
		for (String kind : List.of("chat", "embedding")) {
			String model = environment.getProperty("spring.ai.model." + kind, "");
			if (model.equals("openai") || model.equals("ollama")) {
				checkAddress("spring.ai." + model + ".base-url", model.toUpperCase(Locale.ROOT), environment);
			}
			if (model.equals("openai")) {
				// As Spring AI looks for it; what cannot be replaced stays there.
				check(kind, environment.resolvePlaceholders(
						"${spring.ai.openai." + kind + ".api-key:${" + PROPERTY + ":${" + VARIABLE + ":}}}"));
			}
		}
	}

	private static void checkAddress(String property, String model, Environment environment) {
		String url = environment.resolvePlaceholders("${" + property + ":http://localhost}").strip();
		if (!ChatFailures.ADDRESS.matcher(url).matches()) {
			String shown = url.matches("[\\w.-]{1,63}:\\d{1,5}(/v1)?/?") ? "'" + url + "'"
					: "not shown (it may be secret)";
			throw new StartRefusedException(property + " has no http:// or https:// with a host; its value is " + shown,
					"Set the environment variable " + model + "_BASE_URL, or the property " + property
							+ ", to an address such as http://localhost:1234/v1 (of Ollama: http://localhost:11434).");
		}
	}

	private static void check(String kind, String key) {
		String problem = problem(key);
		if (problem != null) {
			throw new StartRefusedException(
					"spring.ai.model." + kind + " is openai, which needs an API key, but " + PROPERTY + " " + problem,
					"Set the environment variable " + VARIABLE + ", or the property " + PROPERTY
							+ ", to the key of your account (for a server that needs none, to the word 'unused'); "
							+ "or start without the profile openai, that is with spring.ai.model." + kind
							+ (kind.equals("chat") ? "=none, for answers made of sentences of the documents."
									: "=onnx, for the model inside the application."));
		}
	}

	/** The key itself is never repeated: it may be a real one that was mistyped. */
	private static @Nullable String problem(String key) {
		if (key.isBlank()) {
			return "is not set";
		}
		if (PLACEHOLDER.matcher(key.strip().toLowerCase(Locale.ROOT)).matches()) {
			return "is a placeholder, as it stands in examples, or one that was not replaced";
		}
		return key.matches("[!-~]+") ? null : "has a blank, a line end or another character in it that no key has";
	}

}
