package io.github.hnswspring.answer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Chooses what is quoted: the best sentence, item, row or listing with what stands around
 * it, then the next best. Confined to the thread that answers.
 */
final class Quoting {

	private static final int MOST = 3;

	/** No further quote is added to so many characters. */
	private static final int ENOUGH = 1_100;

	/** What scores this much less than the best does not answer the same question. */
	private static final double GAP = 0.25;

	/** The same for items and rows beside the best one, which are one thing each. */
	private static final double NEAR = 0.15;

	private static final int SENTENCES = 3;

	private static final int LINES = 8;

	private static final int LONGEST = 600;

	/** The longest listing or list that is shown for the sentence beside it. */
	private static final int COMPANION = 700;

	private final List<Stretch> stretches;

	private final List<Quote> quotes = new ArrayList<>();

	private int characters;

	private Quoting(List<Stretch> stretches) {
		this.stretches = stretches;
	}

	/**
	 * Quotes from stretches.
	 * @param stretches best first, their units scored
	 * @return the quotes, best first
	 */
	static List<Quote> quotes(List<Stretch> stretches) {
		Quoting quoting = new Quoting(stretches);
		quoting.choose();
		return quoting.quotes;
	}

	private record Place(Stretch stretch, int unit) {

		double score() {
			return this.stretch.units.get(this.unit).score;
		}

	}

	private void choose() {
		List<Place> places = new ArrayList<>();
		for (Stretch stretch : this.stretches) {
			for (int unit = 0; unit < stretch.units.size(); unit++) {
				places.add(new Place(stretch, unit));
			}
		}
		places.sort(Comparator.comparingDouble(Place::score).reversed());
		int chosen = 0;
		for (Place place : places) {
			if (chosen >= MOST || place.score() < places.get(0).score() - GAP || this.characters > ENOUGH) {
				break;
			}
			if (!place.stretch.units.get(place.unit).used) {
				quote(place.stretch, place.unit);
				chosen++;
			}
		}
	}

	private void quote(Stretch stretch, int best) {
		List<Unit> units = stretch.units;
		Unit unit = units.get(best);
		Range range = new Range(stretch, best);
		range.grow();
		Unit before = (range.from > 0) ? units.get(range.from - 1) : null;
		Unit after = (range.to + 1 < units.size()) ? units.get(range.to + 1) : null;
		boolean first = units.get(range.from).isFirstOf(units);
		if (unit.kind == QuoteKind.PROSE && first && before != null && before.kind == QuoteKind.CODE && fits(before)) {
			add(stretch, new Range(stretch, range.from - 1), null);
		}
		if (unit.kind == QuoteKind.CODE && unit.context != null && before != null && !before.used) {
			add(stretch, new Range(stretch, range.from - 1), null);
		}
		add(stretch, range, (unit.kind == QuoteKind.CODE) ? null : units.get(range.from).context);
		boolean leads = stretch.text.charAt(units.get(range.to).end - 1) == ':';
		if (unit.kind == QuoteKind.PROSE && after != null && after.kind != QuoteKind.PROSE && fits(after)
				&& (leads || after.kind == QuoteKind.CODE)) {
			Range next = new Range(stretch, range.to + 1);
			next.grow();
			add(stretch, next, (after.kind == QuoteKind.TABLE) ? after.context : null);
		}
	}

	private static boolean fits(Unit companion) {
		return !companion.used && companion.end - companion.start <= COMPANION;
	}

	private void add(Stretch stretch, Range range, Quote.@Nullable Span context) {
		List<Quote.Span> spans = new ArrayList<>();
		Quote.Span span = range.span();
		if (context != null && context.end() <= span.start()) {
			spans.add(context);
		}
		spans.add(span);
		StringBuilder text = new StringBuilder();
		for (Quote.Span part : spans) {
			text.append(text.isEmpty() ? "" : "\n").append(stretch.text, part.start(), part.end());
		}
		String quoted = text.toString();
		if (this.quotes.stream().noneMatch((quote) -> quote.text().contains(quoted))) {
			this.quotes
				.add(new Quote(stretch.units.get(range.from).kind, quoted, this.stretches.indexOf(stretch) + 1, spans));
			this.characters += quoted.length();
		}
	}

	/** Units of one kind in a row. */
	private static final class Range {

		private final Stretch stretch;

		private final double best;

		private int from;

		private int to;

		Range(Stretch stretch, int unit) {
			this.stretch = stretch;
			this.from = unit;
			this.to = unit;
			this.best = stretch.units.get(unit).score;
			stretch.units.get(unit).used = true;
		}

		Quote.Span span() {
			return new Quote.Span(this.stretch.units.get(this.from).start, this.stretch.units.get(this.to).end);
		}

		void grow() {
			QuoteKind kind = this.stretch.units.get(this.from).kind;
			int most = switch (kind) {
				case PROSE -> SENTENCES;
				case LIST, TABLE -> LINES;
				case CODE -> 1;
			};
			while (this.to - this.from + 1 < most) {
				Unit before = candidate(this.from - 1, kind);
				Unit after = candidate(this.to + 1, kind);
				if (before != null && (after == null || before.score > after.score)) {
					this.from--;
					before.used = true;
				}
				else if (after != null) {
					this.to++;
					after.used = true;
				}
				else {
					return;
				}
			}
		}

		private @Nullable Unit candidate(int index, QuoteKind kind) {
			if (index < 0 || index >= this.stretch.units.size()) {
				return null;
			}
			Unit unit = this.stretch.units.get(index);
			boolean together = unit.block == this.stretch.units.get(this.from).block;
			int start = Math.min(unit.start, this.stretch.units.get(this.from).start);
			int end = Math.max(unit.end, this.stretch.units.get(this.to).end);
			boolean near = kind == QuoteKind.PROSE || unit.score >= this.best - NEAR;
			return (!unit.used && together && near && end - start <= LONGEST) ? unit : null;
		}

	}

}
