package io.github.hnswspring.vectorstore;

import io.github.hnswspring.fixtures.TestEmbeddingModel;

import org.springframework.ai.document.Document;
import org.springframework.ai.document.MetadataMode;

/** Is given metadata in front of the text, as Spring AI's classes for OpenAI are. */
public final class EmbedsMetadataModel extends TestEmbeddingModel {

	@Override
	public String getEmbeddingContent(Document document) {
		return document.getFormattedContent(MetadataMode.EMBED);
	}

}
