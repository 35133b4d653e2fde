package io.github.hnswspring.ingest.reading;

import java.util.ArrayList;
import java.util.List;

import io.github.hnswspring.ingest.reading.Block.Kind;

/**
 * Packs the blocks of one section into as few chunks as fit the embedding model. Confined
 * to the thread that cuts.
 */
final class ChunkPacker {

	private static final int MAX_OVERLAP_PIECES = 30;

	private static final int MAX_WORD_CHARACTERS = 200;

	/** What stands behind a value or a part of a sentence. */
	private static final String SEPARATORS = ",;|}])&/、，；";

	private final int maxPieces;

	private final List<List<Block>> chunks = new ArrayList<>();

	private List<Block> current = new ArrayList<>();

	private int currentPieces;

	/** What the current chunk has of a block that is cut. */
	private final StringBuilder open = new StringBuilder();

	/** Whether the open block has more than what is repeated from before. */
	private boolean openHasParts;

	ChunkPacker(int maxPieces) {
		this.maxPieces = maxPieces;
	}

	private record Part(String text, String separator, int pieces) {
	}

	void add(Block block) {
		int pieces = WordPieces.estimate(block.text());
		if (pieces <= this.maxPieces) {
			addWhole(block, pieces);
		}
		else if (block.kind() == Kind.TABLE) {
			addTable(block);
		}
		else {
			addParts(block.kind(), parts(block, this.maxPieces), "");
		}
	}

	List<List<Block>> finish() {
		if (!this.current.isEmpty()) {
			this.chunks.add(this.current);
		}
		return this.chunks;
	}

	private void addWhole(Block block, int pieces) {
		if (this.currentPieces + pieces > this.maxPieces) {
			String overlap = nextChunk(this.maxPieces - pieces);
			if (!overlap.isEmpty()) {
				this.current.add(Block.prose(overlap));
			}
		}
		this.current.add(block);
		this.currentPieces += pieces;
	}

	/** Every chunk begins with the row that names the columns, if there is room. */
	private void addTable(Block block) {
		int end = block.text().indexOf('\n');
		String header = block.text().substring(0, Math.max(end, 0));
		int headerPieces = WordPieces.estimate(header);
		if (header.isBlank() || headerPieces > this.maxPieces / 2) {
			addParts(Kind.ROWS, parts(block, this.maxPieces), "");
			return;
		}
		Block rows = new Block(Kind.TABLE, block.text().substring(end + 1));
		addParts(Kind.TABLE, parts(rows, this.maxPieces - headerPieces), header);
	}

	private void addParts(Kind kind, List<Part> parts, String header) {
		int headerPieces = WordPieces.estimate(header);
		if (this.currentPieces + headerPieces + parts.get(0).pieces() > this.maxPieces) {
			String overlap = nextChunk(this.maxPieces - headerPieces - parts.get(0).pieces());
			if (!overlap.isEmpty()) {
				this.current.add(Block.prose(overlap));
			}
		}
		begin(header);
		for (Part part : parts) {
			if (this.openHasParts && this.currentPieces + part.pieces() > this.maxPieces) {
				closeBlock(kind);
				String repeated = nextChunk(this.maxPieces - part.pieces());
				this.currentPieces = 0;
				begin(header.isEmpty() ? repeated : header);
			}
			if (this.open.length() > 0) {
				this.open.append((this.openHasParts || header.isEmpty()) ? part.separator() : "\n");
			}
			this.open.append(part.text());
			this.openHasParts = true;
			this.currentPieces += part.pieces();
		}
		closeBlock(kind);
	}

	private void begin(String repeated) {
		this.open.setLength(0);
		this.open.append(repeated);
		this.openHasParts = false;
		this.currentPieces += WordPieces.estimate(repeated);
	}

	private void closeBlock(Kind kind) {
		this.current.add(new Block(kind, this.open.toString().stripTrailing()));
		this.open.setLength(0);
	}

	/**
	 * Ends the current chunk.
	 * @return the last sentence of its running text, where that fits into the room given
	 */
	private String nextChunk(int room) {
		if (this.current.isEmpty()) {
			return "";
		}
		String sentence = repeatable(this.current);
		this.chunks.add(this.current);
		this.current = new ArrayList<>();
		this.currentPieces = 0;
		int pieces = WordPieces.estimate(sentence);
		if (pieces > room) {
			return "";
		}
		this.currentPieces = pieces;
		return sentence;
	}

	/** The last sentence of a chunk, if the next chunk may repeat it. */
	static String repeatable(List<Block> chunk) {
		Block last = chunk.get(chunk.size() - 1);
		List<String> sentences = (last.kind() == Kind.PROSE) ? Sentences.split(last.text()) : List.of();
		if (sentences.isEmpty() || (chunk.size() == 1 && sentences.size() == 1)) {
			return "";
		}
		String sentence = sentences.get(sentences.size() - 1);
		return (WordPieces.estimate(sentence) <= MAX_OVERLAP_PIECES) ? sentence : "";
	}

	/** Parts with what stands between them, which is no blank in every script. */
	private static List<Part> parts(Block block, int maxPieces) {
		List<Part> parts = new ArrayList<>();
		String whole = block.text();
		int end = 0;
		for (String line : whole.lines().filter((candidate) -> !candidate.isBlank()).toList()) {
			for (String text : texts(block.kind(), line, maxPieces)) {
				int start = whole.indexOf(text, end);
				parts.add(new Part(text, whole.substring(end, start), WordPieces.estimate(text)));
				end = start + text.length();
			}
		}
		return parts;
	}

	private static List<String> texts(Kind kind, String line, int maxPieces) {
		boolean sentences = kind == Kind.PROSE || kind == Kind.LIST;
		if (WordPieces.estimate(line) <= maxPieces) {
			return (kind == Kind.PROSE) ? Sentences.split(line) : List.of(line);
		}
		return sentences
				? Sentences.split(line).stream().flatMap((sentence) -> fitting(sentence, maxPieces).stream()).toList()
				: fitting(line, maxPieces);
	}

	/**
	 * Words with the blank behind each; long ones in several parts, behind a separator if
	 * there is one near.
	 */
	private static List<String> words(String text, int most) {
		List<String> words = new ArrayList<>();
		int start = 0;
		int end = 0;
		int separated = 0;
		while (end < text.length()) {
			int character = text.codePointAt(end);
			end += Character.charCount(character);
			if (SEPARATORS.indexOf(character) >= 0 && !isWithinNumber(text, end)) {
				separated = end;
			}
			if (Character.isWhitespace(character) || end - start >= most - 1) {
				boolean near = !Character.isWhitespace(character) && separated - start > most / 3;
				int cut = near ? separated : end;
				words.add(text.substring(start, cut));
				start = cut;
			}
		}
		words.add(text.substring(start));
		return words;
	}

	/** Such as the comma of {@code 1,5}. */
	private static boolean isWithinNumber(String text, int behind) {
		return behind > 1 && behind < text.length() && Character.isDigit(text.charAt(behind - 2))
				&& Character.isDigit(text.charAt(behind));
	}

	/** Cuts what has no sentence ends at words, and what has no words at characters. */
	private static List<String> fitting(String text, int maxPieces) {
		if (WordPieces.estimate(text) <= maxPieces) {
			return List.of(text);
		}
		List<String> parts = new ArrayList<>();
		StringBuilder part = new StringBuilder();
		int size = 0;
		for (String word : words(text, Math.min(maxPieces, MAX_WORD_CHARACTERS))) {
			int wordSize = WordPieces.estimate(word);
			if (size > 0 && size + wordSize > maxPieces) {
				parts.add(part.toString().strip());
				part.setLength(0);
				size = 0;
			}
			part.append(word);
			size += wordSize;
		}
		parts.add(part.toString().strip());
		return parts.stream().filter((piece) -> !piece.isEmpty()).toList();
	}

}
