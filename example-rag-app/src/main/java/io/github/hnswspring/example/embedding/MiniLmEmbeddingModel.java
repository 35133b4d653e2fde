package io.github.hnswspring.example.embedding;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import dev.langchain4j.model.output.TokenUsage;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.document.Document;
import org.springframework.ai.document.MetadataMode;
import org.springframework.ai.embedding.AbstractEmbeddingModel;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.EmbeddingResponseMetadata;

/**
 * Spring AI's view of the all-MiniLM-L6-v2 that lies quantised in langchain4j's jar and
 * runs on ONNX Runtime in this process: {@value #DIMENSIONS} dimensions, unit length.
 * Text beyond 256 word pieces is not looked at, so chunks must stay below.
 * <p>
 * Thread-safe: the ONNX session may be used by any number of threads; it is loaded on
 * first use, once.
 */
public final class MiniLmEmbeddingModel extends AbstractEmbeddingModel {

	/** What the store records as the identity of the embeddings. */
	public static final String MODEL_NAME = "all-MiniLM-L6-v2-q";

	static final int DIMENSIONS = 384;

	static {
		// The tokenizer's library reports its use when it finds itself in a cloud, and
		// fetches native code when its jar has none. This application sends nothing.
		setIfAbsent("ai.djl.offline", "true");
		setIfAbsent("OPT_OUT_TRACKING", "true");
	}

	private final ReentrantLock loading = new ReentrantLock();

	private volatile @Nullable AllMiniLmL6V2QuantizedEmbeddingModel model;

	@Override
	public EmbeddingResponse call(EmbeddingRequest request) {
		List<TextSegment> segments = request.getInstructions().stream().map(MiniLmEmbeddingModel::segment).toList();
		if (segments.isEmpty()) {
			return new EmbeddingResponse(List.of(), metadata(0));
		}
		var response = model().embedAll(segments);
		List<Embedding> embeddings = new ArrayList<>(segments.size());
		for (int i = 0; i < segments.size(); i++) {
			embeddings.add(new Embedding(response.content().get(i).vector(), i));
		}
		TokenUsage usage = response.tokenUsage();
		Integer tokens = (usage != null) ? usage.inputTokenCount() : null;
		return new EmbeddingResponse(embeddings, metadata((tokens != null) ? tokens : 0));
	}

	@Override
	public float[] embed(Document document) {
		return embed(Objects.requireNonNull(getEmbeddingContent(document)));
	}

	/**
	 * The text with those metadata entries that its formatter lets through: here the
	 * heading path, without which many sections do not say what they are about.
	 */
	@Override
	public @Nullable String getEmbeddingContent(Document document) {
		return document.getFormattedContent(MetadataMode.EMBED);
	}

	@Override
	public int dimensions() {
		return DIMENSIONS;
	}

	private AllMiniLmL6V2QuantizedEmbeddingModel model() {
		AllMiniLmL6V2QuantizedEmbeddingModel loaded = this.model;
		if (loaded == null) {
			this.loading.lock();
			try {
				loaded = this.model;
				if (loaded == null) {
					loaded = new AllMiniLmL6V2QuantizedEmbeddingModel();
					this.model = loaded;
				}
			}
			finally {
				this.loading.unlock();
			}
		}
		return loaded;
	}

	private static TextSegment segment(String text) {
		if (text.isBlank()) {
			throw new IllegalArgumentException("A blank text has no embedding; give at least one word");
		}
		return TextSegment.from(text);
	}

	private static EmbeddingResponseMetadata metadata(int tokens) {
		return new EmbeddingResponseMetadata(MODEL_NAME, new DefaultUsage(tokens, 0));
	}

	private static void setIfAbsent(String property, String value) {
		if (System.getProperty(property) == null) {
			System.setProperty(property, value);
		}
	}

}
