package io.github.hnswspring.index;

import java.util.Arrays;

import io.github.hnswspring.fixtures.Walks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** An audit looks at answers, not at links alone. */
class AuditTests {

	private static final int COUNT = 3000;

	private final float[][] vectors = TestVectors.ofFewFeatures(COUNT, 96, 3);

	@AfterEach
	void asUsual() {
		Walks.FreeWalks.asUsual();
	}

	@Test
	void aSmallIndexAnswersEverythingRightly() {
		try (HnswIndex index = TestVectors.indexOf(Metric.COSINE, this.vectors)) {
			for (float[] query : TestVectors.ofFewFeatures(100, 96, 4)) {
				index.search(query, 10);
			}
			IndexAudit audit = index.audit();
			assertThat(audit.isSound()).isTrue();
			assertThat(audit.members().queries()).isEqualTo(40);
			assertThat(audit.members().at10()).isEqualTo(1);
			assertThat(audit.perturbed().at1()).isEqualTo(1);
			assertThat(audit.recentQueries().queries()).isEqualTo(7);
			assertThat(audit.recentQueries().at10()).isEqualTo(1);
			assertThat(audit.components()).isEqualTo(1);
			assertThat(Arrays.stream(audit.outDegrees()).sum()).isEqualTo(COUNT);
			assertThat(Arrays.stream(audit.inDegrees()).sum()).isEqualTo(COUNT);
			assertThat(audit.inDegrees()[0]).as("the entry point at most").isLessThanOrEqualTo(1);
			assertThat(audit.targetRecall()).isEqualTo(0.99);
		}
	}

	@Test
	void anIndexThatAnswersBelowItsTargetIsNotSound() {
		Walks.FreeWalks.walkAlways();
		float[][] hard = TestVectors.gaussian(COUNT, 64, new java.util.Random(9), 1);
		try (HnswIndex index = HnswIndex.builder(64).m(2).efConstruction(4).build()) {
			index.addAll(TestVectors.ids(COUNT), hard);
			IndexAudit audit = index.audit();
			assertThat(audit.isConnected()).as("the links are in order").isTrue();
			assertThat(audit.perturbed().at10()).isLessThan(0.9);
			assertThat(audit.isOnTarget()).isFalse();
			assertThat(audit.isSound()).isFalse();
			index.efSearch(64);
			assertThat(index.audit().targetRecall()).as("nothing is promised of a fixed list").isNaN();
		}
	}

	@Test
	void equalVectorsAreCounted() {
		for (int i = 0; i < 50; i++) {
			this.vectors[100 + i] = this.vectors[7];
		}
		this.vectors[2999] = this.vectors[2998];
		try (HnswIndex index = TestVectors.indexOf(Metric.EUCLIDEAN, this.vectors)) {
			IndexAudit audit = index.audit();
			assertThat(audit.equalGroups()).isEqualTo(2);
			assertThat(audit.equalVectors()).isEqualTo(53);
			assertThat(audit.notFoundByThemselves()).isZero();
		}
	}

	@Test
	void queriesAreForgottenWhereThatIsWished() {
		try (HnswIndex index = HnswIndex.builder(96).recentQueries(0).build()) {
			index.addAll(TestVectors.ids(COUNT), this.vectors);
			index.search(this.vectors[0], 10);
			assertThat(index.audit().recentQueries().queries()).isZero();
		}
		assertThatIllegalArgumentException().isThrownBy(() -> HnswIndex.builder(96).recentQueries(-1))
			.withMessageContaining("-1");
	}

	@Test
	void aRepairLeavesASoundIndexAsItIs() {
		try (HnswIndex index = TestVectors.indexOf(Metric.COSINE, this.vectors)) {
			for (int id = 0; id < 100; id++) {
				index.remove(id);
			}
			assertThat(index.repair()).isZero();
			assertThat(index.statistics().removedSlots()).as("taken out").isZero();
			assertThat(index.size()).isEqualTo(COUNT - 100);
			assertThat(index.audit().isSound()).isTrue();
		}
	}

	@Test
	void nothingIsSoundToo() {
		try (HnswIndex index = HnswIndex.builder(8).build()) {
			assertThat(index.audit().isSound()).isTrue();
			assertThat(index.repair()).isZero();
		}
	}

}
