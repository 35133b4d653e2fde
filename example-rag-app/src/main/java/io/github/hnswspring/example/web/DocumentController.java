package io.github.hnswspring.example.web;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.hnswspring.ingest.DocumentInfo;
import io.github.hnswspring.ingest.ExcludedDocument;
import io.github.hnswspring.ingest.Ingestion;
import io.github.hnswspring.ingest.ScanProgress;
import reactor.core.publisher.Flux;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.server.ResponseStatusException;

/**
 * Documents: what is there, uploads, deletions, rounds over the sources, and events.
 */
@RestController
@RequestMapping("/api")
record DocumentController(Ingestion ingest, EventStreams streams) {

	/**
	 * All documents and the state of the round over the sources.
	 *
	 * @param documents by name
	 * @param scan how far the round is
	 * @param excluded those that were deleted here and can be restored
	 */
	record Documents(List<DocumentInfo> documents, ScanProgress scan, List<ExcludedDocument> excluded) {
	}

	private static final int TOPICS = 4;

	@GetMapping("/documents")
	Documents list() {
		// In this order: when no round is running any more, all it found is in the list.
		ScanProgress scan = this.ingest.progress();
		return new Documents(this.ingest.documents(), scan, this.ingest.excluded());
	}

	/** Titles of some documents, to show what can be asked about. */
	@GetMapping("/topics")
	List<String> topics() {
		List<String> titles = this.ingest.documents()
			.stream()
			.filter((document) -> document.state() == DocumentInfo.State.READY)
			.flatMap((document) -> Stream.ofNullable(document.report()))
			.flatMap((report) -> Stream.ofNullable(report.title()))
			.distinct()
			.toList();
		int step = Math.max(1, titles.size() / TOPICS);
		return IntStream.range(0, Math.min(TOPICS, titles.size())).mapToObj((i) -> titles.get(i * step)).toList();
	}

	/** Accepted means: safe on disk, and ingested also after a crash. */
	@PostMapping(path = { "/documents", "/upload" }, consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
	@ResponseStatus(HttpStatus.ACCEPTED)
	DocumentInfo upload(@RequestParam("file") MultipartFile file) throws IOException {
		String name = Objects.requireNonNullElse(file.getOriginalFilename(), "");
		try (InputStream content = file.getInputStream()) {
			return this.ingest.put(name, content);
		}
	}

	@DeleteMapping("/documents/{id}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void delete(@PathVariable String id) {
		if (!this.ingest.delete(id)) {
			throw new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no document with this id");
		}
	}

	@PostMapping("/documents/{id}/restore")
	@ResponseStatus(HttpStatus.ACCEPTED)
	void restore(@PathVariable String id) {
		if (!this.ingest.restore(id)) {
			throw new ResponseStatusException(HttpStatus.NOT_FOUND, "No document with this id was deleted here");
		}
	}

	@PostMapping("/rescan")
	@ResponseStatus(HttpStatus.ACCEPTED)
	Map<String, Boolean> rescan() {
		this.ingest.rescan();
		return Map.of("queued", true);
	}

	/** First everything as it is, then every change. */
	@GetMapping(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	Flux<ServerSentEvent<Object>> events() {
		return this.streams.open(this::list);
	}

}
