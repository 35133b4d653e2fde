package io.github.hnswspring.example.web;

import java.util.List;

import io.github.hnswspring.example.RagProperties;
import io.github.hnswspring.ingest.IngestEvent;
import io.github.hnswspring.ingest.Ingestion;
import org.junit.jupiter.api.Test;
import org.mockito.InOrder;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;

class DocumentControllerTests {

	@Test
	void aChangeWhileEverythingIsListedReachesTheStream() throws Exception {
		EventStreams streams = new EventStreams(
				new Binder(new MapConfigurationPropertySource()).bindOrCreate("rag", RagProperties.class));
		Ingestion ingest = mock(Ingestion.class);
		when(ingest.documents()).then((listing) -> {
			streams.on(new IngestEvent.Removed("changed-meanwhile"));
			return List.of();
		});
		MockHttpServletResponse response = MockMvcBuilders.standaloneSetup(new DocumentController(ingest, streams))
			.build()
			.perform(get("/api/events"))
			.andReturn()
			.getResponse();
		long deadline = System.nanoTime() + 60_000_000_000L;
		while (!response.getContentAsString().contains("changed-meanwhile") && System.nanoTime() < deadline) {
			Thread.sleep(10);
		}
		streams.close();
		assertThat(response.getContentAsString()).startsWith("event:documents").contains("changed-meanwhile");
	}

	/** The other way round a round could end in between, and what it found be missing. */
	@Test
	void documentsAreListedAfterTheRoundWasLookedAt() {
		Ingestion ingest = mock(Ingestion.class);
		new DocumentController(ingest, mock(EventStreams.class)).list();
		InOrder order = inOrder(ingest);
		order.verify(ingest).progress();
		order.verify(ingest).documents();
	}

}
