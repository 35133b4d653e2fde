package io.github.hnswspring.index;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** How a vector is linked, as one can tell it. */
class VectorInspectionTests {

	private static final int COUNT = 1_000;

	@ParameterizedTest
	@EnumSource
	void whoLinksToWhomIsToldAtBothEnds(Metric metric) {
		float[][] vectors = TestVectors.clustered(COUNT, 96, 3);
		try (HnswIndex index = TestVectors.indexOf(metric, vectors)) {
			List<VectorInspection> all = Stream.iterate(0L, (id) -> id + 1)
				.limit(COUNT)
				.map((id) -> index.inspect(id).orElseThrow())
				.toList();
			List<String> outgoing = new ArrayList<>();
			List<String> incoming = new ArrayList<>();
			for (VectorInspection one : all) {
				assertThat(one.links()).hasSize(one.level() + 1);
				assertThat(one.links().get(0).size()).isBetween(1, 2 * index.m());
				assertThat(one.incoming()).hasSize(one.incomingLinks());
				one.links().get(0).forEach((link) -> outgoing.add(one.id() + ">" + link.id()));
				one.incoming().forEach((link) -> incoming.add(link.id() + ">" + one.id()));
				for (VectorInspection.Link link : one.links().get(0)) {
					double distance = TestVectors.distance(metric, vectors[(int) one.id()], vectors[(int) link.id()]);
					assertThat((double) link.distance()).isCloseTo(distance, within(1e-3 + 1e-5 * Math.abs(distance)));
					assertThat(link.removed()).isFalse();
					assertThat(link.estimate()).as("there are codes").isNotNaN();
				}
			}
			outgoing.sort(null);
			incoming.sort(null);
			assertThat(outgoing).isEqualTo(incoming);
			assertThat(all).filteredOn(VectorInspection::isEntryPoint).hasSize(1);
			assertThat(all).extracting(VectorInspection::level)
				.filteredOn((level) -> level > 0)
				.hasSize(index.statistics().nodesPerLayer()[1]);
		}
	}

	@Test
	void estimatesAreNearTheDistances() {
		float[][] vectors = TestVectors.clustered(COUNT, 256, 3);
		try (HnswIndex index = TestVectors.indexOf(Metric.COSINE, vectors)) {
			double error = 0;
			double distance = 0;
			for (VectorInspection.Link link : index.inspect(5).orElseThrow().links().get(0)) {
				error += Math.abs(link.estimate() - link.distance());
				distance += link.distance();
			}
			assertThat(error).isLessThan(distance / 4);
		}
	}

	@Test
	void equalVectorsShareANode() {
		float[][] vectors = TestVectors.clustered(COUNT, 16, 3);
		try (HnswIndex index = TestVectors.indexOf(Metric.EUCLIDEAN, vectors)) {
			index.add(7_001, vectors[7]);
			index.add(7_002, vectors[7]);
			VectorInspection leader = index.inspect(7).orElseThrow();
			VectorInspection follower = index.inspect(7_001).orElseThrow();
			assertThat(leader.equalIds()).containsExactlyInAnyOrder(7_001L, 7_002L);
			assertThat(follower.equalIds()).containsExactlyInAnyOrder(7L, 7_002L);
			assertThat(follower.equalVectors()).isEqualTo(2);
			assertThat(follower.links()).isEqualTo(leader.links());
			index.remove(7);
			assertThat(index.inspect(7)).isEmpty();
			assertThat(index.inspect(7_001).orElseThrow().equalIds()).containsExactly(7_002L);
			assertThat(index.inspect(7_001).orElseThrow().links()).isEqualTo(leader.links());
			long neighbor = leader.links().get(0).get(0).id();
			assertThat(index.inspect(neighbor).orElseThrow().links().get(0)).extracting(VectorInspection.Link::id)
				.doesNotContain(7L);
		}
	}

	@Test
	void removedVectorsAreSaidToBe() {
		float[][] vectors = TestVectors.clustered(COUNT, 16, 3);
		try (HnswIndex index = TestVectors.indexOf(Metric.EUCLIDEAN, vectors)) {
			VectorInspection.Link nearest = index.inspect(5).orElseThrow().links().get(0).get(0);
			index.remove(nearest.id());
			assertThat(index.inspect(nearest.id())).isEmpty();
			assertThat(index.inspect(5).orElseThrow().links().get(0).get(0))
				.isEqualTo(new VectorInspection.Link(nearest.id(), nearest.distance(), nearest.estimate(), true));
			assertThat(index.inspect(COUNT + 1)).isEmpty();
		}
	}

}
