package io.github.hnswspring.vectorstore.metadata;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** What becomes of JSON that a person may have written. */
class MetadataReaderTests {

	private static Map<String, Object> read(String json) {
		try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), json)) {
			assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
			return new MetadataReader(parser).readObject();
		}
	}

	private static Object value(String json) {
		return read("{\"key\":" + json + "}").get("key");
	}

	@Test
	void aWholeNumberIsTheSmallestOfIntegerLongAndBigIntegerThatHoldsIt() {
		assertThat(value("2147483647")).isEqualTo(Integer.MAX_VALUE);
		assertThat(value("-2147483648")).isEqualTo(Integer.MIN_VALUE);
		assertThat(value("2147483648")).isEqualTo(2147483648L);
		assertThat(value("-9223372036854775808")).isEqualTo(Long.MIN_VALUE);
		assertThat(value("9223372036854775808")).isEqualTo(BigInteger.ONE.shiftLeft(63));
		assertThat(value("-100000000000000000000")).isEqualTo(BigInteger.TEN.pow(20).negate());
	}

	@Test
	void aPointOrAnExponentMakesADouble() {
		assertThat(value("1.0")).isEqualTo(1.0);
		assertThat(value("1e2")).isEqualTo(100.0);
		assertThat(value("-0.0")).isEqualTo(-0.0);
	}

	@Test
	void theOutermostObjectIsNeverATag() {
		assertThat(read("{\"$long\":5}")).isEqualTo(Map.of("$long", 5));
		assertThat(value("{\"$long\":5}")).isEqualTo(5L);
		assertThat(value("{\"$map\":{\"$long\":5}}")).isEqualTo(Map.of("$long", 5));
	}

	@Test
	void aTagOnlyStandsFirst() {
		assertThat(value("{\"a\":1,\"$long\":5}")).isEqualTo(Map.of("a", 1, "$long", 5));
	}

	@Test
	void aSetKeepsItsOrderAndEachElementOnce() {
		assertThat(value("{\"$set\":[\"b\",\"a\",\"b\",{\"$long\":1}]}")).isInstanceOfSatisfying(Set.class,
				(set) -> assertThat((Set<?>) set).isEqualTo(Set.of("a", "b", 1L)).hasToString("[b, a, 1]"));
	}

	@Test
	void emptyAndMissingValuesStayWhatTheyAre() {
		assertThat(value("{}")).isEqualTo(Map.of());
		assertThat(value("[]")).isEqualTo(List.of());
		assertThat(value("[null,[null]]")).isEqualTo(Arrays.asList(null, Arrays.asList((Object) null)));
		assertThat(read("{\"a\":null}")).containsEntry("a", null);
	}

	@Test
	void aTagThatIsNotKnownIsToldWithThoseThatAre() {
		assertThatIllegalArgumentException().isThrownBy(() -> value("{\"$colour\":\"red\"}"))
			.withMessageContaining("'$colour' with VALUE_STRING")
			.withMessageContaining("$map, $set and [$byte, $short, $long");
	}

	@Test
	void aTagDoesNotStandBesideOtherMembers() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> value("{\"$uuid\":\"" + new java.util.UUID(1, 2) + "\",\"b\":1}"))
			.withMessageContaining("'$uuid' and further members")
			.withMessageContaining("'$map'");
	}

	@Test
	void aValueThatIsNotOfItsTagIsToldWithBoth() {
		assertThatIllegalArgumentException().isThrownBy(() -> value("{\"$localDate\":\"20.11.2026\"}"))
			.withMessageContaining("no $localDate")
			.withMessageContaining("20.11.2026")
			.withMessageEndingWith("correct it");
		assertThatIllegalArgumentException().isThrownBy(() -> value("{\"$booleans\":\"1 0\"}"))
			.withMessageContaining("no $booleans: expected true or false, got '1'");
		assertThatIllegalArgumentException().isThrownBy(() -> value("{\"$byte\":128}"))
			.withMessageContaining("no $byte");
	}

}
