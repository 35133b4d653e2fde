package io.github.hnswspring.index.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import io.github.hnswspring.index.GraphView;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.InsertionView;
import io.github.hnswspring.index.InsertionView.Answer;
import io.github.hnswspring.index.InsertionView.Candidate;
import io.github.hnswspring.index.InsertionView.Choice;
import io.github.hnswspring.index.InsertionView.Layer;
import io.github.hnswspring.index.InsertionView.Reply;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Quantization;
import io.github.hnswspring.index.TestVectors;
import io.github.hnswspring.index.vector.BitPlaneCodes;
import io.github.hnswspring.index.vector.VectorSpace;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What is shown of an insertion is what an insertion does, row by row. */
class InsertionViewTests {

	private static final int M = 6;

	private static final int VIEWED = 150;

	private final LevelAssigner levels = new LevelAssigner(M, 3);

	@ParameterizedTest
	@CsvSource({ "COSINE,96,4", "EUCLIDEAN,96,1", "EUCLIDEAN,16,0", "DOT_PRODUCT,32,0", "DOT_PRODUCT,96,4" })
	void anInsertionDoesWhatIsShownBefore(Metric metric, int dimensions, int bits) {
		int count = 1_200;
		Graph graph = graph(metric, dimensions, bits);
		float[][] vectors = TestVectors.ofFewFeatures(count + VIEWED, dimensions, 11);
		for (int id = 0; id < count; id++) {
			insert(graph, id, vectors[id]);
			graph.quantizer.train(id + 1, 1);
			if (id % 9 == 8) {
				graph.slots.remove(id - 3);
			}
		}
		int madeRoom = 0;
		int refused = 0;
		for (int id = count; id < count + VIEWED; id++) {
			InsertionView view = viewThenInsert(graph, id, vectors[id]);
			for (Layer layer : view.layers()) {
				madeRoom += count(layer, Reply.MADE_ROOM);
				refused += count(layer, Reply.REFUSED);
			}
		}
		assertThat(madeRoom).as("links that made room").isPositive();
		assertThat(refused).as("links that were refused").isPositive();
		assertThat(GraphInspector.audit(graph).isSound()).isTrue();
	}

	private static int count(Layer layer, Reply reply) {
		return (int) layer.answers().stream().filter((answer) -> answer.reply() == reply).count();
	}

	/**
	 * Views an insertion with the vector in its slot, links it, and compares what changed
	 * with what was shown.
	 */
	private InsertionView viewThenInsert(Graph graph, long id, float[] vector) {
		AtomicReference<InsertionView> seen = new AtomicReference<>();
		with(graph, (scratch) -> {
			int level = this.levels.level(id);
			scratch.exact.query(vector);
			int slot = graph.slots.allocate(id, graph.scratches::oldestStart, graph::prepare);
			graph.space.set(slot, vector);
			graph.slots.equal().lead(slot);
			graph.links.reset(slot, level);
			graph.supports.born(slot);
			scratch.slotLimit = graph.slots.count();
			BitPlaneCodes codes = graph.quantizer.codes();
			if (codes != null) {
				scratch.encode(codes, slot);
			}
			Map<String, List<Long>> before = rows(graph);
			InsertionView view = InsertionViewer.view(graph, scratch, slot, level, 0);
			assertThat(rows(graph)).as("nothing is changed").isEqualTo(before);
			graph.compareAsForInsertion(scratch, codes);
			assertThat(graph.builder.insert(scratch, slot, level)).isTrue();
			scratch.pairExactly();
			graph.slots.commit(slot, graph.scratches::oldestStart);
			assertThat(changed(before, rows(graph), id)).isEqualTo(shown(view, before, id));
			seen.set(view);
		});
		return java.util.Objects.requireNonNull(seen.get());
	}

	/** Rows by layer and id, each with the ids it links to. */
	private static Map<String, List<Long>> rows(Graph graph) {
		Map<String, List<Long>> rows = new TreeMap<>();
		int[] row = new int[2 * M];
		for (int slot = 0; slot < graph.slots.count(); slot++) {
			for (int layer = 0; layer <= graph.links.level(slot); layer++) {
				int degree = graph.links.copy(slot, layer, row);
				rows.put(layer + ":" + graph.slots.id(slot),
						Arrays.stream(row, 0, degree).mapToObj(graph.slots::id).sorted().toList());
			}
		}
		return rows;
	}

	private static Map<String, List<Long>> changed(Map<String, List<Long>> before, Map<String, List<Long>> after,
			long id) {
		Map<String, List<Long>> changed = new TreeMap<>();
		after.forEach((key, row) -> {
			if (key.endsWith(":" + id) || !row.equals(before.get(key))) {
				changed.put(key, row);
			}
		});
		return changed;
	}

	/** The same as the view tells it. */
	private static Map<String, List<Long>> shown(InsertionView view, Map<String, List<Long>> before, long id) {
		List<GraphView.Node> nodes = view.graph().nodes();
		assertThat(nodes.get(view.node()).id()).isEqualTo(id);
		Map<String, List<Long>> shown = new TreeMap<>();
		before.keySet().stream().filter((key) -> key.endsWith(":" + id)).forEach((key) -> shown.put(key, List.of()));
		for (Layer layer : view.layers()) {
			shown.put(layer.layer() + ":" + id, layer.candidates()
				.stream()
				.filter((candidate) -> candidate.choice() == Choice.DIVERSE || candidate.choice() == Choice.FILLED)
				.map((candidate) -> nodes.get(candidate.node()).id())
				.sorted()
				.toList());
			for (Answer answer : layer.answers()) {
				String key = layer.layer() + ":" + nodes.get(answer.node()).id();
				List<Long> row = new ArrayList<>(before.get(key));
				answer.dropped().forEach((place) -> row.remove(nodes.get(place).id()));
				if (answer.reply() != Reply.REFUSED) {
					row.add(id);
				}
				if (answer.reply() != Reply.REFUSED || !answer.dropped().isEmpty()) {
					shown.put(key, row.stream().sorted().toList());
				}
			}
		}
		return shown;
	}

	private static Graph graph(Metric metric, int dimensions, int bits) {
		GraphParameters parameters = new GraphParameters(dimensions, metric, M, 40, 0, 0.99, 3, 1, 0,
				new Quantization(bits));
		return new Graph(parameters, VectorSpace.onHeap(dimensions, metric), new Calibration(0.99));
	}

	private void insert(Graph graph, long id, float[] vector) {
		with(graph, (scratch) -> assertThat(graph.tryInsert(scratch, id, vector, this.levels.level(id))).isTrue());
	}

	private static void with(Graph graph, Consumer<Scratch> action) {
		Scratch scratch = graph.scratches.acquire();
		action.accept(scratch);
		graph.scratches.release(scratch);
	}

	@Test
	void aVectorThatIsThereIsShownAsIfItWereNot() {
		float[][] vectors = TestVectors.ofFewFeatures(400, 96, 7);
		// So many links fit into a row that nobody gave one up for the latest.
		try (HnswIndex index = HnswIndex.builder(96).m(64).efConstruction(60).build()) {
			for (int id = 0; id < 120; id++) {
				index.add(id, vectors[id]);
				InsertionView view = index.viewInsertion(id, 10).orElseThrow();
				List<GraphView.Node> nodes = view.graph().nodes();
				assertThat(nodes.get(view.node()).id()).isEqualTo(id);
				assertThat(view.graph().links())
					.noneMatch((link) -> link.from() == view.node() || link.to() == view.node());
				assertThat(view.graph().steps())
					.noneMatch((step) -> step.node() == view.node() || step.met().contains(view.node()));
				for (Layer layer : view.layers()) {
					List<Long> chosen = layer.candidates()
						.stream()
						.filter((candidate) -> candidate.choice() == Choice.DIVERSE
								|| candidate.choice() == Choice.FILLED)
						.map((candidate) -> nodes.get(candidate.node()).id())
						.toList();
					assertThat(index.inspect(id).orElseThrow().links().get(layer.layer()))
						.extracting((link) -> link.id())
						.containsExactlyInAnyOrderElementsOf(chosen);
					assertThat(layer.answers()).allMatch((answer) -> answer.reply() == Reply.HAD_ROOM);
				}
			}
		}
	}

	@Test
	void reasonsAreTrue() {
		float[][] vectors = TestVectors.ofFewFeatures(800, 16, 7);
		try (HnswIndex index = HnswIndex.builder(16).metric(Metric.EUCLIDEAN).m(M).build()) {
			for (int id = 0; id < vectors.length; id++) {
				index.add(id, vectors[id]);
			}
			int reasons = 0;
			for (int id = 0; id < vectors.length; id += 20) {
				InsertionView view = index.viewInsertion(id, 0).orElseThrow();
				List<GraphView.Node> nodes = view.graph().nodes();
				for (Layer layer : view.layers()) {
					for (Candidate candidate : layer.candidates()) {
						assertThat(candidate.nearer() >= 0)
							.isEqualTo(candidate.choice() == Choice.FILLED || candidate.choice() == Choice.REDUNDANT);
						if (candidate.nearer() >= 0) {
							reasons++;
							float[] other = vectors[(int) nodes.get(candidate.node()).id()];
							assertThat(distance(other, vectors[(int) nodes.get(candidate.nearer()).id()]))
								.isLessThanOrEqualTo(distance(other, vectors[id]) * 1.0001);
						}
					}
					for (Answer answer : layer.answers()) {
						if (answer.nearer() >= 0) {
							reasons++;
							float[] owner = vectors[(int) nodes.get(answer.node()).id()];
							float[] other = (answer.reply() == Reply.REFUSED) ? vectors[id]
									: vectors[(int) nodes.get(answer.dropped().get(0)).id()];
							assertThat(distance(other, vectors[(int) nodes.get(answer.nearer()).id()]))
								.isLessThanOrEqualTo(distance(other, owner) * 1.0001);
						}
					}
				}
			}
			assertThat(reasons).isGreaterThan(1_000);
		}
	}

	private static double distance(float[] a, float[] b) {
		double sum = 0;
		for (int i = 0; i < a.length; i++) {
			sum += (a[i] - b[i]) * (double) (a[i] - b[i]);
		}
		return Math.sqrt(sum);
	}

	@Test
	void theFirstAndOnlyOneHasNothingToLinkTo() {
		try (HnswIndex index = HnswIndex.builder(2).build()) {
			assertThat(index.viewInsertion(1, 10)).isEmpty();
			index.add(1, new float[] { 1, 0 });
			InsertionView alone = index.viewInsertion(1, 10).orElseThrow();
			assertThat(alone.layers()).isEmpty();
			assertThat(alone.graph().nodes()).hasSize(1);
			index.add(2, new float[] { 0, 1 });
			index.add(3, new float[] { 0, 1 });
			assertThat(index.viewInsertion(1, 10).orElseThrow().graph().nodes().get(0).id()).isEqualTo(2);
			InsertionView copy = index.viewInsertion(3, 10).orElseThrow();
			assertThat(copy.equalTo()).isEqualTo(2);
			assertThat(copy.graph().nodes().get(copy.node()).id()).isEqualTo(2);
		}
	}

}
