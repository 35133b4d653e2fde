package io.github.hnswspring.benchmarks.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import javax.imageio.ImageIO;

import de.erichseifert.vectorgraphics2d.Processors;
import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.intermediate.CommandSequence;
import de.erichseifert.vectorgraphics2d.util.PageSize;

/**
 * Recall as coloured cells, with the number and the speed in each: families of data
 * downwards, engines across, in blocks that stand side by side. Blue finds enough, red
 * does not. Confined to one thread.
 */
public final class RecallMap {

	private static final int CELL_WIDTH = 46;

	private static final int CELL_HEIGHT = 30;

	private static final int MARGIN = 16;

	private static final int GAP = 22;

	private static final int TITLE = 64;

	private static final int LINE_TITLE = 24;

	private static final int BLOCK_TITLE = 20;

	private static final int LEGEND = 32;

	private static final int SCALE = 2;

	private static final int CHARACTER = 6;

	private static final List<Step> STEPS = List.of(new Step(0.99, new Color(0x2c7bb6), Color.WHITE),
			new Step(0.97, new Color(0x74add1), Color.BLACK), new Step(0.95, new Color(0xc6e2ee), Color.BLACK),
			new Step(0.90, new Color(0xfee090), Color.BLACK), new Step(0.70, new Color(0xf98e52), Color.BLACK),
			new Step(0, new Color(0xb2182b), Color.WHITE));

	private final String title;

	private final String subtitle;

	private final List<String> columns;

	private final String highlighted;

	/** By the row of blocks they stand in. */
	private final Map<String, List<Block>> blocks = new LinkedHashMap<>();

	/**
	 * Starts an empty map.
	 * @param title what is shown
	 * @param subtitle how to read it
	 * @param columns names of the engines
	 * @param highlighted what names of highlighted engines start with
	 */
	public RecallMap(String title, String subtitle, List<String> columns, String highlighted) {
		System.setProperty("java.awt.headless", "true");
		this.title = title;
		this.subtitle = subtitle;
		this.columns = columns;
		this.highlighted = highlighted;
	}

	/**
	 * Adds a block: beside the others of its line.
	 * @param block the block
	 */
	public void add(Block block) {
		this.blocks.computeIfAbsent(block.line(), (line) -> new ArrayList<>()).add(block);
	}

	/**
	 * Writes the map as PNG and SVG.
	 * @param directory where to
	 * @param name of the files
	 * @return names of the files
	 * @throws IOException if they cannot be written
	 */
	public List<String> save(Path directory, String name) throws IOException {
		int width = width();
		int height = height();
		BufferedImage image = new BufferedImage(SCALE * width, SCALE * height, BufferedImage.TYPE_INT_RGB);
		Graphics2D pixels = image.createGraphics();
		pixels.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
		pixels.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
		pixels.scale(SCALE, SCALE);
		paint(pixels, width, height);
		pixels.dispose();
		ImageIO.write(image, "png", directory.resolve(name + ".png").toFile());
		VectorGraphics2D vectors = new VectorGraphics2D();
		paint(vectors, width, height);
		CommandSequence commands = vectors.getCommands();
		try (OutputStream out = Files.newOutputStream(directory.resolve(name + ".svg"))) {
			Processors.get("svg").getDocument(commands, new PageSize(width, height)).writeTo(out);
		}
		return List.of(name + ".png", name + ".svg");
	}

	private int labelWidth() {
		return CHARACTER * this.blocks.values()
			.stream()
			.flatMap(List::stream)
			.flatMap((block) -> block.cells().keySet().stream())
			.mapToInt(String::length)
			.max()
			.orElse(0) + 10;
	}

	private int headHeight() {
		return CHARACTER * this.columns.stream().mapToInt(String::length).max().orElse(0) + 10;
	}

	private int blockWidth() {
		return labelWidth() + CELL_WIDTH * this.columns.size();
	}

	private int width() {
		int most = this.blocks.values().stream().mapToInt(List::size).max().orElse(1);
		return Math.max(620, 2 * MARGIN + most * (blockWidth() + GAP) - GAP);
	}

	private int lineHeight(List<Block> line) {
		int rows = line.stream().mapToInt((block) -> block.cells().size()).max().orElse(0);
		return (line.get(0).line().isEmpty() ? 0 : LINE_TITLE) + BLOCK_TITLE + headHeight() + CELL_HEIGHT * rows + GAP;
	}

	private int height() {
		return TITLE + this.blocks.values().stream().mapToInt(this::lineHeight).sum() + LEGEND;
	}

	private void paint(Graphics2D g, int width, int height) {
		g.setColor(Color.WHITE);
		g.fill(new Rectangle2D.Double(0, 0, width, height));
		g.setColor(Color.BLACK);
		g.setFont(font(Font.BOLD, 17));
		g.drawString(this.title, MARGIN, 28);
		g.setFont(font(Font.PLAIN, 12));
		g.drawString(this.subtitle, MARGIN, 48);
		int y = TITLE;
		for (Map.Entry<String, List<Block>> line : this.blocks.entrySet()) {
			int top = y;
			if (!line.getKey().isEmpty()) {
				g.setColor(Color.BLACK);
				g.setFont(font(Font.BOLD, 14));
				g.drawString(line.getKey(), MARGIN, y + 14);
				top += LINE_TITLE;
			}
			int x = MARGIN;
			for (Block block : line.getValue()) {
				paint(g, block, x, top);
				x += blockWidth() + GAP;
			}
			y += lineHeight(line.getValue());
		}
		paintLegend(g, y);
	}

	private void paint(Graphics2D g, Block block, int x, int y) {
		int left = x + labelWidth();
		g.setColor(Color.BLACK);
		g.setFont(font(Font.BOLD, 13));
		g.drawString(block.title(), left, y + 14);
		int top = y + BLOCK_TITLE + headHeight();
		for (int column = 0; column < this.columns.size(); column++) {
			g.setFont(font(this.columns.get(column).startsWith(this.highlighted) ? Font.BOLD : Font.PLAIN, 11));
			AffineTransform before = g.getTransform();
			g.translate(left + CELL_WIDTH * column + CELL_WIDTH / 2 + 4, top - 5);
			g.rotate(-Math.PI / 2);
			g.drawString(this.columns.get(column), 0, 0);
			g.setTransform(before);
		}
		int row = 0;
		for (Map.Entry<String, Map<String, Cell>> family : block.cells().entrySet()) {
			int cellTop = top + CELL_HEIGHT * row++;
			g.setColor(Color.BLACK);
			g.setFont(font(Font.PLAIN, 11));
			String label = family.getKey();
			g.drawString(label, left - 6 - g.getFontMetrics().stringWidth(label), cellTop + CELL_HEIGHT / 2 + 4);
			for (int column = 0; column < this.columns.size(); column++) {
				Cell cell = family.getValue().get(this.columns.get(column));
				if (cell != null) {
					paint(g, cell, left + CELL_WIDTH * column, cellTop);
				}
			}
		}
	}

	private void paint(Graphics2D g, Cell cell, int x, int y) {
		Step step = STEPS.stream().filter((each) -> cell.recall() >= each.least()).findFirst().orElseThrow();
		g.setColor(step.fill());
		g.fill(new Rectangle2D.Double(x, y, CELL_WIDTH - 1, CELL_HEIGHT - 1));
		g.setColor(step.text());
		g.setFont(font(Font.BOLD, 11));
		centred(g, recall(cell.recall()), x, y + 13);
		g.setFont(font(Font.PLAIN, 9));
		centred(g, speed(cell.qps()), x, y + 24);
	}

	private static void centred(Graphics2D g, String text, int x, int y) {
		g.drawString(text, x + (CELL_WIDTH - 1 - g.getFontMetrics().stringWidth(text)) / 2, y);
	}

	private static void paintLegend(Graphics2D g, int y) {
		g.setFont(font(Font.PLAIN, 11));
		g.setColor(Color.BLACK);
		g.drawString("recall", MARGIN, y + 12);
		int x = MARGIN + 46;
		for (int i = 0; i < STEPS.size(); i++) {
			Step step = STEPS.get(i);
			g.setColor(step.fill());
			g.fill(new Rectangle2D.Double(x, y, 22, 16));
			g.setColor(Color.BLACK);
			String text = (i + 1 < STEPS.size()) ? "from " + step.least() : "below " + STEPS.get(i - 1).least();
			g.drawString(text, x + 27, y + 12);
			x += 95;
		}
	}

	/** Three digits, cut and never rounded up, so that 1 means everything was found. */
	static String recall(double recall) {
		if (recall >= 1) {
			return "1";
		}
		return String.format(Locale.ROOT, "%.3f", Math.floor(recall * 1000) / 1000).substring(1);
	}

	static String speed(double qps) {
		if (qps >= 999_500) {
			return String.format(Locale.ROOT, "%.1fM", qps / 1_000_000);
		}
		if (qps >= 9950) {
			return Math.round(qps / 1000) + "k";
		}
		return (qps >= 995) ? String.format(Locale.ROOT, "%.1fk", qps / 1000) : Long.toString(Math.round(qps));
	}

	private static Font font(int style, int size) {
		return new Font(Font.SANS_SERIF, style, size);
	}

	/**
	 * A block of cells.
	 *
	 * @param line which blocks it stands beside
	 * @param title what is special about it in that line
	 * @param cells by family and name of the column
	 */
	public record Block(String line, String title, Map<String, Map<String, Cell>> cells) {

	}

	/**
	 * A cell.
	 *
	 * @param recall 0 to 1
	 * @param qps queries per second
	 */
	public record Cell(double recall, double qps) {

	}

	private record Step(double least, Color fill, Color text) {

	}

}
