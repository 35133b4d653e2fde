package io.github.hnswspring.autoconfigure;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.beans.BeanWrapperImpl;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Which values pass, up to the last one that does. */
class HnswPropertiesCheckTests {

	private final HnswProperties properties = new HnswProperties();

	private void check() {
		new HnswPropertiesCheck(this.properties).check();
	}

	private void assertRefused(String name, Object value, String reason) {
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(this::check)
			.satisfies((ex) -> {
				assertThat(ex.getName()).isEqualTo(name);
				assertThat(ex.getValue()).isEqualTo(value);
				assertThat(ex.getReason()).contains(reason);
			});
	}

	@Test
	void whatIsNotSetPasses() {
		check();
	}

	@Test
	void aTimeToLiveWithoutAUnitIsRefused() {
		this.properties.setTimeToLive(Duration.ofMillis(5));
		assertRefused("hnsw.time-to-live", Duration.ofMillis(5), "such as 30d");
		this.properties.setTimeToLive(Duration.ofSeconds(1));
		check();
	}

	@ParameterizedTest
	@CsvSource({ "id-length, idLength, 1, 2147483647", "text-length, textLength, 1, 2147483647",
			"metadata-length, metadataLength, 1, 2147483647", "documents-per-call, documentsPerCall, 1, 2147483647",
			"top-k, topK, 1, 2147483647", "query-length, queryLength, 1, 2147483647",
			"metadata-depth, metadataDepth, 1, 32", "filter-size, filterSize, 1, 10000",
			"dimensions, dimensions, 1, 65536", "concurrent-ingests, concurrentIngests, 1, 2147483647",
			"waiting-ingests, waitingIngests, 0, 2147483647" })
	void everyLimitTakesItsLeastAndItsGreatestAndNothingBeyond(String name, String property, int least, int greatest) {
		BeanWrapperImpl limits = new BeanWrapperImpl(this.properties.getLimits());
		for (int value : new int[] { least, greatest }) {
			limits.setPropertyValue(property, value);
			check();
		}
		limits.setPropertyValue(property, least - 1);
		assertRefused("hnsw.limits." + name, least - 1, "between " + least + " and " + greatest);
		if (greatest < Integer.MAX_VALUE) {
			limits.setPropertyValue(property, greatest + 1);
			assertRefused("hnsw.limits." + name, greatest + 1, "between " + least + " and " + greatest);
		}
	}

	static Stream<Arguments> lastThatPass() {
		return Stream.of(passing((properties) -> properties.setDimensions(65_536)),
				passing((properties) -> properties.setM(2)), passing((properties) -> properties.setM(512)),
				passing((properties) -> properties.setEfConstruction(1_000_000)),
				passing((properties) -> properties.setTargetRecall(1.0)),
				passing((properties) -> properties.setTargetRecall(Double.MIN_VALUE)),
				passing((properties) -> properties.setEfSearch(1_000_000)),
				passing((properties) -> properties.setThreads(1_024)),
				passing((properties) -> properties.setLockTimeout(Duration.ZERO)),
				passing((properties) -> properties.getSnapshot().setChanges(1)),
				passing((properties) -> properties.getSnapshot().setInterval(Duration.ofNanos(1))));
	}

	private static Arguments passing(Consumer<HnswProperties> setting) {
		return Arguments.of(setting);
	}

	@ParameterizedTest
	@MethodSource("lastThatPass")
	void theLastValueOfARangeStillPasses(Consumer<HnswProperties> setting) {
		setting.accept(this.properties);
		check();
	}

	@Test
	void aReaderNeedsADirectoryThatIsNotBlank() {
		this.properties.setReadOnly(true);
		assertRefused("hnsw.read-only", true, "set hnsw.directory");
		this.properties.setDirectory(" ");
		assertRefused("hnsw.read-only", true, "set hnsw.directory");
		this.properties.setDirectory("store");
		check();
	}

	@Test
	void ofTwoValuesThatContradictEachOtherTheListIsNamedWithTheTarget() {
		this.properties.setTargetRecall(0.95);
		this.properties.setEfSearch(100);
		assertRefused("hnsw.ef-search", 100, "hnsw.target-recall is set too, to 0.95");
	}

}
