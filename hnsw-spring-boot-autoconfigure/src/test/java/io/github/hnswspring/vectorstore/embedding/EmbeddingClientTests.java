package io.github.hnswspring.vectorstore.embedding;

import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.ai.document.DefaultContentFormatter;
import org.springframework.ai.document.Document;
import org.springframework.ai.document.MetadataMode;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;

import static org.assertj.core.api.Assertions.assertThat;

/** What the embedding model is asked, and what is taken from its answer. */
class EmbeddingClientTests {

	private static final List<String> NAMES = List.of("document '1'", "document '2'");

	private static final List<String> NAME = NAMES.subList(0, 1);

	/** Puts the metadata in front of the text, and remembers what it was asked. */
	private static final class MetadataModel extends TestEmbeddingModel {

		private @Nullable EmbeddingRequest asked;

		private boolean nameless;

		@Override
		public EmbeddingResponse call(EmbeddingRequest request) {
			this.asked = request;
			EmbeddingResponse response = super.call(request);
			return this.nameless ? new EmbeddingResponse(response.getResults()) : response;
		}

		@Override
		public @Nullable String getEmbeddingContent(Document document) {
			return document.getFormattedContent(MetadataMode.EMBED);
		}

	}

	private final MetadataModel model = new MetadataModel();

	private EmbeddingClient client(@Nullable String configuredName, String... excluded) {
		return new EmbeddingClient(this.model, configuredName, Set.of(excluded));
	}

	@Test
	void severalTextsAreOneRequestAndTheirVectorsInTheirOrder() {
		EmbeddingClient.Embedded embedded = client(null).embed(List.of("river", "mountain"), NAMES);
		assertThat(this.model.calls()).isEqualTo(1);
		assertThat(embedded.vectors()).containsExactly(this.model.vector("river"), this.model.vector("mountain"));
	}

	@Test
	void theModelIsTheOneTheResponseNamesUnlessANameIsConfigured() {
		assertThat(client(null).embed(List.of("river"), NAME).model()).isEqualTo("test-words");
		assertThat(client("my name for it").embed(List.of("river"), NAME).model()).isEqualTo("my name for it");
	}

	@Test
	void aBlankNameIsNone() {
		EmbeddingClient blank = new EmbeddingClient(new TestEmbeddingModel(4, " "), null, Set.of());
		assertThat(blank.embed(List.of("river"), NAME).model()).isNull();
		this.model.nameless = true;
		assertThat(client(null).embed(List.of("river"), NAME).model()).isNull();
	}

	@Test
	void optionsReachTheModel() {
		EmbeddingOptions options = EmbeddingOptions.builder().dimensions(7).build();
		client(null).embed(List.of("river"), NAME, options);
		assertThat(this.model.asked).isNotNull();
		assertThat(this.model.asked.getOptions()).isSameAs(options);
	}

	@Test
	void anExcludedKeyIsNotInTheContentNorWasItFormerly() {
		Document document = new Document("1", "text", Map.of("page", 3, "title", "Fees"));
		EmbeddingClient client = client(null, "page");
		assertThat(client.content(document)).isEqualTo("title: Fees\n\ntext");
		assertThat(client.formerContent(document)).isEqualTo("title: Fees\n\ntext");
		assertThat(client.contentWithAllMetadata(document)).contains("page: 3", "title: Fees");
		assertThat(document.getMetadata()).as("the document itself").containsKey("page");
	}

	@Test
	void aFormatterOfTheDocumentIsNotOverruled() {
		Document document = new Document("1", "text", Map.of("page", 3));
		document.setContentFormatter(DefaultContentFormatter.builder().withMetadataTemplate("<{key}>").build());
		EmbeddingClient client = client(null, "page");
		assertThat(client.content(document)).contains("<page>");
		assertThat(client.formerContent(document)).contains("<page>");
	}

	@Test
	void aModelThatSeesNothingInADocumentIsGivenNothing() {
		EmbeddingClient client = new EmbeddingClient(new TestEmbeddingModel() {

			@Override
			public @Nullable String getEmbeddingContent(Document document) {
				return null;
			}

		}, null, Set.of());
		assertThat(client.content(new Document("1", "text", Map.of("a", 1)))).isEmpty();
		assertThat(client.formerContent(new Document("1", "text", Map.of("a", 1)))).isEmpty();
		assertThat(client.contentWithAllMetadata(new Document("1", "text", Map.of()))).isEmpty();
	}

	@Test
	void itAsksItsOwnModelAndNoEqualOne() {
		assertThat(client(null).asks(this.model)).isTrue();
		assertThat(client(null).asks(new TestEmbeddingModel())).isFalse();
	}

}
