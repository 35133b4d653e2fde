package io.github.hnswspring.index;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.LongConsumer;

import io.github.hnswspring.fixtures.Walks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

/**
 * The graph around a walk, as it is drawn, is the graph, and the walk that of searches.
 */
class GraphViewTests {

	private static final int COUNT = 2_000;

	@AfterEach
	void asUsual() {
		Walks.FreeWalks.asUsual();
	}

	@ParameterizedTest
	@CsvSource({ "COSINE,96,4", "COSINE,24,0", "EUCLIDEAN,96,8", "EUCLIDEAN,16,0", "DOT_PRODUCT,32,0" })
	void theWalkIsThatOfASearchWithTheSameList(Metric metric, int dimensions, int bits) {
		Walks.FreeWalks.walkAlways();
		float[][] vectors = TestVectors.clustered(COUNT, dimensions, 3);
		try (HnswIndex index = HnswIndex.builder(dimensions)
			.metric(metric)
			.quantization((bits > 0) ? Quantization.bits(bits) : Quantization.NONE)
			.build()) {
			index.addAll(TestVectors.ids(COUNT), vectors);
			Random random = new Random(5);
			for (int i = 0; i < 20; i++) {
				float[] query = TestVectors.gaussian(random, dimensions);
				GraphView view = index.view(query, 20, 100);
				SearchTrace.Walk walk = index.trace(VectorQuery.of(query).k(5).efSearch(20)).walks().get(0);
				assertThat(view.byCode()).isEqualTo(walk.byCode());
				assertThat(view.list()).isEqualTo(walk.list());
				assertThat(expanded(view)).isEqualTo(walk.expanded().stream().map(SearchTrace.Node::id).toList());
				assertThat(view.nodes().get(0).id()).isEqualTo(walk.descent().get(0).id());
				Set<Integer> compared = new HashSet<>();
				view.steps().stream().filter((step) -> step.layer() == 0).forEach((step) -> {
					compared.add(step.node());
					assertThat(step.met()).doesNotContain(step.node());
					compared.addAll(step.met());
				});
				assertThat(compared).hasSize(walk.compared());
			}
		}
	}

	private static List<Long> expanded(GraphView view) {
		return view.steps()
			.stream()
			.filter((step) -> step.layer() == 0)
			.map((step) -> view.nodes().get(step.node()).id())
			.toList();
	}

	@Test
	void aSmallGraphIsDrawnWhole() {
		float[][] vectors = TestVectors.clustered(50, 16, 3);
		try (HnswIndex index = TestVectors.indexOf(Metric.EUCLIDEAN, vectors)) {
			GraphView view = index.view(vectors[7], 10, 100);
			assertThat(view.isWhole()).isTrue();
			assertThat(view.size()).isEqualTo(50);
			assertThat(view.nodes()).extracting(GraphView.Node::id).doesNotHaveDuplicates().hasSize(50);
			assertThat(view.steps()).isNotEmpty();
			List<String> links = new ArrayList<>();
			for (GraphView.Node node : view.nodes()) {
				assertThat((double) node.distance()).isCloseTo(
						TestVectors.distance(Metric.EUCLIDEAN, vectors[7], vectors[(int) node.id()]), within(1e-3));
				VectorInspection inspection = index.inspect(node.id()).orElseThrow();
				assertThat(node.level()).isEqualTo(inspection.level());
				for (int layer = 0; layer < inspection.links().size(); layer++) {
					for (VectorInspection.Link link : inspection.links().get(layer)) {
						links.add(layer + ": " + node.id() + ">" + link.id());
					}
				}
			}
			assertThat(view.links())
				.extracting((link) -> link.layer() + ": " + view.nodes().get(link.from()).id() + ">"
						+ view.nodes().get(link.to()).id())
				.containsExactlyInAnyOrderElementsOf(links);
			int nodes = 0;
			int ends = 0;
			for (int degree = 0; degree < view.degrees().size(); degree++) {
				nodes += view.degrees().get(degree);
				ends += degree * view.degrees().get(degree);
			}
			assertThat(nodes).isEqualTo(50);
			assertThat((double) ends / nodes).isCloseTo(index.statistics().meanDegree(), within(1e-6));
		}
	}

	@Test
	void ofALargerOneTheUpperLayersComeFirst() {
		float[][] vectors = TestVectors.clustered(COUNT, 16, 3);
		try (HnswIndex index = TestVectors.indexOf(Metric.EUCLIDEAN, vectors)) {
			int[] perLayer = index.statistics().nodesPerLayer();
			GraphView view = index.view(vectors[7], 10, 200);
			assertThat(view.isWhole()).isFalse();
			assertThat(view.nodesPerLayer())
				.containsExactlyElementsOf(java.util.Arrays.stream(perLayer).boxed().toList());
			assertThat(view.nodes()).filteredOn((node) -> node.level() > 0).hasSize(perLayer[1]);
			assertThat(view.links()).filteredOn((link) -> link.layer() == 0)
				.allMatch((link) -> expanded(view).contains(view.nodes().get(link.from()).id()));
			assertThat(index.view(vectors[7], 10, 0).nodes()).allMatch((node) -> !Float.isNaN(node.seen()));
		}
	}

	@Test
	void removedVectorsAreSteppingStones() {
		float[][] vectors = TestVectors.clustered(100, 16, 3);
		try (HnswIndex index = TestVectors.indexOf(Metric.EUCLIDEAN, vectors)) {
			index.remove(7);
			GraphView view = index.view(vectors[7], 10, 100);
			assertThat(view.size()).isEqualTo(99);
			assertThat(view.nodes()).filteredOn(GraphView.Node::removed)
				.extracting(GraphView.Node::id)
				.containsExactly(7L);
		}
	}

	@Test
	void aWalkWithAFilterIsThatOfASearchWithIt() {
		Walks.FreeWalks.walkAlways();
		float[][] vectors = TestVectors.clustered(COUNT, 24, 3);
		IdSet third = new IdSet() {

			@Override
			public boolean contains(long id) {
				return id % 3 == 0;
			}

			@Override
			public long cardinality() {
				return (COUNT + 2) / 3;
			}

			@Override
			public void forEach(LongConsumer action) {
				for (long id = 0; id < COUNT; id += 3) {
					action.accept(id);
				}
			}

		};
		try (HnswIndex index = TestVectors.indexOf(Metric.EUCLIDEAN, vectors)) {
			int filtered = 0;
			for (int i = 1; i < 40; i += 2) {
				VectorQuery query = VectorQuery.of(vectors[i]).k(5).efSearch(20).filter(third);
				List<SearchTrace.Walk> walks = index.trace(query).walks();
				GraphView view = index.view(query, 50);
				if (walks.isEmpty()) {
					continue;
				}
				filtered++;
				assertThat(view.filtered()).isEqualTo(walks.get(0).filtered());
				assertThat(expanded(view))
					.isEqualTo(walks.get(0).expanded().stream().map(SearchTrace.Node::id).toList());
				assertThat(view.nodes()).allMatch((node) -> node.passes() == (node.id() % 3 == 0));
			}
			assertThat(filtered).as("searches that walked").isPositive();
			// What the operation before was filtered by is nothing to an insertion.
			assertThat(index.viewInsertion(7, 0).orElseThrow().graph().nodes()).allMatch(GraphView.Node::passes);
		}
	}

	@Test
	void whatIsAskedForIsDrawnWithItsLinksAlthoughNoWalkComesBy() {
		float[][] vectors = TestVectors.clustered(COUNT, 16, 3);
		try (HnswIndex index = TestVectors.indexOf(Metric.EUCLIDEAN, vectors)) {
			VectorQuery query = VectorQuery.of(vectors[7]).k(1).efSearch(10);
			Set<Long> drawn = new HashSet<>();
			index.view(query, 0).nodes().forEach((node) -> drawn.add(node.id()));
			long far = 0;
			while (drawn.contains(far)) {
				far++;
			}
			long linked = index.inspect(far).orElseThrow().incoming().get(0).id();
			GraphView view = index.view(query, 0, far, linked, 99_999);
			assertThat(view.nodes()).extracting(GraphView.Node::id).contains(far, linked).doesNotContain(99_999L);
			long target = far;
			assertThat(view.links()).anyMatch((link) -> link.layer() == 0
					&& view.nodes().get(link.from()).id() == linked && view.nodes().get(link.to()).id() == target);
		}
	}

	@Test
	void recallIsSampledWithoutAnAudit() {
		float[][] vectors = TestVectors.clustered(COUNT, 16, 3);
		try (HnswIndex index = HnswIndex.builder(16).metric(Metric.EUCLIDEAN).build()) {
			assertThat(index.sampleRecall().members().queries()).isZero();
			index.addAll(TestVectors.ids(COUNT), vectors);
			assertThat(index.sampleRecall().recentQueries().queries()).isZero();
			index.search(vectors[1], 5);
			RecallSample sample = index.sampleRecall();
			assertThat(sample.members().queries()).isEqualTo(40);
			assertThat(sample.members().at10()).isGreaterThan(0.9);
			assertThat(sample.recentQueries().queries()).isEqualTo(1);
			assertThat(sample.targetRecall()).isEqualTo(index.targetRecall());
		}
	}

	@Test
	void nothingIsSeenOfNothingAndTooMuchIsRefused() {
		try (HnswIndex index = HnswIndex.builder(4).build()) {
			assertThat(index.view(new float[] { 1, 0, 0, 0 }, 10, 100)).isEqualTo(GraphView.EMPTY);
			assertThatIllegalArgumentException().isThrownBy(() -> index.view(new float[] { 1, 0, 0, 0 }, 1_001, 100))
				.withMessage("efSearch must be 0 to 1000, but was 1001; ask for a part of the graph");
			assertThatIllegalArgumentException().isThrownBy(() -> index.view(new float[] { 1, 0, 0, 0 }, 5, 10_001))
				.withMessageContaining("nodes must be 0 to 10000, but was 10001");
			assertThatIllegalArgumentException().isThrownBy(() -> index.view(new float[3], 5, 10));
		}
	}

}
