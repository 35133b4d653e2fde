package io.github.hnswspring.example.answer;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import io.github.hnswspring.example.StartRefusedException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Refuses to start with a model of OpenAI's API and no key for it: otherwise the first
 * question would find that out.
 */
@Component
class ApiKeyGuard {

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

	private static final Pattern KEY = Pattern.compile("[!-~]+");

	ApiKeyGuard(Environment environment) {
		for (String kind : List.of("chat", "embedding")) {
			if (environment.getProperty("spring.ai.model." + kind, "").equals("openai")) {
				// As Spring AI looks for it; a placeholder that cannot be replaced stays
				// one.
				check(kind, environment.resolvePlaceholders(
						"${spring.ai.openai." + kind + ".api-key:${" + PROPERTY + ":${" + VARIABLE + ":}}}"));
			}
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
		return KEY.matcher(key).matches() ? null : "has a blank, a line end or another character in it that no key has";
	}

}
