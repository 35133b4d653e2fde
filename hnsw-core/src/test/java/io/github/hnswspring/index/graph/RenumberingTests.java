package io.github.hnswspring.index.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

import io.github.hnswspring.fixtures.Walks;
import io.github.hnswspring.index.HnswStatistics;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.Quantization;
import io.github.hnswspring.index.TestVectors;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.index.vector.VectorSpace;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** A graph whose slots are numbered anew answers as the one it was made of. */
class RenumberingTests {

	private static final int DIMENSIONS = 96;

	private static final int COUNT = 1500;

	/** Every vector that is added twice or more, some of them often. */
	private static final int COPIED = 40;

	private final Calibration calibration = new Calibration(0.99);

	private final Random random = new Random(7);

	@AfterEach
	void asUsual() {
		Walks.FreeWalks.asUsual();
	}

	@ParameterizedTest
	@CsvSource({ "0,COSINE,true", "1,COSINE,true", "4,EUCLIDEAN,true", "0,DOT_PRODUCT,false", "1,EUCLIDEAN,false",
			"4,COSINE,false" })
	void answersAsBefore(int bits, Metric metric, boolean walks) {
		if (walks) {
			Walks.FreeWalks.walkAlways();
		}
		float[][] vectors = TestVectors.ofFewFeatures(COUNT, DIMENSIONS, 5);
		for (int i = 0; i < COUNT; i += 5) {
			vectors[i] = vectors[this.random.nextInt(COPIED)];
		}
		Graph graph = graph(bits, metric, vectors);
		Graph smaller = Renumbering.of(graph, this.calibration);

		assertThat(smaller.slots.free()).isZero();
		assertThat(smaller.slots.count()).isEqualTo(graph.slots.count() - graph.slots.free());
		assertThat(smaller.slots.dead()).isEqualTo(graph.slots.dead()).isPositive();
		assertThat(audit(smaller)).isEqualTo(audit(graph)).contains("unreachable=0", "danglingLinks=0");
		assertThat(figures(smaller)).isEqualTo(figures(graph));
		for (int i = 0; i < 60; i++) {
			float[] vector = vectors[this.random.nextInt(COUNT)].clone();
			vector[i % DIMENSIONS] += (i % 3 == 0) ? 0 : 0.5f;
			VectorQuery query = VectorQuery.of(vector).k(1 + i).efSearch(60 + i);
			assertSame(graph, smaller, query);
			assertSame(graph, smaller, query.exact());
			assertSame(graph, smaller, query.filter((id) -> id % 3 != 0));
			Neighbor last = search(graph, query).get(i / 2);
			assertSame(graph, smaller, query.after(last.distance(), last.id()));
		}
		for (long id = 0; id < COUNT; id++) {
			int slot = graph.slots.slotOf(id);
			int number = smaller.slots.slotOf(id);
			assertThat(number < 0).as("id %d", id).isEqualTo(slot < 0);
			assertThat(number >= 0 && !smaller.space.isSame(number, vectors[(int) id])).as("id %d", id).isFalse();
		}
		goOn(smaller, vectors);
	}

	/**
	 * Some hundred of {@link #COUNT}, and some that have died but are stepping stones.
	 */
	private Graph graph(int bits, Metric metric, float[][] vectors) {
		GraphParameters parameters = new GraphParameters(DIMENSIONS, metric, 6, 60, 0, 0.99, 3, 1, 0,
				new Quantization(bits));
		Graph graph = new Graph(parameters, VectorSpace.onHeap(DIMENSIONS, metric), this.calibration);
		LevelAssigner levels = new LevelAssigner(6, 3);
		for (int id = 0; id < COUNT; id++) {
			add(graph, id, vectors[id], levels.level(id));
			graph.quantizer.train(id + 1, 1);
		}
		for (long id = 0; id < COUNT; id++) {
			if (id % 7 != 0) {
				graph.slots.remove(id);
			}
		}
		with(graph, graph.repair::removeDead);
		for (long id = 0; id < COUNT; id += 35) {
			graph.slots.remove(id);
		}
		return graph;
	}

	/** It can be added to, swept, and numbered anew as any other one. */
	private void goOn(Graph graph, float[][] vectors) {
		LevelAssigner levels = new LevelAssigner(6, 4);
		for (int id = 0; id < COUNT; id += 2) {
			add(graph, id, vectors[id], levels.level(id));
		}
		with(graph, graph.repair::removeDead);
		Graph again = Renumbering.of(graph, this.calibration);
		assertThat(audit(again)).isEqualTo(audit(graph)).contains("unreachable=0", "danglingLinks=0");
		int live = COUNT / 2 + COUNT / 14 - COUNT / 70;
		assertThat(again.slots.live()).isBetween(live - 2, live + 2);
		for (int i = 0; i < 20; i++) {
			VectorQuery query = VectorQuery.of(vectors[i]).k(30).efSearch(100);
			assertSame(graph, again, query);
			assertSame(graph, again, query.exact());
		}
	}

	private static void add(Graph graph, long id, float[] vector, int level) {
		with(graph, (scratch) -> assertThat(graph.tryInsert(scratch, id, vector, level)).isTrue());
	}

	private static void with(Graph graph, Consumer<Scratch> action) {
		Scratch scratch = graph.scratches.acquire();
		action.accept(scratch);
		graph.scratches.release(scratch);
	}

	private static void assertSame(Graph graph, Graph smaller, VectorQuery query) {
		assertThat(search(smaller, query)).isEqualTo(search(graph, query)).isNotEmpty();
	}

	private static List<Neighbor> search(Graph graph, VectorQuery query) {
		List<Neighbor> hits = new ArrayList<>();
		with(graph, (scratch) -> hits.addAll(graph.planner.search(scratch, query, 0)));
		return hits;
	}

	private static String audit(Graph graph) {
		return GraphInspector.audit(graph).toString().replaceAll("\\[I@\\w+", "");
	}

	/** What does not depend on how many slots are free. */
	private String figures(Graph graph) {
		HnswStatistics all = GraphInspector.statistics(graph, this.calibration, 0);
		return all.size() + " " + all.removedSlots() + " " + Arrays.toString(all.nodesPerLayer()) + " "
				+ all.meanDegree() + " " + graph.supports.nextRank() + " " + graph.quantizer.walksExactly() + " "
				+ graph.quantizer.pairsByCode() + " " + graph.quantizer.nextTraining();
	}

}
