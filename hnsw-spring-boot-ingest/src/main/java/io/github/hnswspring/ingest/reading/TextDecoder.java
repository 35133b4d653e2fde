package io.github.hnswspring.ingest.reading;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

import io.github.hnswspring.ingest.reading.UnreadableDocumentException.Reason;

/**
 * Bytes to text, strictly: what is not text is refused, not guessed at.
 */
final class TextDecoder {

	private static final char BYTE_ORDER_MARK = '\uFEFF';

	private TextDecoder() {
	}

	static String decode(byte[] bytes) {
		Charset charset = charset(bytes);
		String text;
		try {
			text = charset.newDecoder()
				.onMalformedInput(CodingErrorAction.REPORT)
				.onUnmappableCharacter(CodingErrorAction.REPORT)
				.decode(ByteBuffer.wrap(bytes))
				.toString();
		}
		catch (CharacterCodingException ex) {
			throw new UnreadableDocumentException(Reason.UNSUPPORTED,
					"The content is not " + charset + " text; is it a binary file, or saved in another encoding?");
		}
		if (text.chars().anyMatch(TextDecoder::isBinary)) {
			throw new UnreadableDocumentException(Reason.UNSUPPORTED,
					"The content is a binary file, whatever its name says; it contains control characters");
		}
		return (!text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) ? text.substring(1) : text;
	}

	private static Charset charset(byte[] bytes) {
		if (bytes.length >= 2 && (bytes[0] & 0xFF) == 0xFE && (bytes[1] & 0xFF) == 0xFF) {
			return StandardCharsets.UTF_16BE;
		}
		if (bytes.length >= 2 && (bytes[0] & 0xFF) == 0xFF && (bytes[1] & 0xFF) == 0xFE) {
			return StandardCharsets.UTF_16LE;
		}
		return StandardCharsets.UTF_8;
	}

	private static boolean isBinary(int c) {
		return c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1B;
	}

}
