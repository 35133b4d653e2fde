package io.github.hnswspring.vectorstore.text;

import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import org.tartarus.snowball.SnowballStemmer;
import org.tartarus.snowball.ext.ArabicStemmer;
import org.tartarus.snowball.ext.ArmenianStemmer;
import org.tartarus.snowball.ext.BasqueStemmer;
import org.tartarus.snowball.ext.CatalanStemmer;
import org.tartarus.snowball.ext.DanishStemmer;
import org.tartarus.snowball.ext.DutchStemmer;
import org.tartarus.snowball.ext.EnglishStemmer;
import org.tartarus.snowball.ext.EstonianStemmer;
import org.tartarus.snowball.ext.FinnishStemmer;
import org.tartarus.snowball.ext.FrenchStemmer;
import org.tartarus.snowball.ext.GermanStemmer;
import org.tartarus.snowball.ext.GreekStemmer;
import org.tartarus.snowball.ext.HindiStemmer;
import org.tartarus.snowball.ext.HungarianStemmer;
import org.tartarus.snowball.ext.IndonesianStemmer;
import org.tartarus.snowball.ext.IrishStemmer;
import org.tartarus.snowball.ext.ItalianStemmer;
import org.tartarus.snowball.ext.LithuanianStemmer;
import org.tartarus.snowball.ext.NepaliStemmer;
import org.tartarus.snowball.ext.NorwegianStemmer;
import org.tartarus.snowball.ext.PortugueseStemmer;
import org.tartarus.snowball.ext.RomanianStemmer;
import org.tartarus.snowball.ext.RussianStemmer;
import org.tartarus.snowball.ext.SerbianStemmer;
import org.tartarus.snowball.ext.SpanishStemmer;
import org.tartarus.snowball.ext.SwedishStemmer;
import org.tartarus.snowball.ext.TamilStemmer;
import org.tartarus.snowball.ext.TurkishStemmer;
import org.tartarus.snowball.ext.YiddishStemmer;

/**
 * The Snowball stemmers that come with Lucene's analysers, an optional library.
 * Thread-safe; a stemmer itself is confined to one text.
 */
final class Stemmers {

	private static final String LIBRARY = "org.apache.lucene:lucene-analysis-common";

	private Stemmers() {
	}

	/**
	 * Makes stemmers for a language.
	 * @param language its tag
	 * @return gives a new stemmer each time
	 * @throws IllegalArgumentException if there is none for the language
	 * @throws IllegalStateException if the library is not on the class path
	 */
	static Supplier<UnaryOperator<String>> of(String language) {
		try {
			return Snowball.of(language);
		}
		catch (NoClassDefFoundError ex) {
			throw new IllegalStateException("Stems for the language '" + language
					+ "' (hnsw.text.language) are made by " + LIBRARY
					+ ", which is not on the class path; add it, in version 9.12 for Java 17, or leave the language out",
					ex);
		}
	}

	/** Loaded only if there is a language, because it needs the library. */
	private static final class Snowball {

		private static final Map<String, Supplier<SnowballStemmer>> STEMMERS = Map.ofEntries(
				Map.entry("ar", ArabicStemmer::new), Map.entry("ca", CatalanStemmer::new),
				Map.entry("da", DanishStemmer::new), Map.entry("de", GermanStemmer::new),
				Map.entry("el", GreekStemmer::new), Map.entry("en", EnglishStemmer::new),
				Map.entry("es", SpanishStemmer::new), Map.entry("et", EstonianStemmer::new),
				Map.entry("eu", BasqueStemmer::new), Map.entry("fi", FinnishStemmer::new),
				Map.entry("fr", FrenchStemmer::new), Map.entry("ga", IrishStemmer::new),
				Map.entry("hi", HindiStemmer::new), Map.entry("hu", HungarianStemmer::new),
				Map.entry("hy", ArmenianStemmer::new), Map.entry("id", IndonesianStemmer::new),
				Map.entry("it", ItalianStemmer::new), Map.entry("lt", LithuanianStemmer::new),
				Map.entry("nb", NorwegianStemmer::new), Map.entry("ne", NepaliStemmer::new),
				Map.entry("nl", DutchStemmer::new), Map.entry("nn", NorwegianStemmer::new),
				Map.entry("no", NorwegianStemmer::new), Map.entry("pt", PortugueseStemmer::new),
				Map.entry("ro", RomanianStemmer::new), Map.entry("ru", RussianStemmer::new),
				Map.entry("sr", SerbianStemmer::new), Map.entry("sv", SwedishStemmer::new),
				Map.entry("ta", TamilStemmer::new), Map.entry("tr", TurkishStemmer::new),
				Map.entry("yi", YiddishStemmer::new));

		static Supplier<UnaryOperator<String>> of(String language) {
			Supplier<SnowballStemmer> stemmers = STEMMERS.get(Locale.forLanguageTag(language).getLanguage());
			if (stemmers == null) {
				throw new IllegalArgumentException("The language of texts (hnsw.text.language) is '" + language
						+ "', for which there is no stemmer; leave it out, or use one of "
						+ new TreeSet<>(STEMMERS.keySet()));
			}
			return () -> stemmer(stemmers.get());
		}

		private static UnaryOperator<String> stemmer(SnowballStemmer stemmer) {
			return (word) -> {
				stemmer.setCurrent(word);
				stemmer.stem();
				return stemmer.getCurrent();
			};
		}

	}

}
