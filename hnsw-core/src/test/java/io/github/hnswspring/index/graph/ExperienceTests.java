package io.github.hnswspring.index.graph;

import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.index.vector.BitKernels;
import io.github.hnswspring.index.vector.BitPlaneCodes;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** What the planner learns, and that it plans by it. */
class ExperienceTests {

	private static final int COUNT = 100_000;

	private static final int DIMENSIONS = 128;

	private final Experience experience = new Experience();

	private final BitPlaneCodes codes = new BitPlaneCodes(Metric.COSINE, 4, new float[DIMENSIONS], 1, true,
			BitKernels.best());

	@Test
	void scansThatLeaveMuchInDoubtBecomeDear() {
		double before = plan(10).scanCost();
		for (int i = 0; i < 200; i++) {
			this.experience.scanned(10, COUNT, COUNT / 2, COUNT / 10);
		}
		assertThat(this.experience.refined(10)).isCloseTo(0.5, within(0.05));
		assertThat(plan(10).scanCost()).isGreaterThan(3 * before);
		assertThat(plan(1000).scanCost()).as("of other k nothing was seen").isEqualTo(before);
	}

	@Test
	void aScanNeverCostsMoreThanComparingEverything() {
		for (int i = 0; i < 200; i++) {
			this.experience.scanned(10, COUNT, COUNT, COUNT);
		}
		assertThat(plan(10).scanCost()).isLessThanOrEqualTo(Costs.ofThisProcess().compare(COUNT, DIMENSIONS));
	}

	@Test
	void oneOddQueryDecidesNothing() {
		this.experience.scanned(10, COUNT, COUNT, COUNT);
		assertThat(this.experience.refined(10)).isLessThan(0.2);
	}

	@Test
	void walksThatFailBecomeDearAndAreTriedAgainSomeTime() {
		double before = plan(10).walkCost();
		for (int i = 0; i < 200; i++) {
			this.experience.ended(10, false);
		}
		assertThat(plan(10).walkCost()).isGreaterThan(before + 0.8 * plan(10).scanCost());
		for (int i = 0; i < 5000; i++) {
			this.experience.preferredScan(10);
		}
		assertThat(plan(10).walkCost()).isLessThan(before + 0.1 * plan(10).scanCost());
	}

	@Test
	void scansAreTriedAgainSomeTime() {
		for (int i = 0; i < 200; i++) {
			this.experience.scanned(10, COUNT, COUNT, COUNT);
		}
		for (int i = 0; i < 5000; i++) {
			this.experience.walked(10, 100, 1400);
		}
		assertThat(this.experience.refined(10)).isLessThan(0.05);
	}

	@Test
	void nodesComparedForACandidateAreLearned() {
		double before = plan(10).walkCost();
		for (int i = 0; i < 500; i++) {
			this.experience.walked(10, 100, 500);
		}
		assertThat(plan(10).walkCost()).isLessThan(before / 2);
	}

	private Plan plan(int k) {
		VectorQuery query = VectorQuery.of(new float[DIMENSIONS]).k(k);
		return new Plan(query, DIMENSIONS, COUNT, COUNT, COUNT, 64, false, false, this.codes, true, this.experience);
	}

}
