package io.github.hnswspring.vectorstore.filter;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.filter.Scalar.Kind;

/**
 * The order of the passages of a document: by the number they have for a metadata key,
 * and those of one number by their own keys. Confined to one thread and its transaction.
 */
public final class PassageOrder {

	/**
	 * A number is found by its passage in 3 microseconds, and by those around it in .15:
	 * of a document with more passages the numbers around are looked through, whichever
	 * documents they belong to.
	 */
	private static final int LISTED = 20_000;

	private static final String AROUND = "SELECT doc_key, value FROM attribute" + LeafQuery.OF_KEY + " AND kind = "
			+ Kind.NUMBER.ordinal();

	private static final String UP = AROUND + " AND value >= ? ORDER BY value, doc_key";

	private static final String DOWN = AROUND + " AND value <= ? ORDER BY value DESC, doc_key DESC";

	private static final Comparator<Placed> FIRST_TO_LAST = Comparator.comparing(Placed::number, Scalar::compareTo)
		.thenComparingLong(Placed::passage);

	private final Statements transaction;

	private final String key;

	private final MetadataValues numbers;

	private final Map<KeySet, List<Placed>> listed = new HashMap<>();

	/**
	 * Describes an order.
	 * @param transaction the statements of a transaction
	 * @param key the metadata key of the number
	 */
	public PassageOrder(Statements transaction, String key) {
		this.transaction = transaction;
		this.key = Scalar.wellFormed(key);
		this.numbers = new MetadataValues(transaction, key);
	}

	/**
	 * The passages before one.
	 * @param passage its key
	 * @param document the passages that count
	 * @param most how many
	 * @return the nearest ones, in the order of the document; none if the passage has no
	 * number
	 * @throws SQLException if SQLite cannot answer
	 */
	public List<Long> before(long passage, KeySet document, int most) throws SQLException {
		List<Long> before = new ArrayList<>(around(passage, document, most, false));
		Collections.reverse(before);
		return before;
	}

	/**
	 * The passages after one.
	 * @param passage its key
	 * @param document the passages that count
	 * @param most how many
	 * @return the nearest ones, in the order of the document; none if the passage has no
	 * number
	 * @throws SQLException if SQLite cannot answer
	 */
	public List<Long> after(long passage, KeySet document, int most) throws SQLException {
		return around(passage, document, most, true);
	}

	private List<Long> around(long passage, KeySet document, int most, boolean up) throws SQLException {
		Placed own = (most > 0) ? placed(passage, this.numbers.of(List.of(passage)).get(passage)) : null;
		if (own == null) {
			return List.of();
		}
		return (document.cardinality() <= LISTED) ? listed(own, document, most, up) : scanned(own, document, most, up);
	}

	private static @Nullable Placed placed(long passage, @Nullable Optional<MetadataValue> value) {
		return (value != null && value.isPresent() && value.get().kind() == Kind.NUMBER.ordinal())
				? new Placed(passage, new Scalar(Kind.NUMBER, value.get().value())) : null;
	}

	private List<Long> listed(Placed own, KeySet document, int most, boolean up) throws SQLException {
		List<Placed> all = this.listed.get(document);
		if (all == null) {
			all = new ArrayList<>();
			for (Map.Entry<Long, Optional<MetadataValue>> entry : this.numbers
				.of(Arrays.stream(document.toArray()).boxed().toList())
				.entrySet()) {
				Placed placed = placed(entry.getKey(), entry.getValue());
				if (placed != null) {
					all.add(placed);
				}
			}
			all.sort(FIRST_TO_LAST);
			this.listed.put(document, all);
		}
		int found = Collections.binarySearch(all, own, FIRST_TO_LAST);
		int after = (found >= 0) ? found + 1 : -found - 1;
		int before = (found >= 0) ? found - 1 : -found - 2;
		List<Long> around = new ArrayList<>();
		for (int i = up ? after : before; i >= 0 && i < all.size() && around.size() < most; i += up ? 1 : -1) {
			around.add(all.get(i).passage());
		}
		return around;
	}

	private List<Long> scanned(Placed own, KeySet document, int most, boolean up) throws SQLException {
		PreparedStatement statement = this.transaction.prepare(up ? UP : DOWN);
		statement.setString(1, this.key);
		statement.setObject(2, own.number().sqlValue());
		List<Long> around = new ArrayList<>();
		try (ResultSet rows = statement.executeQuery()) {
			while (around.size() < most && rows.next()) {
				long passage = rows.getLong(1);
				Placed placed = document.contains(passage) ? new Placed(passage,
						new Scalar(Kind.NUMBER, MetadataValue.of(Kind.NUMBER.ordinal(), rows.getObject(2)).value()))
						: null;
				int order = (placed != null) ? FIRST_TO_LAST.compare(placed, own) : 0;
				if ((up ? order > 0 : order < 0)
						// A passage with several numbers has no place.
						&& this.numbers.of(List.of(passage)).getOrDefault(passage, Optional.empty()).isPresent()) {
					around.add(passage);
				}
			}
		}
		return around;
	}

	/**
	 * Where a passage stands.
	 *
	 * @param passage its key
	 * @param number its number
	 */
	private record Placed(long passage, Scalar number) {

	}

}
