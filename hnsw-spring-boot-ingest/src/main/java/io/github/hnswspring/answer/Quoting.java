package io.github.hnswspring.answer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

final class Quoting {

	private record Place(int passage, Stretch stretch, Unit unit) {
	}

	static List<Quote> quotes(List<Stretch> best) {
		List<Place> places = new ArrayList<>();
		for (int i = 0; i < best.size(); i++) {
			for (Unit unit : best.get(i).units) {
				places.add(new Place(i + 1, best.get(i), unit));
			}
		}
		places.sort(Comparator.comparingDouble((Place place) -> -place.unit.score));
		List<Quote> quotes = new ArrayList<>();
		int characters = 0;
		for (Place place : places) {
			if (quotes.size() >= Tuning.QUOTES || place.unit.score < places.get(0).unit.score - Tuning.GAP || characters > Tuning.CHARS) {
				break;
			}
			if (place.unit.used) {
				continue;
			}
			Quote quote = quote(place);
			if (quotes.stream().noneMatch((other) -> other.text().contains(quote.text()))) {
				quotes.add(quote);
				characters += quote.text().length();
			}
		}
		return quotes;
	}

	private static Quote quote(Place place) {
		List<Unit> units = place.stretch.units;
		int from = units.indexOf(place.unit);
		int to = from;
		place.unit.used = true;
		QuoteKind kind = place.unit.kind;
		int most = (kind == QuoteKind.PROSE) ? 3 : (kind == QuoteKind.CODE) ? 1 : 8;
		int longest = (kind == QuoteKind.PROSE) ? 600 : 700;
		while (to - from + 1 < most) {
			Unit before = (from > 0) ? units.get(from - 1) : null;
			Unit after = (to + 1 < units.size()) ? units.get(to + 1) : null;
			if (before != null && (before.used || before.kind != kind || units.get(to).end - before.start > longest)) before = null;
			if (after != null && (after.used || after.kind != kind || after.end - units.get(from).start > longest)) after = null;
			if (before == null && after == null) break;
			if (after == null || (before != null && before.score > after.score)) { from--; before.used = true; }
			else { to++; after.used = true; }
		}
		List<Quote.Span> spans = new ArrayList<>();
		Quote.Span context = units.get(from).context;
		if (context != null) {
			spans.add(context);
		}
		spans.add(new Quote.Span(units.get(from).start, units.get(to).end));
		StringBuilder text = new StringBuilder();
		for (Quote.Span span : spans) {
			text.append(text.isEmpty() ? "" : "\n").append(place.stretch.text, span.start(), span.end());
		}
		return new Quote(kind, text.toString(), place.passage, spans);
	}

}
