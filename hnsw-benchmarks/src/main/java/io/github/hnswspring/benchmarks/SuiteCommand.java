package io.github.hnswspring.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Runs everything, one measurement after the other, each into a directory of its own. A
 * part that fails does not keep the others from running. Confined to one thread.
 */
final class SuiteCommand {

	private final boolean quick;

	private final @Nullable Path data;

	private final List<String> common = new ArrayList<>();

	private final Path out;

	SuiteCommand(Options options) {
		this.quick = options.isSet("quick");
		this.data = options.path("data");
		Workplace workplace = new Workplace(options);
		this.out = workplace.out();
		this.common.addAll(List.of("--work", workplace.work().toString()));
		if (this.quick) {
			this.common.add("--quick");
		}
		String jdks = options.text("jdks", "");
		if (!jdks.isEmpty()) {
			this.common.addAll(List.of("--jdks", jdks));
		}
		options.complainAboutUnknown();
	}

	void run() {
		part("kernels", (options) -> new KernelCommand(options).run());
		part("compare", (options) -> new CompareCommand(options).run(), data());
		part("families", (options) -> new FamiliesCommand(options).run(), data());
		String dataset = (this.data != null) ? "passages384" : this.quick ? "text-20000x384" : "text-100000x384";
		for (String scenario : List.of("filters", "churn", "store")) {
			part(scenario, (options) -> new ScenarioCommand(scenario, options).run(), data(), "--datasets", dataset);
		}
		part("retrieval", (options) -> new RetrievalCommand(options).run());
		part("startup", (options) -> new ScenarioCommand("startup", options).run(), List.of(), "--datasets",
				this.quick ? "text-5000x384,text-20000x384" : "text-10000x384,text-100000x384,text-1000000x384");
	}

	private List<String> data() {
		return (this.data != null) ? List.of("--data", this.data.toString()) : List.of();
	}

	private void part(String name, Part part) {
		part(name, part, List.of());
	}

	private void part(String name, Part part, List<String> more, String... further) {
		List<String> arguments = new ArrayList<>(this.common);
		arguments.addAll(more);
		arguments.addAll(List.of(further));
		arguments.addAll(List.of("--out", this.out.resolve(name).toString()));
		Progress.say("=== " + name + " " + String.join(" ", arguments));
		try {
			part.run(new Options(arguments));
		}
		catch (Exception ex) {
			Progress.say("=== " + name + " failed: " + ex);
			ex.printStackTrace();
		}
	}

	/**
	 * One measurement.
	 */
	@FunctionalInterface
	private interface Part {

		void run(Options options) throws Exception;

	}

}
