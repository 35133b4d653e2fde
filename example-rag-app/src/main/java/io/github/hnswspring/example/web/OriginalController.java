package io.github.hnswspring.example.web;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import io.github.hnswspring.ingest.DocumentInfo;
import io.github.hnswspring.ingest.Ingestion;
import io.github.hnswspring.ingest.reading.DocumentFormat;
import org.jspecify.annotations.Nullable;

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
 * The files behind the passages, named by their document's id and never by a path. A
 * browser shows PDF and text and runs nothing: HTML is shown as its source, and what is
 * neither is saved.
 */
@RestController
record OriginalController(Ingestion ingest) {

	private static final MediaType TEXT = new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8);

	@GetMapping("/api/documents/{id}/file")
	ResponseEntity<StreamingResponseBody> file(@PathVariable String id) {
		DocumentInfo document = this.ingest.document(id).orElseThrow(OriginalController::unknown);
		Path file = this.ingest.file(id).filter(Files::isRegularFile).orElseThrow(OriginalController::unknown);
		String name = document.source().substring(document.source().lastIndexOf('/') + 1);
		Optional<MediaType> shown = DocumentFormat.ofFileName(name).map(OriginalController::shown);
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
			case MARKDOWN, ASCIIDOC, TEXT, HTML -> TEXT;
			default -> null;
		};
	}

	private static ResponseStatusException unknown() {
		return new ResponseStatusException(HttpStatus.NOT_FOUND,
				"There is no document with this id, or its file has gone");
	}

}
