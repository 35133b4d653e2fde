package io.github.hnswspring.embeddings;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.ai.document.Document;
import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The models that are not quantised. Their jars have 90 to 130 MB each, so they are there
 * with the profile {@code models} only.
 */
class LargeModelsTests {

	/** The example of the Sentence Transformers documentation. */
	@Test
	void similaritiesAreThePublishedOnes() {
		try (OnnxEmbeddingModel model = model(OnnxModel.ALL_MINILM_L6_V2)) {
			float[] weather = model.embed("The weather is lovely today.");
			float[] sun = model.embed("It's so sunny outside!");
			float[] stadium = model.embed("He drove to the stadium.");
			Offset<Double> rounded = Offset.offset(.001);
			assertThat(similarity(weather, sun)).isCloseTo(.6660, rounded);
			assertThat(similarity(weather, stadium)).isCloseTo(.1046, rounded);
			assertThat(similarity(sun, stadium)).isCloseTo(.1411, rounded);
		}
	}

	/**
	 * The same network, of which every number was rounded, points almost the same way.
	 */
	@ParameterizedTest
	@CsvSource({ "ALL_MINILM_L6_V2, ALL_MINILM_L6_V2_Q, .95", "BGE_SMALL_EN_V1_5, BGE_SMALL_EN_V1_5_Q, .95",
			"E5_SMALL_V2, E5_SMALL_V2_Q, .95" })
	void vectorsAreNearThoseOfTheQuantisedModel(OnnxModel large, OnnxModel small, double least) {
		Document passage = new Document("A running database can be copied to another directory.");
		try (OnnxEmbeddingModel model = model(large); OnnxEmbeddingModel quantised = new OnnxEmbeddingModel(small, 1)) {
			assertThat(similarity(model.embed(passage), quantised.embed(passage))).isBetween(least, 1.00001);
			String question = "How do I make a backup?";
			assertThat(similarity(model.embed(question), quantised.embed(question))).isBetween(least, 1.00001);
			assertThat(large.questionPrefix()).isEqualTo(small.questionPrefix());
			assertThat(large.passagePrefix()).isEqualTo(small.passagePrefix());
			assertThat(similarity(model.embed(question), model.embed(passage))).isGreaterThan(
					similarity(model.embed(question), model.embed(new Document("Tomatoes want water every morning."))));
		}
	}

	private static OnnxEmbeddingModel model(OnnxModel model) {
		assumeTrue(new ClassPathResource(model.network()).exists(),
				() -> model.artifact() + " is not on the class path; run with -Pmodels");
		return new OnnxEmbeddingModel(model, 1);
	}

	private static double similarity(float[] a, float[] b) {
		double product = 0;
		for (int i = 0; i < a.length; i++) {
			product += a[i] * b[i];
		}
		return product;
	}

}
