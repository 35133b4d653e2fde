package io.github.hnswspring.benchmarks.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

import io.github.hnswspring.benchmarks.harness.BuildMeasurement;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler.LegendPosition;

/**
 * Plots as SVG and PNG files. Confined to one thread.
 */
public final class Charts {

	private static final int WIDTH = 1000;

	private static final int HEIGHT = 650;

	private static final int LEGEND_LINE = 20;

	/** The part of the curve that matters; below, all are fast. */
	private static final double LEAST_RECALL = 0.8;

	private final Path directory;

	private final List<String> written = new ArrayList<>();

	/**
	 * Creates a painter.
	 * @param directory where plots go
	 */
	public Charts(Path directory) {
		System.setProperty("java.awt.headless", "true");
		this.directory = directory;
	}

	/**
	 * Recall against speed and against latency, one plot a data set and number of
	 * threads.
	 * @param curves the curves
	 * @throws IOException if a file cannot be written
	 */
	public void recall(List<Curve> curves) throws IOException {
		for (List<Curve> group : by(curves, (curve) -> curve.dataset() + ", " + threads(curve.threads())).values()) {
			String name = group.get(0).dataset() + "-" + group.get(0).threads() + "t";
			String title = group.get(0).dataset() + ", " + threads(group.get(0).threads());
			curves(group, "Recall and speed: " + title, "queries per second (best pass)", "recall-qps-" + name,
					Curve.Point::bestQps);
			curves(group, "Recall and latency: " + title, "99 % of queries below, microseconds", "recall-p99-" + name,
					(point) -> point.p99Nanos() / 1e3);
		}
	}

	private static String threads(int threads) {
		return threads + ((threads == 1) ? " searching thread" : " searching threads");
	}

	private void curves(List<Curve> curves, String title, String yAxis, String name,
			ToDoubleFunction<Curve.Point> value) throws IOException {
		XYChart chart = new XYChartBuilder().width(WIDTH)
			.height(HEIGHT)
			.title(title)
			.xAxisTitle("recall of the ten nearest, by distance")
			.yAxisTitle(yAxis)
			.build();
		chart.getStyler().setYAxisLogarithmic(true).setLegendPosition(LegendPosition.OutsideE).setMarkerSize(6);
		for (Curve curve : curves) {
			List<Curve.Point> points = curve.points()
				.stream()
				.filter((point) -> point.recall() >= LEAST_RECALL)
				.toList();
			if (!points.isEmpty()) {
				chart.addSeries(curve.contender(), points.stream().mapToDouble(Curve.Point::recall).toArray(),
						points.stream().mapToDouble(value).toArray());
			}
		}
		if (!chart.getSeriesMap().isEmpty()) {
			save(chart, name);
		}
	}

	/**
	 * Speed at a recall with the Vector API and without, and with one thread and many.
	 * @param curves the curves
	 * @param recall 0 to 1
	 * @throws IOException if a file cannot be written
	 */
	public void speedAt(List<Curve> curves, double recall) throws IOException {
		for (Map.Entry<String, List<Curve>> group : by(curves, Curve::dataset).entrySet()) {
			TreeSet<Integer> threads = group.getValue()
				.stream()
				.map(Curve::threads)
				.collect(Collectors.toCollection(TreeSet::new));
			Map<String, List<Curve>> byThreads = by(group.getValue(), (curve) -> threads(curve.threads()));
			bars(group.getKey() + ": queries per second at recall " + recall,
					"speed-at-" + recall + "-" + group.getKey(), byThreads, Curve::contender,
					(curve) -> curve.qpsAt(recall, true).orElse(0));
			Map<String, List<Curve>> byFlag = by(
					group.getValue().stream().filter((curve) -> curve.threads() == threads.first()).toList(),
					(curve) -> part(curve.contender(), 2));
			bars(group.getKey() + ": queries per second at recall " + recall + ", with the flag and without",
					"flag-at-" + recall + "-" + group.getKey(), byFlag,
					(curve) -> part(curve.contender(), 0) + " " + part(curve.contender(), 1),
					(curve) -> curve.qpsAt(recall, true).orElse(0));
		}
	}

	private static String part(String label, int index) {
		String[] parts = label.split(" \\| ");
		return (index < parts.length) ? parts[index] : "native";
	}

	/**
	 * Build time and memory, one plot each a data set.
	 * @param builds the builds
	 * @throws IOException if a file cannot be written
	 */
	public void builds(List<BuildMeasurement> builds) throws IOException {
		for (Map.Entry<String, List<BuildMeasurement>> group : by(builds, BuildMeasurement::dataset).entrySet()) {
			bars(group.getKey() + ": seconds to build", "build-" + group.getKey(),
					by(group.getValue(),
							(build) -> build.threads() + " building thread(s), "
									+ ((build.round() == 1) ? "first build of the process" : "later builds")),
					BuildMeasurement::contender, BuildMeasurement::seconds);
			Map<String, List<BuildMeasurement>> memory = new LinkedHashMap<>();
			memory.put("heap", group.getValue());
			bars(group.getKey() + ": bytes of heap per vector", "heap-" + group.getKey(), memory,
					BuildMeasurement::contender, (build) -> Math.max(0, build.heapBytesPerVector()));
			memory.clear();
			memory.put("heap, maps, native memory and files", group.getValue());
			bars(group.getKey() + ": bytes per vector", "bytes-" + group.getKey(), memory, BuildMeasurement::contender,
					(build) -> Math.max(0, build.totalBytesPerVector()));
		}
	}

	/**
	 * A line for each series of points.
	 * @param title what is shown
	 * @param name of the file
	 * @param xAxis what x means
	 * @param yAxis what y means
	 * @param logarithmicX whether x is logarithmic
	 * @param logarithmicY whether y is logarithmic
	 * @param series name of the series to its points, x and y
	 * @throws IOException if the file cannot be written
	 */
	public void lines(String title, String name, String xAxis, String yAxis, boolean logarithmicX, boolean logarithmicY,
			Map<String, List<double[]>> series) throws IOException {
		XYChart chart = new XYChartBuilder().width(WIDTH)
			.height(HEIGHT + LEGEND_LINE * series.size())
			.title(title)
			.xAxisTitle(xAxis)
			.yAxisTitle(yAxis)
			.build();
		chart.getStyler()
			.setXAxisLogarithmic(logarithmicX)
			.setYAxisLogarithmic(logarithmicY)
			.setLegendPosition(LegendPosition.OutsideS)
			.setMarkerSize(6);
		series
			.forEach((label, points) -> chart.addSeries(label, points.stream().mapToDouble((each) -> each[0]).toArray(),
					points.stream().mapToDouble((each) -> each[1]).toArray()));
		if (!series.isEmpty()) {
			save(chart, name);
		}
	}

	/**
	 * A line for each series over named steps that stand at equal distances.
	 * @param title what is shown
	 * @param name of the file
	 * @param xAxis what the steps are
	 * @param yAxis what y means, on a logarithmic axis
	 * @param series name of the series to its values by step; all have the same steps
	 * @throws IOException if the file cannot be written
	 */
	public void steps(String title, String name, String xAxis, String yAxis, Map<String, Map<String, Double>> series)
			throws IOException {
		CategoryChart chart = new CategoryChartBuilder().width(WIDTH)
			.height(HEIGHT + LEGEND_LINE * series.size())
			.title(title)
			.xAxisTitle(xAxis)
			.yAxisTitle(yAxis)
			.build();
		chart.getStyler()
			.setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Line)
			.setOverlapped(true)
			.setYAxisLogarithmic(true)
			.setLegendPosition(LegendPosition.OutsideS)
			.setMarkerSize(7);
		series.forEach(
				(label, values) -> chart.addSeries(label, List.copyOf(values.keySet()), List.copyOf(values.values())));
		save(chart, name);
	}

	private <T> void bars(String title, String name, Map<String, List<T>> groups,
			java.util.function.Function<T, String> category, ToDoubleFunction<T> value) throws IOException {
		List<String> categories = groups.values().stream().flatMap(List::stream).map(category).distinct().toList();
		if (categories.isEmpty()) {
			return;
		}
		CategoryChart chart = new CategoryChartBuilder().width(WIDTH).height(HEIGHT).title(title).build();
		chart.getStyler().setXAxisLabelRotation(60).setLegendPosition(LegendPosition.OutsideS);
		groups.forEach((label, members) -> {
			List<Double> values = new ArrayList<>();
			for (String each : categories) {
				values.add(members.stream()
					.filter((member) -> category.apply(member).equals(each))
					.mapToDouble(value)
					.average()
					.orElse(0));
			}
			chart.addSeries(label, categories, values);
		});
		save(chart, name);
	}

	private void save(Chart<?, ?> chart, String name) throws IOException {
		String file = name.replaceAll("[^A-Za-z0-9.-]+", "-");
		String path = this.directory.resolve(file).toString();
		VectorGraphicsEncoder.saveVectorGraphic(chart, path + ".svg", VectorGraphicsFormat.SVG);
		BitmapEncoder.saveBitmap(chart, path + ".png", BitmapFormat.PNG);
		this.written.add(file + ".png");
	}

	/**
	 * The plots painted so far.
	 * @return names of files
	 */
	public List<String> written() {
		return List.copyOf(this.written);
	}

	private static <T> Map<String, List<T>> by(List<T> values, java.util.function.Function<T, String> key) {
		return values.stream().collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList()));
	}

}
