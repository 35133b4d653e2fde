package io.github.hnswspring.console;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.StoreException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.util.ServletRequestPathUtils;

/**
 * Answers all requests to the console: asks whether the caller may see it, and then finds
 * a file of the page, or the data of a screen. Thread-safe.
 */
public final class Console implements HttpRequestHandler {

	/** The page may load and ask what is its own, and make no markup of anything. */
	static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
			+ "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; "
			+ "require-trusted-types-for 'script'; trusted-types 'none'";

	/** What no other site's page can send without being asked about first. */
	static final String HEADER = "X-Hnsw-Console";

	private static final Log logger = LogFactory.getLog(Console.class);

	private static final String OVERVIEW = "stores";

	private static final String DOCUMENT = "document";

	/** The application's own searches come first. */
	private static final int AT_ONCE = 2;

	private final String path;

	private final Map<String, HnswVectorStore> stores;

	private final ConsoleAccess access;

	private final PageFiles files = new PageFiles();

	private final JsonMapper json = JsonMapper.builder().build();

	private final Semaphore working = new Semaphore(AT_ONCE);

	private final Map<String, Function<Parameters, Object>> quick = new LinkedHashMap<>();

	private final Map<String, Function<Parameters, Object>> costly = new LinkedHashMap<>();

	/**
	 * Creates the console.
	 * @param path where it is, within Spring MVC
	 * @param stores by the names of their beans
	 * @param access who may see it
	 */
	public Console(String path, Map<String, HnswVectorStore> stores, ConsoleAccess access) {
		this.path = path;
		this.stores = new TreeMap<>(stores);
		this.access = access;
		this.quick.put(OVERVIEW, (parameters) -> OverviewData.of(this.stores));
		this.costly.put("documents", (parameters) -> DocumentData.page(store(parameters), parameters));
		this.costly.put("metadata", (parameters) -> MetadataData.of(store(parameters)));
		this.costly.put(DOCUMENT, (parameters) -> DocumentData.document(store(parameters), parameters));
		this.costly.put("find", (parameters) -> DocumentData.find(store(parameters), parameters));
		this.costly.put("search", (parameters) -> SearchData.of(store(parameters), parameters));
		this.costly.put("explanation", (parameters) -> ExplanationData.of(store(parameters), parameters));
		this.costly.put("graph", (parameters) -> GraphData.of(store(parameters), parameters));
		this.costly.put("recall", (parameters) -> RecallData.of(store(parameters)));
		this.costly.put("insertion", (parameters) -> InsertionData.of(store(parameters), parameters));
		this.costly.put("audit", (parameters) -> HealthData.of(store(parameters)));
	}

	private HnswVectorStore store(Parameters parameters) {
		String name = parameters.text("store", Parameters.ID);
		if (name == null && this.stores.size() == 1) {
			return this.stores.values().iterator().next();
		}
		HnswVectorStore store = (name != null) ? this.stores.get(name) : null;
		if (store == null) {
			throw new ConsoleException(HttpStatus.NOT_FOUND, "There is no store '" + name + "'; there are: "
					+ String.join(", ", new TreeSet<>(this.stores.keySet())));
		}
		return store;
	}

	@Override
	public void handleRequest(HttpServletRequest request, HttpServletResponse response) throws IOException {
		headers(response);
		try {
			this.access.check(request);
			if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
				response.setHeader(HttpHeaders.ALLOW, "GET, HEAD");
				throw new ConsoleException(HttpStatus.METHOD_NOT_ALLOWED,
						"The console changes nothing, so it takes GET only, but this was " + request.getMethod());
			}
			answer(request, response);
		}
		catch (ConsoleException ex) {
			problem(response, ex.status(), ex.reason(), ex.arrival());
		}
		catch (StoreException ex) {
			problem(response, HttpStatus.SERVICE_UNAVAILABLE, String.valueOf(ex.getMessage()));
		}
		catch (RuntimeException | LinkageError ex) {
			failed(response, ex);
		}
	}

	private void failed(HttpServletResponse response, Throwable failure) throws IOException {
		String model = ModelFailure.words(failure);
		if (model != null) {
			problem(response, HttpStatus.SERVICE_UNAVAILABLE, model);
		}
		else if (failure instanceof IllegalArgumentException) {
			// A filter that cannot be read, for example, with a message for people.
			problem(response, HttpStatus.BAD_REQUEST, String.valueOf(failure.getMessage()));
		}
		else if (failure instanceof IllegalStateException) {
			problem(response, HttpStatus.SERVICE_UNAVAILABLE, String.valueOf(failure.getMessage()));
		}
		else {
			logger.warn("The console could not answer a request", failure);
			problem(response, HttpStatus.INTERNAL_SERVER_ERROR, failure.getClass().getSimpleName() + ": "
					+ failure.getMessage() + ". The log of the application has more");
		}
	}

	private static void headers(HttpServletResponse response) {
		response.setHeader("Content-Security-Policy", POLICY);
		response.setHeader("X-Content-Type-Options", "nosniff");
		response.setHeader("X-Frame-Options", "DENY");
		response.setHeader("Referrer-Policy", "no-referrer");
		response.setHeader("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
		response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
		response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
		response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
	}

	private void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
		String path = within(request);
		if (path.isEmpty()) {
			// Of the page's files all addresses are relative.
			response.setStatus(HttpStatus.FOUND.value());
			response.setHeader(HttpHeaders.LOCATION, request.getRequestURI() + "/");
			return;
		}
		String name = path.substring(1);
		if (!name.startsWith("api/")) {
			this.files.write(name, response);
			return;
		}
		if (request.getHeader(HEADER) == null) {
			throw new ConsoleException(HttpStatus.FORBIDDEN,
					"Data is given to the console's page, which sends the header " + HEADER
							+ "; this request has none");
		}
		write(response, HttpStatus.OK, data(name.substring("api/".length()), new Parameters(request)));
	}

	/** What follows the console's own path: empty, or with a slash in front. */
	private String within(HttpServletRequest request) {
		String path = ServletRequestPathUtils.parseAndCache(request).pathWithinApplication().value();
		return path.startsWith(this.path) ? path.substring(this.path.length()) : "/unknown";
	}

	private Object data(String name, Parameters parameters) {
		if (!name.equals(OVERVIEW) && (this.quick.containsKey(name) || this.costly.containsKey(name))) {
			Arrival.check(store(parameters), name.equals(DOCUMENT));
		}
		Function<Parameters, Object> quick = this.quick.get(name);
		if (quick != null) {
			return quick.apply(parameters);
		}
		Function<Parameters, Object> costly = this.costly.get(name);
		if (costly == null) {
			throw new ConsoleException(HttpStatus.NOT_FOUND, "The console has no data of this name");
		}
		if (!this.working.tryAcquire()) {
			throw new ConsoleException(HttpStatus.TOO_MANY_REQUESTS, "The console does " + AT_ONCE
					+ " things at once, so that the application's own searches come first; try again in a moment");
		}
		try {
			return costly.apply(parameters);
		}
		finally {
			this.working.release();
		}
	}

	private void problem(HttpServletResponse response, HttpStatus status, String detail) throws IOException {
		problem(response, status, detail, null);
	}

	private void problem(HttpServletResponse response, HttpStatus status, String detail, @Nullable Arrival arrival)
			throws IOException {
		Map<String, Object> body = new LinkedHashMap<>(
				Map.of("title", status.getReasonPhrase(), "status", status.value(), "detail", detail));
		if (arrival != null) {
			body.put("arrival", arrival);
		}
		write(response, status, body);
	}

	private void write(HttpServletResponse response, HttpStatus status, Object body) throws IOException {
		byte[] bytes = this.json.writeValueAsString(body).getBytes(StandardCharsets.UTF_8);
		response.setStatus(status.value());
		response.setContentType(
				status.isError() ? MediaType.APPLICATION_PROBLEM_JSON_VALUE : MediaType.APPLICATION_JSON_VALUE);
		response.setCharacterEncoding(StandardCharsets.UTF_8.name());
		response.setContentLength(bytes.length);
		response.getOutputStream().write(bytes);
	}

}
