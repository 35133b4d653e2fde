package io.github.hnswspring.benchmarks.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.quantization.QuantizedByteVectorValues.ScalarEncoding;
import org.jspecify.annotations.Nullable;

/**
 * Lucene, asked directly for the nearest vectors of its only segment, without the cost of
 * its query machinery. With one thread the graph grows as documents come; with several
 * each thread fills segments and a parallel merge makes them one.
 */
final class LuceneEngine implements Engine {

	private static final String VECTOR = "vector";

	private static final String ROW = "row";

	/** Just below Lucene's limits, so that small sets need no merge. */
	private static final int BUFFER_MEGABYTES = 2000;

	private final EngineSettings settings;

	private final boolean oneBit;

	private @Nullable DirectoryReader reader;

	private int[] rows = new int[0];

	LuceneEngine(EngineSettings settings, boolean oneBit) {
		this.settings = settings;
		this.oneBit = oneBit;
	}

	@Override
	public void build(float[][] base, int threads, Consumer<String> progress) throws Exception {
		close();
		ExecutorService pool = Executors.newFixedThreadPool(threads);
		try (Directory directory = new MMapDirectory(this.settings.directory());
				IndexWriter writer = new IndexWriter(directory, configuration(threads, pool))) {
			AtomicInteger next = new AtomicInteger();
			List<Future<?>> parts = new ArrayList<>();
			for (int thread = 0; thread < threads; thread++) {
				parts.add(pool.submit(() -> {
					add(writer, base, next, progress);
					return null;
				}));
			}
			for (Future<?> part : parts) {
				part.get();
			}
			progress.accept("merging");
			writer.forceMerge(1);
			writer.commit();
			open(DirectoryReader.open(directory));
		}
		finally {
			pool.shutdown();
		}
	}

	private IndexWriterConfig configuration(int threads, ExecutorService pool) {
		ExecutorService mergePool = (threads > 1) ? pool : null;
		KnnVectorsFormat format = this.oneBit
				? new Lucene104HnswScalarQuantizedVectorsFormat(ScalarEncoding.SINGLE_BIT_QUERY_NIBBLE,
						this.settings.m(), this.settings.efConstruction(), threads, mergePool)
				: new Lucene99HnswVectorsFormat(this.settings.m(), this.settings.efConstruction(), threads, mergePool);
		Codec codec = new Lucene104Codec() {

			@Override
			public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
				return new WideVectorsFormat(format);
			}

		};
		IndexWriterConfig configuration = new IndexWriterConfig();
		configuration.setCodec(codec);
		configuration.setOpenMode(IndexWriterConfig.OpenMode.CREATE);
		configuration.setUseCompoundFile(false);
		configuration.setRAMPerThreadHardLimitMB(BUFFER_MEGABYTES);
		configuration.setRAMBufferSizeMB(BUFFER_MEGABYTES);
		return configuration;
	}

	private void add(IndexWriter writer, float[][] base, AtomicInteger next, Consumer<String> progress)
			throws IOException {
		VectorSimilarityFunction similarity = switch (this.settings.space()) {
			case COSINE -> VectorSimilarityFunction.DOT_PRODUCT;
			case DOT_PRODUCT -> VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT;
			case EUCLIDEAN -> VectorSimilarityFunction.EUCLIDEAN;
		};
		for (int row = next.getAndIncrement(); row < base.length; row = next.getAndIncrement()) {
			Document document = new Document();
			document.add(new KnnFloatVectorField(VECTOR, base[row], similarity));
			document.add(new NumericDocValuesField(ROW, row));
			writer.addDocument(document);
			if (row % 1000 == 0) {
				progress.accept("inserted " + row + " of " + base.length);
			}
		}
	}

	private void open(DirectoryReader opened) throws IOException {
		this.reader = opened;
		LeafReader leaf = opened.leaves().get(0).reader();
		this.rows = new int[leaf.maxDoc()];
		NumericDocValues values = leaf.getNumericDocValues(ROW);
		while (values.nextDoc() != NumericDocValues.NO_MORE_DOCS) {
			this.rows[values.docID()] = (int) values.longValue();
		}
	}

	@Override
	public Searcher searcher() {
		if (this.reader == null) {
			throw new IllegalStateException("The index was not built yet");
		}
		LeafReader leaf = this.reader.leaves().get(0).reader();
		return this.oneBit ? new RescoringLuceneSearcher(leaf, VECTOR, this.rows)
				: new LuceneSearcher(leaf, VECTOR, this.rows);
	}

	@Override
	public FilteredSearcher filteredSearcher() {
		if (this.reader == null) {
			throw new IllegalStateException("The index was not built yet");
		}
		return new LuceneFilteredSearcher(this.reader, VECTOR, this.rows);
	}

	@Override
	public long offHeapBytes() {
		try (Stream<Path> files = Files.list(this.settings.directory())) {
			long bytes = 0;
			for (Path file : files.filter((each) -> each.getFileName().toString().startsWith("_")).toList()) {
				bytes += Files.size(file);
			}
			return bytes;
		}
		catch (IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
	}

	@Override
	public String remark() {
		return "Lucene " + org.apache.lucene.util.Version.LATEST
				+ (this.oneBit ? ", 1 bit, all candidates rescored" : "");
	}

	@Override
	public void close() throws IOException {
		if (this.reader != null) {
			this.reader.close();
			this.reader = null;
		}
	}

	/**
	 * A format without the default limit of 1,024 dimensions, as servers on Lucene have
	 * theirs. Files are read by the format itself, which has the same name.
	 */
	private static final class WideVectorsFormat extends KnnVectorsFormat {

		private static final int MAX_DIMENSIONS = 4096;

		private final KnnVectorsFormat format;

		WideVectorsFormat(KnnVectorsFormat format) {
			super(format.getName());
			this.format = format;
		}

		@Override
		public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
			return this.format.fieldsWriter(state);
		}

		@Override
		public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
			return this.format.fieldsReader(state);
		}

		@Override
		public int getMaxDimensions(String field) {
			return MAX_DIMENSIONS;
		}

	}

}
