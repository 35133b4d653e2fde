package io.github.hnswspring.example.web;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

import io.github.hnswspring.example.RagProperties;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

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
 * Thread-safe: immutable.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
class AccessFilter extends OncePerRequestFilter {

	private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

	private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

	private final RagProperties.Security security;

	private final Set<String> hosts = new TreeSet<>(Set.of("localhost", "127.0.0.1", "[::1]"));

	private final JsonMapper json;

	@Autowired
	AccessFilter(RagProperties properties, @Value("${server.address:}") String address, JsonMapper json) {
		this(properties.security(), address, json);
	}

	AccessFilter(RagProperties.Security security, String address, JsonMapper json) {
		this.security = security;
		this.json = json;
		this.security.allowedHosts().forEach((host) -> this.hosts.add(host.toLowerCase(Locale.ROOT)));
		if (!address.isEmpty()) {
			this.hosts.add(address.contains(":") ? "[" + address + "]" : address.toLowerCase(Locale.ROOT));
		}
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (!isOurName(request.getHeader(HttpHeaders.HOST))) {
			refuse(response, HttpStatus.MISDIRECTED_REQUEST, "unknown-host",
					"This host name is not served here; add it to rag.security.allowed-hosts");
		}
		else if (!SAFE_METHODS.contains(request.getMethod()) && isForeign(request)) {
			refuse(response, HttpStatus.FORBIDDEN, "cross-site",
					"Requests that change something are accepted from this application's own page only");
		}
		else if (this.security.hasCredentials() && !hasCredentials(request.getHeader(HttpHeaders.AUTHORIZATION))) {
			response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"documents\", charset=\"UTF-8\"");
			refuse(response, HttpStatus.UNAUTHORIZED, "credentials", "Name and password are needed");
		}
		else {
			chain.doFilter(request, response);
		}
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
		return origin != null && !isSameHost(origin, request.getHeader(HttpHeaders.HOST));
	}

	private static boolean isSameHost(String origin, @Nullable String hostHeader) {
		try {
			String authority = URI.create(origin).getRawAuthority();
			return authority != null && authority.equalsIgnoreCase(hostHeader);
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	/** Takes the same time for every wrong password. */
	private boolean hasCredentials(@Nullable String authorization) {
		String expected = this.security.username() + ":" + this.security.password();
		if (authorization == null || !authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
			return false;
		}
		try {
			byte[] given = Base64.getDecoder().decode(authorization.substring(6).strip());
			return MessageDigest.isEqual(given, expected.getBytes(StandardCharsets.UTF_8));
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	private void refuse(HttpServletResponse response, HttpStatus status, String type, String detail)
			throws IOException {
		response.setStatus(status.value());
		response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
		response.getOutputStream().write(this.json.writeValueAsBytes(Problems.problem(status, type, detail)));
	}

}
