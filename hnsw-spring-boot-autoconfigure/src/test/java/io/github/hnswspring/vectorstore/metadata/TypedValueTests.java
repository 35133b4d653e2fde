package io.github.hnswspring.vectorstore.metadata;

import java.math.BigDecimal;
import java.sql.Timestamp;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** The types JSON alone would lose, and the tags they are stored under. */
class TypedValueTests {

	/** They stand in the databases of users. */
	@Test
	void theTagsAreWhatTheyHaveAlwaysBeen() {
		assertThat(Arrays.stream(TypedValue.values()).map(TypedValue::tag)).contains("$byte", "$short", "$long",
				"$float", "$double", "$bigInteger", "$bigDecimal", "$char", "$instant", "$date", "$localDate",
				"$localTime", "$localDateTime", "$offsetDateTime", "$zonedDateTime", "$duration", "$uuid", "$uri",
				"$bytes", "$shorts", "$ints", "$longs", "$floats", "$doubles", "$booleans", "$chars");
	}

	@Test
	void everyTagLeadsToItsOwnTypeAndLooksLikeATag() {
		for (TypedValue type : TypedValue.values()) {
			assertThat(TypedValue.forTag(type.tag())).isSameAs(type);
			assertThat(MetadataWriter.isTag(type.tag())).isTrue();
		}
		assertThat(TypedValue.forTag("$map")).as("no scalar").isNull();
		assertThat(TypedValue.forTag("$set")).as("no scalar").isNull();
	}

	@Test
	void aSubclassWouldComeBackAsSomethingElseAndIsNotTaken() {
		assertThat(TypedValue.of(new Date(5))).isSameAs(TypedValue.DATE);
		assertThat(TypedValue.of(new Timestamp(5))).isNull();
		assertThat(TypedValue.of(new BigDecimal("1") {
		})).isNull();
		assertThat(TypedValue.of(Map.of())).isNull();
	}

	@Test
	void aNumberIsWrittenAsOneIfJsonHasIt() {
		for (TypedValue type : List.of(TypedValue.BYTE, TypedValue.SHORT, TypedValue.LONG)) {
			assertThat(type.isPlainNumber("-7")).isTrue();
		}
		assertThat(TypedValue.FLOAT.isPlainNumber(TypedValue.FLOAT.toText(1.5e20f))).isTrue();
		for (float special : new float[] { Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY }) {
			assertThat(TypedValue.FLOAT.isPlainNumber(TypedValue.FLOAT.toText(special))).isFalse();
		}
		assertThat(TypedValue.BIG_DECIMAL.isPlainNumber("1.20")).as("its scale would be lost").isFalse();
	}

	@Test
	void aCharacterIsExactlyOne() {
		assertThat(TypedValue.CHARACTER.fromText("\uD83D")).isEqualTo('\uD83D');
		for (String text : List.of("", "ab", "\uD83D\uDE00")) {
			assertThatIllegalArgumentException().isThrownBy(() -> TypedValue.CHARACTER.fromText(text))
				.withMessage("expected one character, got " + text.length());
		}
	}

}
