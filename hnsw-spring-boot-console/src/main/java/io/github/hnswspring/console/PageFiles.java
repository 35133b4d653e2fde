package io.github.hnswspring.console;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.HttpStatus;

/** The files of the page, which are these and no others. Thread-safe. */
final class PageFiles {

	private static final Map<String, String> TYPES = Map.of("html", "text/html;charset=UTF-8", "css",
			"text/css;charset=UTF-8", "js", "text/javascript;charset=UTF-8", "svg", "image/svg+xml");

	private final Map<String, byte[]> contents = new ConcurrentHashMap<>();

	void write(String name, HttpServletResponse response) throws IOException {
		String file = name.isEmpty() ? "index.html" : name;
		// No name can lead anywhere else.
		if (!file.matches("[a-z]{1,20}\\.(html|css|js|svg)")) {
			throw missing();
		}
		byte[] content = this.contents.get(file);
		if (content == null) {
			content = read(file);
			this.contents.put(file, content);
		}
		response.setContentType(TYPES.get(file.substring(file.indexOf('.') + 1)));
		response.setContentLength(content.length);
		response.getOutputStream().write(content);
	}

	private static byte[] read(String file) throws IOException {
		try (InputStream input = PageFiles.class.getResourceAsStream("page/" + file)) {
			if (input == null) {
				throw missing();
			}
			return input.readAllBytes();
		}
	}

	private static ConsoleException missing() {
		return new ConsoleException(HttpStatus.NOT_FOUND, "The console has no such page; open its first one");
	}

}
