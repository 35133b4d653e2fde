package io.github.hnswspring.vectorstore;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What Spring AI's request does not say. Changed only before a request has it, so that a
 * further field takes a line here and there, not one in every method.
 */
final class SearchAdditions {

	int efSearch;

	boolean exact;

	float @Nullable [] vector;

	@Nullable SearchMode mode;

	boolean textFallback;

	@Nullable Double textWeight;

	@Nullable Groups groups;

	double diversity;

	int neighborsBefore;

	int neighborsAfter;

	@Nullable Minimum minimum;

	SearchAdditions() {
	}

	SearchAdditions(SearchAdditions other) {
		this.efSearch = other.efSearch;
		this.exact = other.exact;
		this.vector = other.vector;
		this.mode = other.mode;
		this.textFallback = other.textFallback;
		this.textWeight = other.textWeight;
		this.groups = other.groups;
		this.diversity = other.diversity;
		this.neighborsBefore = other.neighborsBefore;
		this.neighborsAfter = other.neighborsAfter;
		this.minimum = other.minimum;
	}

	private List<@Nullable Object> values() {
		return Arrays.asList(this.efSearch, this.exact, this.mode, this.textFallback, this.textWeight, this.groups,
				this.diversity, this.neighborsBefore, this.neighborsAfter, this.minimum);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof SearchAdditions that && values().equals(that.values())
				&& Arrays.equals(this.vector, that.vector);
	}

	@Override
	public int hashCode() {
		return Objects.hash(values(), Arrays.hashCode(this.vector));
	}

	@Override
	public String toString() {
		return "{efSearch=" + this.efSearch + ", exact=" + this.exact + ", vector="
				+ ((this.vector != null) ? this.vector.length + " dimensions" : "none") + ", mode=" + this.mode
				+ ", textFallback=" + this.textFallback + ", textWeight=" + this.textWeight + ", groups=" + this.groups
				+ ", diversity=" + this.diversity + ", neighbors=" + this.neighborsBefore + '/' + this.neighborsAfter
				+ ", minimum=" + this.minimum + '}';
	}

	/**
	 * By what passages make up documents.
	 *
	 * @param key the metadata key, or {@code null} for the store's own
	 * @param passages the most of one document
	 */
	record Groups(@Nullable String key, int passages) {

	}

	/**
	 * What a replica has to have.
	 *
	 * @param position names it
	 * @param timeout how long to wait for it
	 */
	record Minimum(String position, Duration timeout) {

	}

}
