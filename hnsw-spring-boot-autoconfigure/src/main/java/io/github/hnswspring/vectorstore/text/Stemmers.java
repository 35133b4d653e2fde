package io.github.hnswspring.vectorstore.text;

import java.lang.reflect.Constructor;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import org.tartarus.snowball.SnowballStemmer;

/**
 * The Snowball stemmers that come with Lucene's analysers, an optional library.
 * Thread-safe; a stemmer itself is confined to one text.
 */
final class Stemmers {

	private static final String LIBRARY = "org.apache.lucene:lucene-analysis-common";

	private static final String PACKAGE = "org.tartarus.snowball.ext.";

	private static final Map<String, String> CLASSES = Map.ofEntries(Map.entry("ar", "Arabic"),
			Map.entry("ca", "Catalan"), Map.entry("da", "Danish"), Map.entry("de", "German"), Map.entry("el", "Greek"),
			Map.entry("en", "English"), Map.entry("es", "Spanish"), Map.entry("et", "Estonian"),
			Map.entry("eu", "Basque"), Map.entry("fi", "Finnish"), Map.entry("fr", "French"), Map.entry("ga", "Irish"),
			Map.entry("hi", "Hindi"), Map.entry("hu", "Hungarian"), Map.entry("hy", "Armenian"),
			Map.entry("id", "Indonesian"), Map.entry("it", "Italian"), Map.entry("lt", "Lithuanian"),
			Map.entry("ne", "Nepali"), Map.entry("nl", "Dutch"), Map.entry("no", "Norwegian"),
			Map.entry("nb", "Norwegian"), Map.entry("nn", "Norwegian"), Map.entry("pt", "Portuguese"),
			Map.entry("ro", "Romanian"), Map.entry("ru", "Russian"), Map.entry("sr", "Serbian"),
			Map.entry("sv", "Swedish"), Map.entry("ta", "Tamil"), Map.entry("tr", "Turkish"),
			Map.entry("yi", "Yiddish"));

	private Stemmers() {
	}

	/** Makes stemmers for a language. */
	static Supplier<UnaryOperator<String>> of(String language) {
		String name = CLASSES.get(Locale.forLanguageTag(language).getLanguage());
		if (name == null) {
			throw new IllegalArgumentException("The language of texts (hnsw.text.language) is '" + language
					+ "', for which there is no stemmer; leave it out, or use one of "
					+ new TreeSet<>(CLASSES.keySet()));
		}
		try {
			return Snowball.stemmers(PACKAGE + name + "Stemmer");
		}
		catch (NoClassDefFoundError | ReflectiveOperationException ex) {
			throw new IllegalStateException("Stems of the language '" + language + "' (hnsw.text.language) are made by "
					+ LIBRARY
					+ ", which is not on the class path; add it, in version 9.12 for Java 17, or leave the language out",
					ex);
		}
	}

	/** Loaded only with the library. */
	private static final class Snowball {

		static Supplier<UnaryOperator<String>> stemmers(String type) throws ReflectiveOperationException {
			Constructor<? extends SnowballStemmer> constructor = Class.forName(type)
				.asSubclass(SnowballStemmer.class)
				.getDeclaredConstructor();
			// Fails now rather than at the first text.
			constructor.newInstance();
			return () -> stemmer(constructor);
		}

		private static UnaryOperator<String> stemmer(Constructor<? extends SnowballStemmer> constructor) {
			SnowballStemmer stemmer;
			try {
				stemmer = constructor.newInstance();
			}
			catch (ReflectiveOperationException ex) {
				throw new IllegalStateException(ex);
			}
			return (word) -> {
				stemmer.setCurrent(word);
				stemmer.stem();
				return stemmer.getCurrent();
			};
		}

	}

}
