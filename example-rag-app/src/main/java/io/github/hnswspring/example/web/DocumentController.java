package io.github.hnswspring.example.web;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import io.github.hnswspring.ingest.DocumentInfo;
import io.github.hnswspring.ingest.ExcludedDocument;
import io.github.hnswspring.ingest.Ingestion;
import io.github.hnswspring.ingest.ScanProgress;
import io.github.hnswspring.ingest.reading.DocumentFormat;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
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
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/**
 * Documents: what is there, their files, uploads, deletions, rounds over the sources, and
 * events.
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

	private static final MediaType PLAIN = new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8);

	@GetMapping("/documents")
	Documents list() {
		// In this order: when no round is running any more, all it found is in the list.
		ScanProgress scan = this.ingest.progress();
		return new Documents(this.ingest.documents(), scan, this.ingest.excluded());
	}

	/** Titles of some documents, to show what can be asked about. */
	@GetMapping("/topics")
	List<String> topics() {
		return this.ingest.documents()
			.stream()
			.filter((document) -> document.state() == DocumentInfo.State.READY)
			.flatMap((document) -> Stream.ofNullable(document.report()))
			.flatMap((report) -> Stream.ofNullable(report.title()))
			.distinct()
			.limit(TOPICS)
			.toList();
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

	/**
	 * The file behind the passages, named by its document's id and never by a path. A
	 * browser shows PDF and text and runs nothing: HTML is shown as its source, and what
	 * is neither is saved.
	 */
	@GetMapping("/documents/{id}/file")
	ResponseEntity<StreamingResponseBody> file(@PathVariable String id) {
		DocumentInfo document = this.ingest.document(id).orElseThrow(DocumentController::unknown);
		Path file = this.ingest.file(id).filter(Files::isRegularFile).orElseThrow(DocumentController::unknown);
		String name = document.source().substring(document.source().lastIndexOf('/') + 1);
		Optional<MediaType> shown = DocumentFormat.ofFileName(name).map(DocumentController::shown);
		ContentDisposition disposition = (shown.isPresent() ? ContentDisposition.inline()
				: ContentDisposition.attachment())
			.filename(name, StandardCharsets.UTF_8)
			.build();
		return ResponseEntity.ok()
			.header(HttpHeaders.CONTENT_DISPOSITION, disposition.toString())
			.contentType(shown.orElse(MediaType.APPLICATION_OCTET_STREAM))
			.body((out) -> Files.copy(file, out));
	}

	private static @Nullable MediaType shown(DocumentFormat format) {
		return switch (format) {
			case PDF -> MediaType.APPLICATION_PDF;
			// A byte order mark counts more than the character set named here.
			case MARKDOWN, ASCIIDOC, TEXT, HTML -> PLAIN;
			default -> null;
		};
	}

	private static ResponseStatusException unknown() {
		return new ResponseStatusException(HttpStatus.NOT_FOUND,
				"There is no document with this id, or its file has gone");
	}

	/** First everything as it is, then every change. */
	@GetMapping(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	Flux<ServerSentEvent<Object>> events() {
		return this.streams.open(this::list);
	}

}
