package io.github.hnswspring.benchmarks;

import java.util.Arrays;
import java.util.List;

/**
 * The program: {@code java -jar benchmarks.jar <command> [options]}.
 */
public final class Benchmarks {

	private static final String HELP = """
			java -jar benchmarks.jar <command> [options]

			compare     engines against each other: recall, speed, build time, memory
			families    recall and speed at the defaults on kinds of data that were never tuned for
			filters     recall and speed when a filter allows a share of the vectors
			churn       our index: recall, speed and memory while vectors come and go
			startup     our index: time to open a saved one, by size
			store       what HnswVectorStore.similaritySearch adds to a search of the index
			scopes      a store of a thousand scopes, searched as a whole and each query in one of them
			retrieval   texts searched by meaning, by words and by both: what is found, and how fast
			replicas    stores that share a database, beside PgVectorStore and beside a single node
			suite       all of these but replicas, one after the other (--quick --data --jdks --work --out)
			kernels     JMH: nanoseconds of one distance
			embeddings  the embedding model inside the process: texts a second
			help        this text

			Options of compare
			  --quick                      fewer points and passes
			  --data <directory>           holds passages384 and mnist784
			  --datasets <a,b>             by default passages384 and mnist784 (with --data), and generated
			                               text-100000x384, text-1000000x384, text-100000x768 and
			                               text-100000x1536; with --quick only passages384 or text-20000x384;
			                               any of passages384, mnist784, text-<n>x<dimensions> (generated),
			                               <family>-<n>x<dimensions>-<metric> (as in families),
			                               hdf5:<file>, limited-<n>:<name>
			  --engines <a,b>              hnswlib, ours-none, ours-1 to ours-8, each also with -mapped
			                               behind it (full vectors in a mapped file), lucene, lucene-1bit,
			                               jvector, jelmerk, simple, exact; ours also with -ec<n> behind it
			                               (this efConstruction instead)
			  --jdks <home,home>           JDKs to run the engines on (this one by default)
			  --simd <on,off>              with and without --add-modules jdk.incubator.vector
			  --ef <10,16,...>             sizes of the candidate list
			  --k <10>  --m <16>  --ef-construction <200>  --queries <1000>
			  --passes <n>  --forks <n>  --warm-up <millis>  --min-time <millis>  --max-time <millis>
			  --threads <1,all>            searching threads
			  --build-threads <1,all>      building threads; the last one's index is searched
			  --builds <n>                 builds of each process, by turns; the first one compiles its code
			  --heap <MiB>                 heap of each JVM; by the size of the data by default
			  --jvm-args "<...>"           further arguments of each JVM
			  --hnswlib-include <dir>      holds hnswlib/hnswlib.h

			Options of families
			  --quick                      128 dimensions, no quantization and 4 bits, hnswlib and exact, fewer
			                               queries
			  --families <a,b>             clustered, near-duplicate, drifting, plane, sparse, heavy-tailed,
			                               offset, grid, uniform, sorted (all of them by default)
			  --metrics <cosine,dot,euclidean>  --dims <33,384>  --count <25000>  --k <10>
			  --bits <none,1,4,8>          quantizations of ours
			  --peers <hnswlib,lucene,lucene-1bit,exact>
			                               or none; any engine of compare
			  --real <passages384,...>     further data sets as they are, cut to the count; those of --data by
			                               default
			  --peer-ef <64>  --target <0.99>
			                               the ef of engines that do not choose one, and the recall to choose
			                               another one for
			  --data  --queries <500>  --passes  --warm-up  --min-time  --max-time  --build-threads  --jdks
			  --simd  --m  --ef-construction  --heap  --jvm-args  --hnswlib-include  as above

			Options of filters, churn, startup, store and scopes
			  --quick  --data  --datasets  --jdks  --simd  --m  --ef-construction  --queries  --min-time
			  --heap  --work  --out  as above
			  --ef <default>               or sizes of the candidate list
			  --quantizations <none,1,4>   each also with -mapped behind it
			  --peers <lucene>             filters only; lucene or none
			  --cycles <10>                churn only
			  --repetitions <n>

			Options of retrieval
			  --quick                      5,000 generated passages, 50 questions of a kind
			  --data <directory,...>       texts (.txt, .md, .adoc, .html), each directory by itself; embedded
			                               with all-MiniLM-L6-v2
			  --count <10000,100000>       generated passages, or none
			  --modes <dense,text,hybrid,grouped>           grouped: hybrid, the best passage of each document
			  --questions <300>            of each kind; --seed <1> says which
			  --min-time <3000>            milliseconds for the latency of each mode and kind of question
			  --jdks  --simd  --heap  --work  --out  as above; stores stay in --work and are used again

			Options of replicas
			  --url <jdbc:postgresql:...>  a server with pgvector, with user and password and the right to make
			                               databases: hnsw_benchmark is made there, and dropped in the end;
			                               without it a server without pgvector is started
			  --parts <attached,own>       a table of PgVectorStore; tables of our own
			  --documents <30000>          of each data set; 5,000 with --quick
			  --datasets <a,b>             by default text-<documents>x384, and with --data
			                               limited-<documents>:passages384
			  --probes <100>               queries that recall is judged by
			  --passes <10>                turns of both sides of a comparison; --min-time <250> milliseconds each
			  --threads <1,all>            searching threads
			  --quick  --data  --queries  --jdks  --simd  --heap  --work  --out  as above

			Options of embeddings
			  --quick  --out  as above
			  --threads <1,all>            that share the texts of a request
			  --tokens <16,64,200>         of each text
			  --request <1,8,32>           texts in a request
			  --passes <5>  --min-time <2000>  milliseconds of each setting in each pass

			Options of kernels
			  --quick  --jdks  --simd  --out  as above
			  --dimensions <384,768,1536>  --include <regular expression of class and method>

			  --work <dir>  --out <dir>    scratch and results, beside the jar by default
			""";

	private Benchmarks() {
	}

	/**
	 * Runs a command.
	 * @param args the command and its options
	 * @throws Exception if it fails
	 */
	public static void main(String[] args) throws Exception {
		String command = (args.length == 0) ? "help" : args[0];
		List<String> rest = Arrays.asList(args).subList(Math.min(1, args.length), args.length);
		try {
			switch (command) {
				case "compare" -> new CompareCommand(new Options(rest)).run();
				case "families" -> new FamiliesCommand(new Options(rest)).run();
				case "filters", "churn", "startup", "store", "scopes" ->
					new ScenarioCommand(command, new Options(rest)).run();
				case "retrieval" -> new RetrievalCommand(new Options(rest)).run();
				case "replicas" -> new ReplicasCommand(new Options(rest)).run();
				case "embeddings" -> new EmbeddingsCommand(new Options(rest)).run();
				case "kernels" -> new KernelCommand(new Options(rest)).run();
				case "suite" -> new SuiteCommand(new Options(rest)).run();
				case "help", "--help", "-h" -> System.out.print(HELP);
				default -> throw new IllegalArgumentException("Unknown command '" + command + "'; see 'help'");
			}
		}
		catch (IllegalArgumentException ex) {
			System.err.println(ex.getMessage());
			System.exit(2);
		}
	}

}
