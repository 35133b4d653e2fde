package io.github.hnswspring.ingest.reading;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts sections into chunks: whole blocks where they fit, else sentences or lines, else
 * words. A chunk never crosses a heading. When a section needs several, each repeats the
 * last sentence of the one before, so that no statement is cut from its context.
 * <p>
 * Thread-safe: keeps no state between calls.
 */
public final class SectionSplitter {

	/** Part of every chunk's identity: a new value means all documents are cut anew. */
	public static final String VERSION = "section-2";

	/**
	 * The default model looks at 256 word pieces but was trained on 128 at a time. Sizes
	 * of 110, 120, 150 and 200 put the right source among the first three for 19, 19, 18
	 * and 19 of the twenty questions the tests ask: too few questions to tell them apart,
	 * so the model's training decides.
	 */
	static final int MAX_PIECES = 200;

	private static final int MAX_HEADING_PIECES = 40;

	private static final int MAX_OVERLAP_PIECES = 30;

	private static final int MAX_WORD_CHARACTERS = 200;

	public List<Chunk> split(List<Section> sections) {
		List<Chunk> chunks = new ArrayList<>();
		for (Section section : sections) {
			String path = path(section.headings());
			for (String text : texts(section.blocks(), MAX_PIECES - WordPieces.estimate(path))) {
				chunks.add(new Chunk(path, text, section.page()));
			}
		}
		return chunks;
	}

	/** Joins a heading path; of one that is too long, the innermost headings stay. */
	private static String path(List<String> headings) {
		for (int from = 0; from < headings.size(); from++) {
			String path = String.join(" › ", headings.subList(from, headings.size()));
			if (WordPieces.estimate(path) <= MAX_HEADING_PIECES) {
				return path;
			}
		}
		return "";
	}

	private static List<String> texts(List<String> blocks, int maxPieces) {
		List<String> texts = new ArrayList<>();
		StringBuilder current = new StringBuilder();
		int currentPieces = 0;
		for (Piece piece : pieces(blocks, maxPieces)) {
			if (currentPieces > 0 && currentPieces + piece.size() > maxPieces) {
				String finished = current.toString();
				texts.add(finished);
				current.setLength(0);
				current.append(overlap(finished, maxPieces - piece.size()));
				currentPieces = WordPieces.estimate(current);
			}
			if (current.length() > 0) {
				current.append(piece.startsBlock() ? "\n\n" : piece.separator());
			}
			current.append(piece.text());
			currentPieces += piece.size();
		}
		if (current.length() > 0) {
			texts.add(current.toString());
		}
		return texts;
	}

	private record Piece(String text, boolean startsBlock, String separator, int size) {
	}

	private static List<Piece> pieces(List<String> blocks, int maxPieces) {
		List<Piece> pieces = new ArrayList<>();
		for (String block : blocks) {
			int size = WordPieces.estimate(block);
			if (size <= maxPieces) {
				pieces.add(new Piece(block, true, "", size));
				continue;
			}
			boolean first = true;
			for (String line : block.lines().toList()) {
				String separator = "\n";
				for (String part : parts(line, maxPieces)) {
					pieces.add(new Piece(part, first, separator, WordPieces.estimate(part)));
					first = false;
					separator = " ";
				}
			}
		}
		return pieces;
	}

	private static List<String> parts(String line, int maxPieces) {
		if (WordPieces.estimate(line) <= maxPieces) {
			return List.of(line);
		}
		return Sentences.split(line).stream().flatMap((sentence) -> fitting(sentence, maxPieces).stream()).toList();
	}

	/** Cuts what has no sentence ends at words, and what has no words at characters. */
	private static List<String> fitting(String sentence, int maxPieces) {
		if (WordPieces.estimate(sentence) <= maxPieces) {
			return List.of(sentence);
		}
		List<String> parts = new ArrayList<>();
		StringBuilder part = new StringBuilder();
		int size = 0;
		for (String word : sentence.split("(?<=\\s)|(?<=\\G.{" + MAX_WORD_CHARACTERS + "})")) {
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
		return parts.stream().filter((text) -> !text.isEmpty()).toList();
	}

	private static String overlap(String finished, int room) {
		List<String> sentences = Sentences.split(finished);
		String last = sentences.isEmpty() ? "" : sentences.get(sentences.size() - 1);
		int size = WordPieces.estimate(last);
		return (size <= Math.min(MAX_OVERLAP_PIECES, room) && sentences.size() > 1) ? last : "";
	}

}
