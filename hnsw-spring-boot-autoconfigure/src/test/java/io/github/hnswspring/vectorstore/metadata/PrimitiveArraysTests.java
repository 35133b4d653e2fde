package io.github.hnswspring.vectorstore.metadata;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** Arrays as the text that is stored of them. */
class PrimitiveArraysTests {

	@Test
	void elementsAreSeparatedByOneBlank() {
		assertThat(PrimitiveArrays.write(new short[] { 1, -2 })).isEqualTo("1 -2");
		assertThat(PrimitiveArrays.write(new int[] { 1, -2, 3 })).isEqualTo("1 -2 3");
		assertThat(PrimitiveArrays.write(new long[] { 1L << 40 })).isEqualTo("1099511627776");
		assertThat(PrimitiveArrays.write(new float[] { 0.5f, Float.NaN })).isEqualTo("0.5 NaN");
		assertThat(PrimitiveArrays.write(new double[] { 0.1, -0.0 })).isEqualTo("0.1 -0.0");
		assertThat(PrimitiveArrays.write(new boolean[] { true, false })).isEqualTo("true false");
	}

	@Test
	void anEmptyArrayIsAnEmptyText() {
		assertThat(PrimitiveArrays.write(new int[0])).isEmpty();
		assertThat(PrimitiveArrays.shorts("")).isEmpty();
		assertThat(PrimitiveArrays.ints("")).isEmpty();
		assertThat(PrimitiveArrays.longs("")).isEmpty();
		assertThat(PrimitiveArrays.floats("")).isEmpty();
		assertThat(PrimitiveArrays.doubles("")).isEmpty();
		assertThat(PrimitiveArrays.booleans("")).isEmpty();
	}

	@Test
	void everyBitOfAFloatComesBack() {
		float[] floats = { Float.MIN_VALUE, Float.MAX_VALUE, -0f, Float.NaN, Float.NEGATIVE_INFINITY, 0.1f, 1f / 3 };
		assertThat(PrimitiveArrays.floats(PrimitiveArrays.write(floats))).isEqualTo(floats);
		double[] doubles = { Double.MIN_VALUE, Double.MAX_VALUE, -0.0, Double.NaN, Double.POSITIVE_INFINITY, 1.0 / 3 };
		assertThat(PrimitiveArrays.doubles(PrimitiveArrays.write(doubles))).isEqualTo(doubles);
	}

	@Test
	void whatIsNoElementIsRefusedAndNotTakenForAnother() {
		assertThatIllegalArgumentException().isThrownBy(() -> PrimitiveArrays.ints("1 two 3"))
			.withMessageContaining("two");
		assertThatIllegalArgumentException().isThrownBy(() -> PrimitiveArrays.shorts("32768"))
			.withMessageContaining("32768");
		assertThatIllegalArgumentException().isThrownBy(() -> PrimitiveArrays.longs("1  2"));
		assertThatIllegalArgumentException().isThrownBy(() -> PrimitiveArrays.floats("1,5"));
		for (String text : List.of("yes", "true 1", "true,false", "wahr")) {
			assertThatIllegalArgumentException().isThrownBy(() -> PrimitiveArrays.booleans(text))
				.withMessageStartingWith("expected true or false, got '");
		}
	}

}
