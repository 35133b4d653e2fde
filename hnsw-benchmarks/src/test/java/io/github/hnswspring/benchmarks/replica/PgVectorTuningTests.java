package io.github.hnswspring.benchmarks.replica;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.github.hnswspring.benchmarks.replica.PgVectorTuning.Tuned;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PgVectorTuning} and its settings.
 */
class PgVectorTuningTests {

	private static final List<PgVectorSetting> LADDER = IntStream.range(0, 8)
		.mapToObj((step) -> new PgVectorSetting(10 * step + 10, 0))
		.toList();

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2, 3, 4, 5, 6, 7 })
	void theFirstStepThatFindsEnoughIsTaken(int enough) {
		List<PgVectorSetting> tried = new ArrayList<>();
		Tuned found = PgVectorTuning.climb(LADDER, (setting) -> {
			tried.add(setting);
			return new Tuned(setting, (setting.efSearch() >= 10 * enough + 10) ? 0.98 : 0.5, 1);
		});
		assertThat(found.setting()).isEqualTo(LADDER.get(enough));
		assertThat(tried).hasSizeLessThanOrEqualTo(4);
	}

	@Test
	void theLastStepIsTakenIfNoneFindsEnough() {
		assertThat(PgVectorTuning.climb(LADDER, (setting) -> new Tuned(setting, 0.97, 1)).setting())
			.isEqualTo(LADDER.get(7));
	}

	@Test
	void theFasterOfTwoThatFindEnoughIsBetter() {
		Tuned slowAndRight = new Tuned(PgVectorSetting.EXACT, 1, 200);
		Tuned fastEnough = new Tuned(LADDER.get(0), 0.98, 100);
		Tuned fastAndWrong = new Tuned(LADDER.get(0), 0.979, 1);
		Tuned worse = new Tuned(LADDER.get(1), 0.9, 1);
		assertThat(fastEnough.isBetterThan(slowAndRight)).isTrue();
		assertThat(slowAndRight.isBetterThan(fastEnough)).isFalse();
		assertThat(slowAndRight.isBetterThan(fastAndWrong)).isTrue();
		assertThat(fastAndWrong.isBetterThan(slowAndRight)).isFalse();
		assertThat(fastAndWrong.isBetterThan(worse)).isTrue();
	}

	@Test
	void onlyFiltersAreMetByIterativeScans() {
		assertThat(PgVectorSetting.ladders(false, 30_000)).hasSize(2)
			.allSatisfy((ladder) -> assertThat(ladder).noneMatch((setting) -> setting.maxScanTuples() > 0));
		assertThat(PgVectorSetting.ladders(true, 30_000)).hasSize(3)
			.anySatisfy((ladder) -> assertThat(ladder).last().isEqualTo(new PgVectorSetting(1_000, 30_000)));
	}

	@Test
	void aSettingSaysWhatAConnectionIsTold() {
		assertThat(new PgVectorSetting(100, 0).sql())
			.isEqualTo("set jit = off; set enable_seqscan = off; set hnsw.ef_search = 100");
		assertThat(new PgVectorSetting(64, 20_000).sql())
			.isEqualTo("set jit = off; set enable_seqscan = off; set hnsw.ef_search = 64; "
					+ "set hnsw.iterative_scan = relaxed_order; set hnsw.max_scan_tuples = 20000");
		assertThat(PgVectorSetting.EXACT.sql()).isEqualTo("set jit = off; set enable_indexscan = off");
		assertThat(List.of(PgVectorSetting.EXACT, new PgVectorSetting(64, 0), new PgVectorSetting(64, 20_000),
				new PgVectorSetting(64, 30_000)))
			.extracting(PgVectorSetting::label)
			.containsExactly("exact scan", "ef_search 64", "ef_search 64, iterative",
					"ef_search 64, iterative up to 30000");
	}

}
