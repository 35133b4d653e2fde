package io.github.hnswspring.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.github.hnswspring.benchmarks.engine.Engines;
import io.github.hnswspring.benchmarks.engine.NativeDriver;
import io.github.hnswspring.benchmarks.harness.Contender;

/**
 * The engines asked for, in every configuration asked for.
 *
 * @param all those that can run here
 * @param remarks how native programs were compiled, or why they are left out
 */
record Contenders(List<Contender> all, List<String> remarks) {

	static Contenders of(List<String> engines, Options options, String simdByDefault, Workplace workplace) {
		List<String> simd = options.list("simd", simdByDefault);
		List<Jdk> jdks = Jdk.all(options);
		Path include = options.path("hnswlib-include");
		List<Contender> all = new ArrayList<>();
		List<String> remarks = new ArrayList<>();
		for (String engine : engines) {
			if (Engines.isNative(engine)) {
				NativeDriver.Result driver = NativeDriver.compile(workplace.work().resolve("native"), include);
				Progress.say(driver.message());
				remarks.add(driver.message());
				if (driver.program() != null) {
					all.add(new Contender(engine, 0, driver.program().toAbsolutePath(), false));
				}
				continue;
			}
			for (Jdk jdk : jdks) {
				if (jdk.feature() < Engines.oldestJdk(engine)) {
					Progress.say(engine + " is left out on JDK " + jdk.feature() + ": too old for it");
					continue;
				}
				// Where the flag changes nothing, one run is enough.
				List<String> flags = Engines.usesVectorApi(engine) ? simd : List.of("off");
				flags.forEach((flag) -> all.add(new Contender(engine, jdk.feature(), jdk.home(), flag.equals("on"))));
			}
		}
		return new Contenders(all, remarks);
	}

}
