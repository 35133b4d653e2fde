package io.github.hnswspring.console;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

/**
 * Who may see the console. A server on this machine can be reached by every web site that
 * is open in a browser here, so it is asked:
 *
 * <ol>
 * <li>Does something in front, such as Spring Security, keep strangers out? Else only
 * this machine may ask, by a name of its own: another name has been pointed at this
 * machine by a site (DNS rebinding).</li>
 * <li>Does a request come from the console's own page, or from none? Else another site
 * asks in the name of who is in front of the browser.</li>
 * </ol>
 *
 * Thread-safe: immutable.
 */
public final class ConsoleAccess {

	private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

	private static final Set<String> OWN_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

	/** How headers begin that proxies add for those behind them, in lower case. */
	private static final List<String> OF_PROXIES = List.of("forwarded", "x-forwarded", "x-original", "x-real-ip", "via",
			"cf-connecting-ip", "true-client-ip", "client-ip", "x-client-ip", "x-cluster-client-ip", "x-envoy-",
			"x-arr-", "x-azure-", "x-appengine-", "fastly-client-ip");

	private final RequestGuard guard;

	private final boolean addressesAreClaims;

	/**
	 * Creates the rule.
	 * @param guard what is in front
	 * @param addressesAreClaims whether the server believes what a request says of where
	 * it comes from: then everybody may say "from this machine"
	 */
	public ConsoleAccess(RequestGuard guard, boolean addressesAreClaims) {
		this.guard = guard;
		this.addressesAreClaims = addressesAreClaims;
	}

	/**
	 * Refuses those who may not see it.
	 * @throws ConsoleException with the reason
	 */
	void check(HttpServletRequest request) {
		if (!this.guard.isGuarded(request)) {
			requireThisMachine(request);
		}
		String site = request.getHeader("Sec-Fetch-Site");
		if (site != null && !OWN_SITE.contains(site)) {
			throw refused("The console answers its own page only, and this request comes from another site ("
					+ shown(site) + "); open the address of the console itself");
		}
		String origin = request.getHeader(HttpHeaders.ORIGIN);
		if (origin != null && !isSameHost(origin, request.getHeader(HttpHeaders.HOST))) {
			throw refused("The console answers its own page only, and this request comes from " + shown(origin)
					+ "; open the address of the console itself");
		}
	}

	private void requireThisMachine(HttpServletRequest request) {
		if (this.addressesAreClaims) {
			throw refused("This server believes what requests say of where they come from "
					+ "(server.forward-headers-strategy, or a ForwardedHeaderFilter), so the console cannot tell who is "
					+ "on this machine. Let Spring Security demand a login for its path, or switch that off");
		}
		if (!isThisMachine(request.getRemoteAddr())) {
			throw refused("The console answers this machine only, and this request comes from "
					+ shown(request.getRemoteAddr())
					+ ". Open it there, through a tunnel for example, or let Spring Security demand a login for its "
					+ "path");
		}
		for (String header : Collections.list(request.getHeaderNames())) {
			String name = header.toLowerCase(Locale.ROOT);
			if (OF_PROXIES.stream().anyMatch(name::startsWith)) {
				throw refused("The console answers this machine only, and the header " + plain(header)
						+ " says that a proxy hands this request on. Open it without the proxy, or let Spring Security "
						+ "demand a login for its path");
			}
		}
		String host = request.getHeader(HttpHeaders.HOST);
		if (host == null || !OWN_NAMES.contains(host.replaceFirst(":\\d{1,5}$", "").toLowerCase(Locale.ROOT))) {
			throw new ConsoleException(HttpStatus.MISDIRECTED_REQUEST,
					"The console is served as localhost only, not as " + shown(host)
							+ ": any site may point a name at this machine. Open it as localhost");
		}
	}

	/** Addresses are not looked up: a request has its as numbers. */
	private static boolean isThisMachine(@Nullable String address) {
		if (address == null || !address.matches("[0-9a-fA-F:.]+(%.*)?")) {
			return false;
		}
		try {
			return InetAddress.getByName(address).isLoopbackAddress();
		}
		catch (UnknownHostException ex) {
			return false;
		}
	}

	private static boolean isSameHost(String origin, @Nullable String host) {
		try {
			String authority = URI.create(origin).getRawAuthority();
			return authority != null && authority.equalsIgnoreCase(host);
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	/** A header may hold anything. */
	private static String shown(@Nullable String value) {
		if (value == null) {
			return "an unknown one";
		}
		return "'" + plain(value) + "'";
	}

	private static String plain(String value) {
		String plain = value.replaceAll("\\p{Cntrl}", "?");
		return (plain.length() > 100) ? plain.substring(0, 100) + "…" : plain;
	}

	private static ConsoleException refused(String reason) {
		return new ConsoleException(HttpStatus.FORBIDDEN, reason);
	}

}
