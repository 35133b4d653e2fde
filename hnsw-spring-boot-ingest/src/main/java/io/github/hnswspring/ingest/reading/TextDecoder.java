package io.github.hnswspring.ingest.reading;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.ibm.icu.text.CharsetDetector;
import com.ibm.icu.text.CharsetMatch;
import io.github.hnswspring.ingest.reading.UnreadableDocumentException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Bytes to text: as a byte order mark says, as the document declares, as UTF-8 if it is,
 * else in the charset that its bytes look most like.
 */
final class TextDecoder {

	private static final int DECLARED_WITHIN = 4_096;

	private static final int DETECTED_WITHIN = 200_000;

	/** Below this the detector knows no better than the most common charset. */
	private static final int MIN_CONFIDENCE = 25;

	private static final Pattern DECLARED = Pattern.compile(
			"<meta[^>]{0,500}?charset\\s*=\\s*[\"']?\\s*([\\w:.-]{2,40})|<\\?xml[^>]{0,200}?encoding\\s*=\\s*[\"']([\\w:.-]{2,40})",
			Pattern.CASE_INSENSITIVE);

	/** What is called so is in practice the larger charset. */
	private static final Map<String, String> LARGER = Map.of("iso-8859-1", "windows-1252", "us-ascii", "windows-1252",
			"ascii", "windows-1252", "latin1", "windows-1252", "gb2312", "GB18030", "gbk", "GB18030", "shift_jis",
			"windows-31j", "euc-kr", "x-windows-949", "iso-8859-9", "windows-1254");

	private static final Pattern TERMINAL = Pattern.compile("\\u001B(?:\\[[0-9;?]*[ -/]*[@-~]|[@-Z\\\\^_=>])");

	/** Printers once made letters bold by printing them twice. */
	private static final Pattern OVERSTRIKE = Pattern.compile(".\\u0008");

	/**
	 * They stand between words: a line end of word processors, and what parts records.
	 */
	private static final Pattern SEPARATOR = Pattern.compile("[\\x0B\\x1C-\\x1F\\u0085]");

	private static final Pattern CONTROL = Pattern
		.compile("[\\x00-\\x08\\x0B\\x0E-\\x1F\\x7F\\u0080-\\u0084\\u0086-\\u009F\\uFFFE\\uFFFF]");

	/** Text has fewer control characters than one in this many. */
	private static final int BINARY = 100;

	private TextDecoder() {
	}

	static String decode(byte[] bytes, LeftOuts leftOut) {
		return cleaned(decoded(bytes, null, leftOut), leftOut);
	}

	/** The same for a page that may say in which charset it is. */
	static String decodePage(byte[] bytes, LeftOuts leftOut) {
		String start = new String(bytes, 0, Math.min(bytes.length, DECLARED_WITHIN), StandardCharsets.ISO_8859_1);
		Matcher declared = DECLARED.matcher(start);
		String name = !declared.find() ? null : (declared.group(1) != null) ? declared.group(1) : declared.group(2);
		return cleaned(decoded(bytes, (name == null) ? null : charset(name), leftOut), leftOut);
	}

	private static String decoded(byte[] bytes, @Nullable Charset declared, LeftOuts leftOut) {
		Charset marked = byteOrderMark(bytes);
		if (marked != null) {
			String text = lenient(bytes, marked, leftOut);
			return (!text.isEmpty() && text.charAt(0) == '\uFEFF') ? text.substring(1) : text;
		}
		String utf8 = strict(bytes, StandardCharsets.UTF_8);
		if (utf8 != null && utf8.indexOf('\0') < 0 && (declared == null || !isStateful(declared))) {
			return utf8;
		}
		// A page whose declaration could be read as ASCII is not in UTF-16.
		if (declared != null && !declared.name().startsWith("UTF-16") && !declared.name().startsWith("UTF-32")) {
			return lenient(bytes, declared, leftOut);
		}
		Charset wide = WideText.charset(bytes);
		if (wide != null) {
			guessed(wide, leftOut);
			return lenient(bytes, wide, leftOut);
		}
		return (utf8 != null) ? utf8 : detected(bytes, leftOut);
	}

	/** Whether its text may consist of ASCII bytes alone. */
	private static boolean isStateful(Charset charset) {
		return charset.name().startsWith("ISO-2022") || charset.name().startsWith("UTF-7");
	}

	private static @Nullable Charset byteOrderMark(byte[] bytes) {
		int first = at(bytes, 0);
		int second = at(bytes, 1);
		if (first == 0xEF && second == 0xBB && at(bytes, 2) == 0xBF) {
			return StandardCharsets.UTF_8;
		}
		if (first == 0xFF && second == 0xFE) {
			return (at(bytes, 2) == 0 && at(bytes, 3) == 0 && bytes.length >= 4) ? Charset.forName("UTF-32LE")
					: StandardCharsets.UTF_16LE;
		}
		if (first == 0xFE && second == 0xFF) {
			return StandardCharsets.UTF_16BE;
		}
		boolean utf32 = first == 0 && second == 0 && at(bytes, 2) == 0xFE && at(bytes, 3) == 0xFF;
		return utf32 ? Charset.forName("UTF-32BE") : null;
	}

	private static int at(byte[] bytes, int index) {
		return (index < bytes.length) ? bytes[index] & 0xFF : -1;
	}

	private static String detected(byte[] bytes, LeftOuts leftOut) {
		String utf8 = new String(bytes, StandardCharsets.UTF_8);
		long damaged = utf8.chars().filter((c) -> c == '\uFFFD').count();
		// Few bad bytes in what is UTF-8 otherwise are damage, not another charset.
		long other = utf8.chars().filter((c) -> c > 0x7F).count() - damaged;
		if (damaged * 4 < other) {
			return lenient(bytes, StandardCharsets.UTF_8, leftOut);
		}
		byte[] sample = (bytes.length > DETECTED_WITHIN) ? Arrays.copyOf(bytes, DETECTED_WITHIN) : bytes;
		for (CharsetMatch match : new CharsetDetector().setText(sample).detectAll()) {
			Charset charset = (match.getConfidence() < MIN_CONFIDENCE) ? null : charset(match.getName());
			if (charset != null && !charset.name().startsWith("UTF-")) {
				String text = strict(bytes, charset);
				if (text != null) {
					guessed(charset, leftOut);
					return text;
				}
			}
		}
		Charset common = Charset.forName("windows-1252");
		guessed(common, leftOut);
		return lenient(bytes, common, leftOut);
	}

	private static void guessed(Charset charset, LeftOuts leftOut) {
		leftOut.add("certainty about the charset, which is guessed",
				"the file does not say it and is not in UTF-8; " + "where letters look wrong, save it as UTF-8",
				charset.name());
	}

	private static @Nullable Charset charset(String name) {
		String larger = LARGER.getOrDefault(name.toLowerCase(Locale.ROOT), name);
		try {
			return Charset.isSupported(larger) ? Charset.forName(larger) : null;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	private static @Nullable String strict(byte[] bytes, Charset charset) {
		try {
			return charset.newDecoder()
				.onMalformedInput(CodingErrorAction.REPORT)
				.onUnmappableCharacter(CodingErrorAction.REPORT)
				.decode(ByteBuffer.wrap(bytes))
				.toString();
		}
		catch (CharacterCodingException | UnsupportedOperationException ex) {
			return null;
		}
	}

	private static String lenient(byte[] bytes, Charset charset, LeftOuts leftOut) {
		String text = new String(bytes, charset);
		long damaged = text.chars().filter((c) -> c == '\uFFFD').count();
		if (damaged > 0) {
			leftOut.add("undecodable bytes (" + damaged + ")", "they mean nothing in " + charset.name());
		}
		return text;
	}

	private static String cleaned(String text, LeftOuts leftOut) {
		String parted = SEPARATOR.matcher(text).find() ? SEPARATOR.matcher(text).replaceAll(" ") : text;
		if (!CONTROL.matcher(parted).find()) {
			return parted;
		}
		String plain = OVERSTRIKE.matcher(TERMINAL.matcher(parted).replaceAll("")).replaceAll("");
		Matcher control = CONTROL.matcher(plain);
		long count = control.results().count();
		if (plain.indexOf('\0') >= 0 || count * BINARY > plain.length() + BINARY) {
			throw new UnreadableDocumentException(Reason.UNSUPPORTED,
					"The content is a binary file, whatever its name says; it contains control characters");
		}
		if (count > 0) {
			leftOut.add("control characters (" + count + ")", "they are for a terminal or printer");
		}
		return control.reset().replaceAll("");
	}

}
