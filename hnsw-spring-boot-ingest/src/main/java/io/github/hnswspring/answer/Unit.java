package io.github.hnswspring.answer;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.hnswspring.ingest.reading.Sentences;
import org.jspecify.annotations.Nullable;

/**
 * The least that can be quoted: a sentence, an item of a list, a row of a table, a
 * listing. Confined to the thread that answers.
 */
final class Unit {

	private static final Pattern ITEM_START = Pattern
		.compile("(?m)^\\h*(?:[-*+•–]{1,5}|\\.{1,5}|\\d{1,3}[.)]|<\\d{1,2}>)\\h+");

	private static final int MAX_CONTEXT = 300;

	final QuoteKind kind;

	/** The number of its block in the text. */
	final int block;

	final int start;

	final int end;

	/**
	 * What stands above it and is needed to understand it: the names of a table's
	 * columns, or the sentence that leads to a list or listing; may be {@code null}.
	 */
	final Quote.@Nullable Span context;

	/** How much of the question it has, with what stands above it. */
	double share;

	/** Its similarity to the question; 0 if it was not compared. */
	double similarity;

	double score;

	boolean used;

	private Unit(QuoteKind kind, int block, int start, int end, Quote.@Nullable Span context) {
		this.kind = kind;
		this.block = block;
		this.start = start;
		this.end = end;
		this.context = context;
	}

	/** Whether its block begins with it. */
	boolean isFirstOf(List<Unit> units) {
		int index = units.indexOf(this);
		return index == 0 || units.get(index - 1).block != this.block;
	}

	/** What stands above it, with a line end; empty if there is nothing. */
	String context(String passage) {
		return (this.context != null) ? passage.substring(this.context.start(), this.context.end()) + '\n' : "";
	}

	String text(String passage) {
		return passage.substring(this.start, this.end);
	}

	/** The units of a passage, in its order. */
	static List<Unit> of(String passage, List<TextBlock> blocks) {
		List<Unit> units = new ArrayList<>();
		Quote.Span head = null;
		for (int number = 0; number < blocks.size(); number++) {
			TextBlock block = blocks.get(number);
			Quote.Span lead = leadIn(units, number);
			switch (block.kind()) {
				case PROSE -> sentences(passage, block, number, units);
				case LIST -> items(passage, block, number, lead, units);
				case TABLE -> {
					head = block.goesOn(number > 0 ? blocks.get(number - 1) : null) ? head : head(passage, block);
					rows(passage, block, number, head, units);
				}
				case CODE -> units.add(new Unit(QuoteKind.CODE, number, block.start(), block.end(), lead));
			}
		}
		return units;
	}

	private static Quote.@Nullable Span leadIn(List<Unit> units, int block) {
		Unit last = units.isEmpty() ? null : units.get(units.size() - 1);
		boolean leads = last != null && last.block == block - 1 && last.kind == QuoteKind.PROSE
				&& last.end - last.start <= MAX_CONTEXT;
		return (leads && last != null) ? new Quote.Span(last.start, last.end) : null;
	}

	private static void sentences(String passage, TextBlock block, int number, List<Unit> units) {
		for (Sentences.Span sentence : Sentences.spans(passage.substring(block.start(), block.end()))) {
			units.add(new Unit(QuoteKind.PROSE, number, block.start() + sentence.start(),
					block.start() + sentence.end(), null));
		}
	}

	private static void items(String passage, TextBlock block, int number, Quote.@Nullable Span lead,
			List<Unit> units) {
		Matcher starts = ITEM_START.matcher(passage).region(block.start(), block.end());
		int start = -1;
		while (starts.find()) {
			if (start >= 0) {
				units.add(new Unit(QuoteKind.LIST, number, start, lineEnd(passage, starts.start()), lead));
			}
			start = starts.start();
		}
		units.add(new Unit(QuoteKind.LIST, number, Math.max(start, block.start()), block.end(), lead));
	}

	private static int lineEnd(String passage, int nextStart) {
		int end = nextStart;
		while (end > 0 && Character.isWhitespace(passage.charAt(end - 1))) {
			end--;
		}
		return end;
	}

	/** The row that names the columns. */
	private static Quote.@Nullable Span head(String passage, TextBlock block) {
		int end = passage.indexOf('\n', block.start());
		return block.headed() ? new Quote.Span(block.start(), (end < 0 || end > block.end()) ? block.end() : end)
				: null;
	}

	private static void rows(String passage, TextBlock block, int number, Quote.@Nullable Span head, List<Unit> units) {
		int start = block.start();
		while (start < block.end()) {
			int end = passage.indexOf('\n', start);
			end = (end < 0 || end > block.end()) ? block.end() : end;
			if (!passage.substring(start, end).isBlank()) {
				boolean below = head != null && start >= head.end();
				units.add(new Unit(QuoteKind.TABLE, number, start, end, below ? head : null));
			}
			start = end + 1;
		}
	}

}
