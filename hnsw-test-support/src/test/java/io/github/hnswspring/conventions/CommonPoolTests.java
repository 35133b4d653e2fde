package io.github.hnswspring.conventions;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * No task is left to the common pool of the JVM. It belongs to the application as much as
 * to us, and with two processors it has a single thread: a task that waits there stops
 * all others. Parallel streams may use it for computations, which wait for nothing and
 * which the calling thread does alone if it must.
 */
class CommonPoolTests {

	/** How many arguments a call has that names its executor, where it is not two. */
	private static final Map<String, Integer> ARGUMENTS = Map.of("delayedExecutor", 3, "thenCombineAsync", 3,
			"thenAcceptBothAsync", 3, "runAfterBothAsync", 3, "applyToEitherAsync", 3, "acceptEitherAsync", 3,
			"runAfterEitherAsync", 3);

	private static final Pattern CALL = Pattern.compile("[.:](commonPool|delayedExecutor|(?:run|supply|complete|handle"
			+ "|whenComplete|exceptionally|exceptionallyCompose|then(?:Run|Apply|Accept|Compose|Combine|AcceptBoth)"
			+ "|runAfterBoth|runAfterEither|applyToEither|acceptEither)Async)\\b");

	@Test
	void everyAsynchronousTaskNamesItsExecutor() throws IOException {
		List<Path> files = Repository.files(".java");
		assertThat(files).hasSizeGreaterThan(500);
		List<String> found = new ArrayList<>();
		for (Path file : files) {
			if (!file.endsWith(Path.of("CommonPoolTests.java"))) {
				inCommonPool(Repository.read(file)).forEach((place) -> found.add(file + ":" + place));
			}
		}
		assertThat(found).as("tasks for the common pool; name an executor (in tests take Concurrently.run or supply)")
			.isEmpty();
	}

	@Test
	void callsWithoutAnExecutorAreFound() {
		assertThat(inCommonPool("""
				CompletableFuture.runAsync(() -> add(1, 2));
				CompletableFuture
					.supplyAsync(() -> call(List.of("a)", 'b'), c), (d) -> e)
					.thenCombineAsync(other, (one, two) -> one);
				CompletableFuture.delayedExecutor(5, TimeUnit.SECONDS).execute(task);
				ForkJoinPool.commonPool().submit(task);
				tasks.map(CompletableFuture::runAsync);
				""")).containsExactly("1: runAsync", "4: thenCombineAsync", "5: delayedExecutor", "6: commonPool",
				"7: runAsync");
	}

	@Test
	void callsWithAnExecutorAndOthersMayStay() {
		assertThat(inCommonPool("""
				CompletableFuture.runAsync(() -> add(1), this.executor);
				future.thenAcceptAsync((value) -> log(value, ","), Runnable::run);
				client.sendAsync(request);
				""")).isEmpty();
	}

	private static List<String> inCommonPool(String source) {
		List<String> found = new ArrayList<>();
		Matcher call = CALL.matcher(source);
		while (call.find()) {
			String name = call.group(1);
			if (name.equals("commonPool") || arguments(source, call.end()) < ARGUMENTS.getOrDefault(name, 2)) {
				found.add(source.substring(0, call.start()).lines().count() + ": " + name);
			}
		}
		return found;
	}

	/** How many arguments are in the parentheses that open here; none without any. */
	private static int arguments(String source, int from) {
		if (from >= source.length() || source.charAt(from) != '(') {
			return 0;
		}
		int depth = 0;
		int arguments = 1;
		for (int i = from; i < source.length(); i++) {
			char character = source.charAt(i);
			if (character == '"' || character == '\'') {
				i = endOfLiteral(source, i);
			}
			else if ("([{".indexOf(character) >= 0) {
				depth++;
			}
			else if (")]}".indexOf(character) >= 0 && --depth == 0) {
				break;
			}
			else if (character == ',' && depth == 1) {
				arguments++;
			}
		}
		return arguments;
	}

	private static int endOfLiteral(String source, int start) {
		int i = start + 1;
		while (i < source.length() && source.charAt(i) != source.charAt(start)) {
			i += (source.charAt(i) == '\\') ? 2 : 1;
		}
		return i;
	}

}
