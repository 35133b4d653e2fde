package io.github.hnswspring.index;

import java.util.Locale;

/**
 * How many bits of each vector component are kept on the heap for walking the graph.
 * Results always carry exact distances whatever is chosen here.
 *
 * @param bits 0 for none (the graph is walked on full-precision vectors), else 1 to 8
 */
public record Quantization(int bits) {

	/** Walk the graph on full-precision vectors. */
	public static final Quantization NONE = new Quantization(0);

	/**
	 * Refuses what no code has.
	 * @throws IllegalArgumentException for other numbers of bits
	 */
	public Quantization {
		if (bits < 0 || bits > 8) {
			throw new IllegalArgumentException("quantization must be none or 1 to 8 bits, but was " + bits);
		}
	}

	/**
	 * Codes of the given number of bits per component.
	 * @param bits 1 to 8
	 * @return the quantization
	 */
	public static Quantization bits(int bits) {
		if (bits < 1) {
			throw new IllegalArgumentException("quantization must have 1 to 8 bits, but was " + bits);
		}
		return new Quantization(bits);
	}

	/**
	 * Reads what {@link #toString()} writes: {@code none}, or a number of bits such as
	 * {@code 4} or {@code 4-bit}.
	 * @param text the text
	 * @return the quantization
	 */
	public static Quantization of(String text) {
		String value = text.strip().toLowerCase(Locale.ROOT);
		if (value.equals("none")) {
			return NONE;
		}
		String digits = value.endsWith("-bit") ? value.substring(0, value.length() - 4) : value;
		if (digits.length() == 1 && digits.charAt(0) >= '1' && digits.charAt(0) <= '8') {
			return bits(digits.charAt(0) - '0');
		}
		throw new IllegalArgumentException(
				"quantization must be none or 1-bit to 8-bit, but was '" + text + "'; none is always safe");
	}

	/**
	 * Whether the graph is walked on full-precision vectors.
	 * @return {@code true} for {@link #NONE}
	 */
	public boolean isNone() {
		return this.bits == 0;
	}

	@Override
	public String toString() {
		return isNone() ? "none" : this.bits + "-bit";
	}

}
