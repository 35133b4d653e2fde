package io.github.hnswspring.vectorstore;

import java.math.BigDecimal;
import java.math.RoundingMode;

import org.jspecify.annotations.Nullable;

/**
 * What it takes to embed a store's documents by another model.
 *
 * @param documents documents that have no vector of that model yet
 * @param texts different texts among them, each of which is embedded once
 * @param tokens of these texts, as Spring AI's estimator counts them; models count
 * somewhat differently
 * @param pricePerMillionTokens the configured price, or {@code null}
 */
public record MigrationEstimate(long documents, long texts, long tokens, @Nullable BigDecimal pricePerMillionTokens) {

	/**
	 * What it costs at the configured price.
	 * @return in the currency of the price, or {@code null} if none is configured
	 */
	public @Nullable BigDecimal cost() {
		return (this.pricePerMillionTokens != null) ? cost(this.pricePerMillionTokens) : null;
	}

	/**
	 * What it costs.
	 * @param pricePerMillionTokens what a million tokens cost
	 * @return in the currency of the price, rounded to hundredths
	 */
	public BigDecimal cost(BigDecimal pricePerMillionTokens) {
		return pricePerMillionTokens.multiply(BigDecimal.valueOf(this.tokens))
			.movePointLeft(6)
			.setScale(2, RoundingMode.HALF_UP);
	}

}
