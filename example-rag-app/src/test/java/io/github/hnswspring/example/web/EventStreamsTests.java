package io.github.hnswspring.example.web;

import java.util.Map;

import io.github.hnswspring.example.RagProperties;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThatNoException;

/** How many questions are answered at a time. */
class EventStreamsTests {

	private final EventStreams streams = new EventStreams(
			new Binder(new MapConfigurationPropertySource(Map.of("rag.concurrent-answers", 1))).bindOrCreate("rag",
					RagProperties.class));

	@Test
	void whoIsToldTheEndOfAnAnswerMayAskTheNextAtOnce() {
		assertThatNoException()
			.isThrownBy(() -> this.streams.answer(Flux.empty()).doOnComplete(this.streams::acquire).blockLast());
	}

	@Test
	void whoLeavesFreesThePlace() {
		Disposable client = this.streams.answer(Flux.never()).subscribe();
		client.dispose();
		assertThatNoException().isThrownBy(this.streams::acquire);
	}

}
