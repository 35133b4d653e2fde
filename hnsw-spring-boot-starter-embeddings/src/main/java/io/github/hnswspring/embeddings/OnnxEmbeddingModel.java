package io.github.hnswspring.embeddings;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

import io.micrometer.observation.ObservationRegistry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.document.Document;
import org.springframework.ai.document.MetadataMode;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.EmbeddingResponseMetadata;
import org.springframework.ai.embedding.observation.DefaultEmbeddingModelObservationConvention;
import org.springframework.ai.embedding.observation.EmbeddingModelObservationContext;
import org.springframework.ai.embedding.observation.EmbeddingModelObservationConvention;
import org.springframework.ai.embedding.observation.EmbeddingModelObservationDocumentation;
import org.springframework.ai.observation.conventions.AiProvider;
import org.springframework.core.io.ClassPathResource;
import org.springframework.util.StringUtils;

/**
 * An {@link EmbeddingModel} that runs in this process, on ONNX Runtime, from a jar: no
 * server, no key, no network. The same text gives the same vector, bit by bit, on one
 * machine, whatever it is embedded with.
 * <p>
 * Some models want to know what a text is. {@link #embed(String)} takes a question, as
 * every store of Spring AI calls it for one, and so does {@link #call} where the options
 * are those of a question, as the HNSW store has them. {@link #getEmbeddingContent} and
 * {@link #embed(Document)} take a passage. Texts in a list or a plain request are taken
 * as they are. For all-MiniLM-L6-v2 there is no difference.
 * <p>
 * A text of which the model would see only the beginning is embedded by that beginning.
 * The first request with such texts is a warning in the log that says how many they are,
 * {@link #truncatedTexts} counts them, and closing the model logs their number.
 * <p>
 * Every request is an observation, as with Spring AI's own models.
 * <p>
 * Thread-safe. Loaded on first use; the texts of one request share the threads given to
 * the model, and a single text runs on the thread that asks.
 */
public final class OnnxEmbeddingModel implements EmbeddingModel, AutoCloseable {

	private static final Log logger = LogFactory.getLog(OnnxEmbeddingModel.class);

	private static final EmbeddingModelObservationConvention DEFAULT_CONVENTION = new DefaultEmbeddingModelObservationConvention();

	private final OnnxModel model;

	private final ObservationRegistry observations;

	private volatile EmbeddingModelObservationConvention convention = DEFAULT_CONVENTION;

	private final Workers workers;

	private final AtomicLong truncated = new AtomicLong();

	/** Held shared by who uses the encoder, exclusively by who makes or closes it. */
	private final ReadWriteLock use = new ReentrantReadWriteLock();

	private @Nullable OnnxEncoder encoder;

	private boolean closed;

	/** The model that comes with this module, on all processors. */
	public OnnxEmbeddingModel() {
		this(OnnxModel.ALL_MINILM_L6_V2_Q, Runtime.getRuntime().availableProcessors());
	}

	/**
	 * A published model.
	 * @param model which one
	 * @param threads how many texts of one request are embedded at a time, 1 or more
	 * @throws IllegalArgumentException if its jar is not on the class path
	 */
	public OnnxEmbeddingModel(OnnxModel model, int threads) {
		this(model, threads, ObservationRegistry.NOOP);
	}

	/**
	 * A published model whose requests are observed.
	 * @param model which one
	 * @param threads how many texts of one request are embedded at a time, 1 or more
	 * @param observations where its requests are observed
	 * @throws IllegalArgumentException if its jar is not on the class path
	 */
	public OnnxEmbeddingModel(OnnxModel model, int threads, ObservationRegistry observations) {
		if (threads < 1) {
			throw new IllegalArgumentException("An embedding model needs 1 thread or more, not " + threads);
		}
		if (!new ClassPathResource(model.network()).exists()) {
			throw new IllegalArgumentException(
					"The embedding model " + model.modelName() + " is not on the class path; add the dependency "
							+ model.artifact() + ", or choose another model");
		}
		this.model = model;
		this.observations = observations;
		this.workers = new Workers(threads);
	}

	/**
	 * Names and key values of observations from now on.
	 * @param convention for them
	 */
	public void setObservationConvention(EmbeddingModelObservationConvention convention) {
		this.convention = convention;
	}

	/**
	 * Embeds texts.
	 * @param request the texts; as they are, unless the options say that they are
	 * questions
	 * @return a vector for each, the model's name and the number of tokens
	 * @throws IllegalArgumentException if a text is blank, or the options ask for another
	 * model or another number of dimensions
	 * @throws IllegalStateException if the model cannot be loaded, is closed, or the
	 * thread was interrupted
	 */
	@Override
	public EmbeddingResponse call(EmbeddingRequest request) {
		EmbeddingOptions options = request.getOptions();
		if (options != null) {
			check("model", this.model.modelName(), options.getModel());
			check("dimensions", Integer.toString(this.model.dimensions()), options.getDimensions());
		}
		String prefix = Questions.isQuestion(options) ? this.model.questionPrefix() : "";
		return embed(request.getInstructions(), prefix);
	}

	private static void check(String what, String actual, @Nullable Object asked) {
		if (asked != null && !actual.equalsIgnoreCase(asked.toString())) {
			throw new IllegalArgumentException(
					"The options ask for the " + what + " '" + asked + "', but this embedding model has '" + actual
							+ "'; leave " + what + " out of the options, or choose another model with hnsw.onnx.model");
		}
	}

	/** Embeds a question. */
	@Override
	public float[] embed(String question) {
		return embed(List.of(question), this.model.questionPrefix()).getResult().getOutput();
	}

	/** Embeds a passage. */
	@Override
	public float[] embed(Document document) {
		return embed(List.of(getEmbeddingContent(document)), "").getResult().getOutput();
	}

	/**
	 * What of a document is embedded: its text, with those metadata that its formatter
	 * lets through, behind what the model wants in front of a passage.
	 */
	@Override
	public String getEmbeddingContent(Document document) {
		String content = document.getFormattedContent(MetadataMode.EMBED);
		String prefix = this.model.passagePrefix();
		return (prefix.isEmpty() || !StringUtils.hasText(content)) ? content : prefix + content.stripLeading();
	}

	@Override
	public int dimensions() {
		return this.model.dimensions();
	}

	/**
	 * Which model computes the embeddings.
	 * @return the model
	 */
	public OnnxModel model() {
		return this.model;
	}

	/**
	 * How long a text is for the model, whatever it looks at; {@link OnnxModel#maxTokens}
	 * is its limit.
	 * @param text as it is embedded
	 * @return tokens, the two around every text included
	 */
	public int tokenCount(String text) {
		return use((encoder) -> encoder.tokenize(text, Integer.MAX_VALUE).ids().length);
	}

	/**
	 * How many texts so far were longer than the model looks at.
	 * @return the number
	 */
	public long truncatedTexts() {
		return this.truncated.get();
	}

	private EmbeddingResponse embed(List<String> texts, String prefix) {
		EmbeddingRequest request = new EmbeddingRequest(texts,
				EmbeddingOptions.builder().model(this.model.modelName()).dimensions(this.model.dimensions()).build());
		EmbeddingModelObservationContext context = EmbeddingModelObservationContext.builder()
			.embeddingRequest(request)
			.provider(AiProvider.ONNX.value())
			.build();
		return EmbeddingModelObservationDocumentation.EMBEDDING_MODEL_OPERATION
			.observation(this.convention, DEFAULT_CONVENTION, () -> context, this.observations)
			.observe(() -> {
				EmbeddingResponse response = run(texts, prefix);
				context.setResponse(response);
				return response;
			});
	}

	private EmbeddingResponse run(List<String> texts, String prefix) {
		List<Encoded> encoded = this.workers.map(texts, (text) -> encode(text, prefix));
		List<Embedding> embeddings = new ArrayList<>(texts.size());
		int tokens = 0;
		int cut = 0;
		for (Encoded each : encoded) {
			embeddings.add(new Embedding(each.vector(), embeddings.size()));
			tokens += each.tokens();
			cut += each.truncated() ? 1 : 0;
		}
		countTruncated(cut, texts.size());
		return new EmbeddingResponse(embeddings,
				new EmbeddingResponseMetadata(this.model.modelName(), new DefaultUsage(tokens, 0)));
	}

	private Encoded encode(String text, String prefix) {
		if (!StringUtils.hasText(text)) {
			throw new IllegalArgumentException("A blank text has no embedding; give at least one word");
		}
		return use((encoder) -> {
			WordPieceTokenizer.Tokens tokens = encoder.tokenize(prefix + text, this.model.maxTokens());
			return new Encoded(encoder.encode(tokens.ids()), tokens.ids().length, tokens.truncated());
		});
	}

	private <R> R use(Function<OnnxEncoder, R> action) {
		this.use.readLock().lock();
		try {
			while (this.encoder == null) {
				this.use.readLock().unlock();
				try {
					load();
				}
				finally {
					this.use.readLock().lock();
				}
			}
			return action.apply(this.encoder);
		}
		finally {
			this.use.readLock().unlock();
		}
	}

	private void load() {
		this.use.writeLock().lock();
		try {
			if (this.closed) {
				throw new IllegalStateException("The embedding model " + this.model.modelName() + " is closed");
			}
			if (this.encoder == null) {
				this.encoder = OnnxEncoder.load(this.model);
			}
		}
		finally {
			this.use.writeLock().unlock();
		}
	}

	private void countTruncated(int cut, int texts) {
		if (cut > 0 && this.truncated.getAndAdd(cut) == 0) {
			logger.warn(cut + " of the " + texts + " texts of a request are longer than the " + this.model.maxTokens()
					+ " tokens that the embedding model " + this.model.modelName()
					+ " looks at; what comes after them cannot be found by meaning. Split documents into smaller "
					+ "passages. This is said once; truncatedTexts() and the meter hnsw.embeddings.truncated count "
					+ "such texts");
		}
	}

	/** Waits for texts that are being embedded; later ones are refused. */
	@Override
	public void close() {
		this.workers.close();
		this.use.writeLock().lock();
		try {
			this.closed = true;
			OnnxEncoder open = this.encoder;
			this.encoder = null;
			if (open != null) {
				open.close();
				logTruncated();
			}
		}
		finally {
			this.use.writeLock().unlock();
		}
	}

	private void logTruncated() {
		long cut = this.truncated.get();
		if (cut > 0) {
			logger.info("The embedding model " + this.model.modelName() + " was given " + cut
					+ ((cut == 1) ? " text" : " texts") + " longer than its " + this.model.maxTokens() + " tokens");
		}
	}

	@Override
	public String toString() {
		return "OnnxEmbeddingModel[" + this.model.modelName() + "]";
	}

	private record Encoded(float[] vector, int tokens, boolean truncated) {

	}

}
