package io.github.hnswspring.ingest;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Where a file lies below a source, as text that does not depend on the locale. A path
 * keeps the bytes of its names, but as text it has a replacement for each that is no
 * character of the locale: with {@code LC_ALL=C}, {@code Grüße.md} and {@code Größe.md}
 * would be one document.
 */
final class PlaceNames {

	private static final char REPLACEMENT = '\uFFFD';

	private PlaceNames() {
	}

	/**
	 * The place of a file.
	 * @param root the source's folder
	 * @param file the root, or a file or folder below it
	 * @return the names below the root, with slashes, read as UTF-8; bytes that are not
	 * UTF-8 are written like {@code %FC}
	 */
	static String of(Path root, Path file) {
		Path relative = root.relativize(file);
		String place = relative.toString();
		if (place.indexOf(REPLACEMENT) < 0) {
			return IngestSource.slashes(place);
		}
		StringBuilder names = new StringBuilder();
		for (Path name : relative) {
			names.append((names.length() > 0) ? "/" : "").append(name(name));
		}
		return names.toString();
	}

	private static String name(Path name) {
		String text = name.toString();
		if (text.indexOf(REPLACEMENT) < 0) {
			return text;
		}
		// Only an address has the bytes as they are; a folder's ends with a slash.
		URI address = name.toUri();
		String path = address.getRawPath();
		int end = path.endsWith("/") ? path.length() - 1 : path.length();
		return decode(path.substring(path.lastIndexOf('/', end - 1) + 1, end));
	}

	private static String decode(String escaped) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		for (int i = 0; i < escaped.length(); i++) {
			if (escaped.charAt(i) == '%') {
				bytes.write(Integer.parseInt(escaped, i + 1, i + 3, 16));
				i += 2;
			}
			else {
				bytes.write(escaped.charAt(i));
			}
		}
		byte[] name = bytes.toByteArray();
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name)).toString();
		}
		catch (CharacterCodingException ex) {
			StringBuilder text = new StringBuilder();
			for (byte one : name) {
				text.append((one >= 0) ? String.valueOf((char) one) : String.format(Locale.ROOT, "%%%02X", one));
			}
			return text.toString();
		}
	}

}
