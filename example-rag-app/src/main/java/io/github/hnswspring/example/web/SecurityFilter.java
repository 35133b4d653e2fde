package io.github.hnswspring.example.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

import io.github.hnswspring.example.RagProperties;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;

/**
 * Who may send requests. A server on 127.0.0.1 is reachable for every web site open in a
 * browser on the same machine, so three questions are asked:
 *
 * <ol>
 * <li>Is it addressed by a known name? Else a site has pointed its own name at this
 * machine (DNS rebinding): 421.</li>
 * <li>Does a request that changes something come from this application's page, or from no
 * browser at all? Else a site forges requests: 403.</li>
 * <li>Where credentials are configured: does it carry them? Else 401.</li>
 * </ol>
 *
 * Whatever the answers, browsers are told what the page may do: load its own files, talk
 * to its own server, and nothing else. Document text that ends up in it can so neither
 * run nor phone home. Markup is made by DOMPurify alone, from the Markdown of a chat
 * model's answer.
 * <p>
 * Thread-safe: immutable.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class SecurityFilter extends OncePerRequestFilter {

	private static final String PAGE_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
			+ "img-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; "
			+ "require-trusted-types-for 'script'; trusted-types dompurify";

	/**
	 * A document's file may be shown, and do nothing; a sandbox would keep PDF from being
	 * shown.
	 */
	private static final Pattern FILE = Pattern.compile("/api/documents/[^/]+/file");

	private static final String FILE_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; "
			+ "form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

	private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

	private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

	private final Set<String> hosts = new TreeSet<>(Set.of("localhost", "127.0.0.1", "[::1]"));

	private final byte @Nullable [] credentials;

	private final HandlerExceptionResolver problems;

	SecurityFilter(RagProperties properties, @Value("${server.address:}") String address,
			@Qualifier("handlerExceptionResolver") HandlerExceptionResolver problems) {
		RagProperties.Security security = properties.security();
		security.allowedHosts().forEach((host) -> this.hosts.add(host.toLowerCase(Locale.ROOT)));
		if (!address.isEmpty()) {
			this.hosts.add(address.contains(":") ? "[" + address + "]" : address.toLowerCase(Locale.ROOT));
		}
		this.credentials = security.hasCredentials() ? Base64.getEncoder()
			.encode((security.username() + ":" + security.password()).getBytes(StandardCharsets.UTF_8)) : null;
		this.problems = problems;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		boolean file = FILE.matcher(request.getServletPath()).matches();
		response.setHeader("Content-Security-Policy", file ? FILE_POLICY : PAGE_POLICY);
		response.setHeader("X-Content-Type-Options", "nosniff");
		response.setHeader("X-Frame-Options", "DENY");
		response.setHeader("Referrer-Policy", "no-referrer");
		response.setHeader("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
		response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
		response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
		response.setHeader("Cache-Control", request.getRequestURI().startsWith("/api/") ? "no-store" : "no-cache");
		ErrorResponseException refusal = refusal(request);
		if (refusal == null) {
			chain.doFilter(request, response);
		}
		else {
			this.problems.resolveException(request, response, null, refusal);
		}
	}

	private @Nullable ErrorResponseException refusal(HttpServletRequest request) {
		if (!isOurName(request.getHeader(HttpHeaders.HOST))) {
			return Problems.refusal(HttpStatus.MISDIRECTED_REQUEST, "unknown-host",
					"This host name is not served here; add it to rag.security.allowed-hosts");
		}
		if (!SAFE_METHODS.contains(request.getMethod()) && isForeign(request)) {
			return Problems.refusal(HttpStatus.FORBIDDEN, "cross-site",
					"Requests that change something are accepted from this application's own page only");
		}
		if (!hasCredentials(request.getHeader(HttpHeaders.AUTHORIZATION))) {
			ErrorResponseException refusal = Problems.refusal(HttpStatus.UNAUTHORIZED, "credentials",
					"Name and password are needed");
			refusal.getHeaders().set(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"documents\", charset=\"UTF-8\"");
			return refusal;
		}
		return null;
	}

	private boolean isOurName(@Nullable String hostHeader) {
		return hostHeader != null
				&& this.hosts.contains(hostHeader.replaceFirst(":\\d{1,5}$", "").toLowerCase(Locale.ROOT));
	}

	/** Browsers always say where a changing request comes from; other clients do not. */
	private static boolean isForeign(HttpServletRequest request) {
		String site = request.getHeader("Sec-Fetch-Site");
		if (site != null && !OWN_SITE.contains(site)) {
			return true;
		}
		String origin = request.getHeader(HttpHeaders.ORIGIN);
		return origin != null
				&& !origin.replaceFirst("^https?://", "").equalsIgnoreCase(request.getHeader(HttpHeaders.HOST));
	}

	/** Takes the same time for every wrong password. */
	private boolean hasCredentials(@Nullable String authorization) {
		if (this.credentials == null) {
			return true;
		}
		return authorization != null && authorization.regionMatches(true, 0, "Basic ", 0, 6) && MessageDigest
			.isEqual(authorization.substring(6).strip().getBytes(StandardCharsets.UTF_8), this.credentials);
	}

}
