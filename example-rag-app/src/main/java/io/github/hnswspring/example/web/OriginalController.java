package io.github.hnswspring.example.web;

import java.nio.charset.StandardCharsets;

import io.github.hnswspring.ingest.Ingestion;
import io.github.hnswspring.ingest.OriginalFile;

import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/**
 * The files behind the passages. A browser shows PDF and text; it never runs what is in
 * them: HTML is shown as its source, and what is neither is saved.
 */
@RestController
class OriginalController {

	private final Ingestion ingest;

	OriginalController(Ingestion ingest) {
		this.ingest = ingest;
	}

	@GetMapping("/api/documents/{id}/file")
	ResponseEntity<StreamingResponseBody> file(@PathVariable String id) {
		OriginalFile file = this.ingest.original(id)
			.orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND,
					"There is no document with this id, or its file has gone"));
		boolean shown = switch (file.format()) {
			case PDF, MARKDOWN, ASCIIDOC, TEXT, HTML -> true;
			default -> false;
		};
		ContentDisposition disposition = (shown ? ContentDisposition.inline() : ContentDisposition.attachment())
			.filename(file.name(), StandardCharsets.UTF_8)
			.build();
		return ResponseEntity.ok()
			.header(HttpHeaders.CONTENT_DISPOSITION, disposition.toString())
			.contentType(shown ? type(file) : MediaType.APPLICATION_OCTET_STREAM)
			.body(file::writeTo);
	}

	private static MediaType type(OriginalFile file) {
		return switch (file.format()) {
			case PDF -> MediaType.APPLICATION_PDF;
			// A byte order mark counts more.
			default -> new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8);
		};
	}

}
