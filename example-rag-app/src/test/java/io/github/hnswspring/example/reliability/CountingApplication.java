package io.github.hnswspring.example.reliability;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.hnswspring.embeddings.OnnxEmbeddingModel;
import io.github.hnswspring.example.RagApplication;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * The application in a JVM that a test kills: its embedding model is made slow, and notes
 * in a file every text it was paid for.
 */
public final class CountingApplication {

	/** Separates texts in the file. */
	static final String END = "\u0000";

	private CountingApplication() {
	}

	public static void main(String[] args) {
		SpringApplication application = new SpringApplication(RagApplication.class, Counting.class);
		application.run(args);
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class Counting {

		@Bean
		static BeanPostProcessor countingEmbeddings() {
			return new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String name) {
					return (bean instanceof OnnxEmbeddingModel model) ? new CountingModel(model) : bean;
				}

			};
		}

	}

	/** Thread-safe: each request is one append. */
	private static final class CountingModel implements EmbeddingModel {

		private final OnnxEmbeddingModel model;

		private final Path file = Path.of(System.getProperty("counting.file"));

		private final long delayMillis = Long.getLong("counting.delay", 0);

		private final AtomicInteger callsLeft = new AtomicInteger(
				Integer.getInteger("counting.calls", Integer.MAX_VALUE));

		CountingModel(OnnxEmbeddingModel model) {
			this.model = model;
		}

		@Override
		public EmbeddingResponse call(EmbeddingRequest request) {
			note(request.getInstructions());
			try {
				Thread.sleep((this.callsLeft.getAndDecrement() > 0) ? this.delayMillis : Long.MAX_VALUE);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			return this.model.call(request);
		}

		private void note(List<String> texts) {
			try (FileChannel channel = FileChannel.open(this.file, StandardOpenOption.CREATE,
					StandardOpenOption.APPEND)) {
				String all = String.join(END, texts) + END;
				channel.write(ByteBuffer.wrap(all.getBytes(StandardCharsets.UTF_8)));
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		@Override
		public float[] embed(Document document) {
			return embed(String.valueOf(getEmbeddingContent(document)));
		}

		@Override
		public String getEmbeddingContent(Document document) {
			return String.valueOf(this.model.getEmbeddingContent(document));
		}

		@Override
		public int dimensions() {
			return this.model.dimensions();
		}

	}

}
