package io.github.hnswspring.embeddings;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;

import org.springframework.core.io.ClassPathResource;

/**
 * A network in native memory, from tokens to a vector. Each text is a run of its own, on
 * the thread that asks, and for two reasons: the numbers inside a quantised network are
 * scaled by the largest one of a run, so in a batch the vector of a text would depend on
 * its neighbours; and no time is spent on filling short texts up to the longest.
 * <p>
 * Thread-safe, but must not be closed while it is used.
 */
final class OnnxEncoder implements AutoCloseable {

	private static final String TOKENS = "input_ids";

	private static final String MASK = "attention_mask";

	private static final String SEGMENTS = "token_type_ids";

	private final OnnxModel model;

	private final WordPieceTokenizer tokenizer;

	private final OrtEnvironment environment;

	private final OrtSession session;

	private final Set<String> inputs;

	private OnnxEncoder(OnnxModel model) throws IOException, OrtException {
		this.model = model;
		try (InputStream tokenizer = new ClassPathResource(model.tokenizer()).getInputStream()) {
			this.tokenizer = WordPieceTokenizer.read(tokenizer);
		}
		this.environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING, "hnsw");
		this.environment.setTelemetry(false);
		try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
			options.setIntraOpNumThreads(1);
			options.setInterOpNumThreads(1);
			this.session = this.environment.createSession(network(model), options);
		}
		this.inputs = this.session.getInputNames();
	}

	/**
	 * Loads a model from the class path.
	 * @throws IllegalStateException if the model cannot be read, or ONNX Runtime not run
	 */
	static OnnxEncoder load(OnnxModel model) {
		try {
			return new OnnxEncoder(model);
		}
		catch (IOException | OrtException | LinkageError ex) {
			throw new IllegalStateException("The embedding model " + model.modelName() + " cannot be loaded on "
					+ System.getProperty("os.name") + "/" + System.getProperty("os.arch") + ": " + ex.getMessage()
					+ ". ONNX Runtime needs its native library for this platform in the jar "
					+ "com.microsoft.onnxruntime:onnxruntime (on Linux with glibc), a directory "
					+ System.getProperty("java.io.tmpdir") + " where it can be unpacked and run, and the jar "
					+ model.artifact() + " as it was published", ex);
		}
	}

	/** Read past the heap: the largest of the models has 133 MB. */
	private static ByteBuffer network(OnnxModel model) throws IOException {
		ClassPathResource resource = new ClassPathResource(model.network());
		ByteBuffer network = ByteBuffer.allocateDirect(Math.toIntExact(resource.contentLength()));
		try (ReadableByteChannel channel = Channels.newChannel(resource.getInputStream())) {
			while (network.hasRemaining()) {
				if (channel.read(network) < 0) {
					throw new EOFException(model.network() + " ends after " + network.position() + " bytes");
				}
			}
		}
		return network.flip();
	}

	/** Cuts a text into what {@link #encode} takes. */
	WordPieceTokenizer.Tokens tokenize(String text, int maxTokens) {
		return this.tokenizer.tokenize(text, maxTokens);
	}

	/**
	 * Runs the network on one text.
	 * @param ids of its tokens
	 * @return {@code float[dimensions]} of unit length
	 * @throws IllegalStateException if it fails
	 */
	float[] encode(long[] ids) {
		Map<String, OnnxTensor> tensors = new HashMap<>();
		try {
			long[] ones = new long[ids.length];
			Arrays.fill(ones, 1);
			add(tensors, TOKENS, ids);
			add(tensors, MASK, ones);
			add(tensors, SEGMENTS, new long[ids.length]);
			try (OrtSession.Result result = this.session.run(tensors)) {
				FloatBuffer tokens = ((OnnxTensor) result.get(0)).getFloatBuffer();
				return unit(pool(tokens, ids.length));
			}
		}
		catch (OrtException ex) {
			throw new IllegalStateException("The embedding model " + this.model.modelName() + " failed on a text of "
					+ ids.length + " tokens: " + ex.getMessage(), ex);
		}
		finally {
			tensors.values().forEach(OnnxTensor::close);
		}
	}

	private void add(Map<String, OnnxTensor> tensors, String name, long[] values) throws OrtException {
		if (this.inputs.contains(name)) {
			tensors.put(name, OnnxTensor.createTensor(this.environment, LongBuffer.wrap(values),
					new long[] { 1, values.length }));
		}
	}

	/** From a vector per token to one. */
	private float[] pool(FloatBuffer tokens, int count) {
		int dimensions = this.model.dimensions();
		if (tokens.remaining() != count * dimensions) {
			throw new IllegalStateException("The model " + this.model.modelName() + " should give " + count
					+ " tokens of " + dimensions + " numbers, but gave " + tokens.remaining() + " numbers; use the jar "
					+ this.model.artifact() + " as it was published");
		}
		float[] vector = new float[dimensions];
		int pooled = (this.model.pooling() == OnnxModel.Pooling.FIRST) ? 1 : count;
		for (int token = 0; token < pooled; token++) {
			for (int i = 0; i < dimensions; i++) {
				vector[i] += tokens.get();
			}
		}
		return vector;
	}

	/** Divides by the length, which makes a mean of a sum as well. */
	private static float[] unit(float[] vector) {
		double squares = 0;
		for (float component : vector) {
			squares += component * component;
		}
		double length = Math.sqrt(squares);
		for (int i = 0; i < vector.length; i++) {
			vector[i] = (float) (vector[i] / length);
		}
		return vector;
	}

	@Override
	public void close() {
		try {
			this.session.close();
		}
		catch (OrtException ex) {
			throw new IllegalStateException("The embedding model " + this.model.modelName() + " cannot be closed", ex);
		}
	}

}
