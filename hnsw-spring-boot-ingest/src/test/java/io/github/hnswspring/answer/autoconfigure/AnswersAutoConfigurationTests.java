package io.github.hnswspring.answer.autoconfigure;

import java.nio.file.Path;
import java.util.List;

import io.github.hnswspring.answer.ExtractiveAnswers;
import io.github.hnswspring.autoconfigure.HnswVectorStoreAutoConfiguration;
import io.github.hnswspring.test.NgramEmbeddingModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

class AnswersAutoConfigurationTests {

	private final ApplicationContextRunner contexts = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(AnswersAutoConfiguration.class, HnswVectorStoreAutoConfiguration.class));

	@Test
	void anApplicationWithAStoreAndAModelHasAnswers(@TempDir Path directory) {
		this.contexts.withBean(EmbeddingModel.class, NgramEmbeddingModel::new)
			.withPropertyValues("hnsw.directory=" + directory)
			.run((context) -> {
				context.getBean(VectorStore.class).add(List.of(new Document("The harbour opens at seven.")));
				assertThat(context.getBean(ExtractiveAnswers.class).answer("When does the harbour open?").text())
					.isEqualTo("The harbour opens at seven. [1]");
			});
	}

	@Test
	void withoutAStoreThereAreNone() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(AnswersAutoConfiguration.class))
			.withBean(EmbeddingModel.class, NgramEmbeddingModel::new)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ExtractiveAnswers.class));
	}

}
