package io.github.hnswspring.vectorstore.metadata;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import tools.jackson.core.json.JsonFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** How metadata lies in the database, and how a refusal names the place. */
class MetadataWriterTests {

	private static String write(Map<String, ?> metadata) {
		return write(metadata, 1_000, 8);
	}

	private static String write(Map<String, ?> metadata, int maxCharacters, int maxDepth) {
		return new MetadataWriter(new JsonFactory(), maxCharacters, maxDepth).write(metadata);
	}

	@Test
	void onlyWhatJsonWouldTakeForAnotherTypeHasATag() {
		assertThat(write(Map.of("n", 5))).isEqualTo("{\"n\":5}");
		assertThat(write(Map.of("n", 5L))).isEqualTo("{\"n\":{\"$long\":5}}");
		assertThat(write(Map.of("n", 5_000_000_000L))).isEqualTo("{\"n\":5000000000}");
		assertThat(write(Map.of("n", 5.0))).isEqualTo("{\"n\":5.0}");
		assertThat(write(Map.of("n", 5.0f))).isEqualTo("{\"n\":{\"$float\":5.0}}");
		assertThat(write(Map.of("n", Double.NaN))).isEqualTo("{\"n\":{\"$double\":\"NaN\"}}");
	}

	@Test
	void aMapWithAKeyLikeATagIsWrappedUnlessItIsTheOutermost() {
		assertThat(write(Map.of("$a", 1))).isEqualTo("{\"$a\":1}");
		assertThat(write(Map.of("m", Map.of("$a", 1)))).isEqualTo("{\"m\":{\"$map\":{\"$a\":1}}}");
	}

	@Test
	void aRefusalNamesTheWholeWayThroughMapsAndLists() {
		Map<String, Object> metadata = Map.of("a", List.of(1, Map.of("b", Arrays.asList(null, new Object()))));
		assertThatIllegalArgumentException().isThrownBy(() -> write(metadata))
			.withMessageStartingWith("Metadata 'a[1].b[1]' has the type java.lang.Object");
	}

	@Test
	void anOverlongNameIsCutInTheRefusal() {
		assertThatIllegalArgumentException().isThrownBy(() -> write(Map.of("k".repeat(300), new Object())))
			.withMessageStartingWith("Metadata '" + "k".repeat(200) + "...' has the type");
	}

	@Test
	void aKeyThatIsNoStringIsRefusedAtItsMap() {
		Map<Object, Object> none = new HashMap<>();
		none.put(null, 1);
		assertThatIllegalArgumentException().isThrownBy(() -> write(Map.of("a", Map.of("b", none))))
			.withMessageContaining("'a.b' is a map with the key null");
		assertThatIllegalArgumentException().isThrownBy(() -> write(Map.of("a", Map.of(1, 2))))
			.withMessageContaining("'a' is a map with the key of type java.lang.Integer");
	}

	@Test
	void aDepthOfOneAllowsNoNesting() {
		assertThat(write(Map.of("a", 1), 100, 1)).isEqualTo("{\"a\":1}");
		assertThatIllegalArgumentException().isThrownBy(() -> write(Map.of("a", List.of()), 100, 1))
			.withMessageContaining("'a' nests maps and lists deeper than 1 levels");
	}

	@Test
	void whatIsTooLongAsAWholeIsToldAsAWhole() {
		Map<String, Object> metadata = new LinkedHashMap<>();
		for (int i = 0; i < 10; i++) {
			metadata.put("key" + i, i);
		}
		int length = write(metadata).length();
		assertThat(write(metadata, length, 8)).hasSize(length);
		assertThatIllegalArgumentException().isThrownBy(() -> write(metadata, length - 1, 8))
			.withMessageContaining(
					"The metadata as a whole takes " + length + " characters of JSON, at most " + (length - 1));
	}

	@Test
	void halfOfASurrogatePairIsEscapedAsSqliteCannotHoldIt() {
		String json = write(Map.of("\uDE00", "a\uD83D b\uD83D\uDE00"));
		assertThat(json).isEqualTo("{\"\\ude00\":\"a\\ud83d b\uD83D\uDE00\"}");
		assertThat(new String(json.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)).isEqualTo(json);
	}

}
