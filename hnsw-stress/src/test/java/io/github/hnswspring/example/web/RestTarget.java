package io.github.hnswspring.example.web;

import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.hnswspring.example.answer.Question;
import io.github.hnswspring.vectorstore.filter.FilterEvaluator;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.MockMvcRequestBuilders;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * JSON sent to the example application: understood, or answered with a problem of the
 * 400s. From the body to the question and its filter; the search itself is left out.
 */
public final class RestTarget {

	private static final Set<Integer> EXPECTED = Set.of(200, 400, 413, 422);

	private static final MockMvc MVC = MockMvcBuilders.standaloneSetup(new Asked())
		.setControllerAdvice(new Problems())
		.build();

	private RestTarget() {
	}

	/** What {@link SearchController} does before it searches. */
	@RestController
	static final class Asked {

		@PostMapping("/api/ask")
		List<String> ask(@RequestBody AskRequest request) {
			Question question = request.checked(5);
			if (question.filter() != null) {
				new FilterEvaluator(question.filter()).matches(Map.of("source", "docs/a.md"));
			}
			return List.of(question.text());
		}

	}

	/**
	 * Called by the fuzzer before it measures time; the class has a dispatcher by then.
	 */
	public static void fuzzerInitialize() {
	}

	/**
	 * Called by the fuzzer.
	 * @param data the body of the request
	 */
	public static void fuzzerTestOneInput(byte[] data) throws Exception {
		int status = MVC
			.perform(MockMvcRequestBuilders.post("/api/ask").contentType(MediaType.APPLICATION_JSON).content(data))
			.andReturn()
			.getResponse()
			.getStatus();
		if (!EXPECTED.contains(status)) {
			throw new AssertionError("Answered with status " + status);
		}
	}

}
