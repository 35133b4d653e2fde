package io.github.hnswspring.console;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpStatus;
import org.springframework.mock.web.MockHttpServletRequest;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Who may see the console: this machine, by its own name, from the console's own page.
 */
class ConsoleAccessTests {

	private final ConsoleAccess access = new ConsoleAccess(RequestGuard.NONE, false);

	private final MockHttpServletRequest request = request("127.0.0.1", "localhost:8080");

	private static MockHttpServletRequest request(String address, String host) {
		MockHttpServletRequest request = new MockHttpServletRequest("GET", "/hnsw-console/");
		request.setRemoteAddr(address);
		request.addHeader("Host", host);
		return request;
	}

	private static void assertRefused(ConsoleAccess access, MockHttpServletRequest request, HttpStatus status,
			String reason) {
		assertThatExceptionOfType(ConsoleException.class).isThrownBy(() -> access.check(request))
			.withMessageContaining(reason)
			.matches((ex) -> ex.status() == status);
	}

	@ParameterizedTest
	@ValueSource(strings = { "127.0.0.1", "127.1.2.3", "0:0:0:0:0:0:0:1", "::1" })
	void thisMachineMay(String address) {
		assertThatCode(() -> this.access.check(request(address, "127.0.0.1"))).doesNotThrowAnyException();
		assertThatCode(() -> this.access.check(request(address, "LOCALHOST:1"))).doesNotThrowAnyException();
		assertThatCode(() -> this.access.check(request(address, "[::1]:8080"))).doesNotThrowAnyException();
	}

	@ParameterizedTest
	@ValueSource(strings = { "192.168.1.7", "10.0.0.1", "203.0.113.9", "2001:db8::1", "localhost", "example.org", "" })
	void anotherAddressMayNot(String address) {
		assertRefused(this.access, request(address, "localhost:8080"), HttpStatus.FORBIDDEN, "this machine only");
	}

	@ParameterizedTest
	@ValueSource(strings = { "evil.example:8080", "localhost.evil.example", "127.0.0.1.nip.io", "192.168.1.7",
			"evil@localhost", "localhost:8080:1", "" })
	void anotherNameMayNot(String host) {
		assertRefused(this.access, request("127.0.0.1", host), HttpStatus.MISDIRECTED_REQUEST, "as localhost only");
	}

	@Test
	void noNameMayNot() {
		MockHttpServletRequest nameless = new MockHttpServletRequest("GET", "/hnsw-console/");
		nameless.setRemoteAddr("127.0.0.1");
		assertRefused(this.access, nameless, HttpStatus.MISDIRECTED_REQUEST, "as localhost only");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via", "X-Forwarded-Port",
			"x-original-forwarded-for", "X-Envoy-External-Address", "Client-IP", "X-ARR-SSL" })
	void aProxyMayNot(String header) {
		this.request.addHeader(header, "127.0.0.1");
		assertRefused(this.access, this.request, HttpStatus.FORBIDDEN, "the header " + header + " says");
	}

	@ParameterizedTest
	@ValueSource(strings = { "cross-site", "same-site", "anything" })
	void anotherSiteMayNot(String site) {
		this.request.addHeader("Sec-Fetch-Site", site);
		assertRefused(this.access, this.request, HttpStatus.FORBIDDEN, "another site ('" + site + "')");
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://evil.example", "null", "http://localhost:9999", "://", "http://localhost" })
	void anotherOriginMayNot(String origin) {
		this.request.addHeader("Origin", origin);
		assertRefused(this.access, this.request, HttpStatus.FORBIDDEN, "comes from '" + origin + "'");
	}

	@Test
	void itsOwnPageMay() {
		this.request.addHeader("Sec-Fetch-Site", "same-origin");
		this.request.addHeader("Origin", "http://localhost:8080");
		assertThatCode(() -> this.access.check(this.request)).doesNotThrowAnyException();
	}

	@Test
	void whereAddressesAreClaimsNobodyIsOnThisMachine() {
		assertRefused(new ConsoleAccess(RequestGuard.NONE, true), this.request, HttpStatus.FORBIDDEN,
				"server.forward-headers-strategy");
	}

	@Test
	void behindAGuardAnyMachineMayButNoOtherSite() {
		ConsoleAccess guarded = new ConsoleAccess((request) -> true, true);
		MockHttpServletRequest remote = request("203.0.113.9", "shop.example");
		assertThatCode(() -> guarded.check(remote)).doesNotThrowAnyException();
		remote.addHeader("Origin", "https://evil.example");
		assertRefused(guarded, remote, HttpStatus.FORBIDDEN, "comes from 'https://evil.example'");
	}

	@Test
	void aHeaderThatIsShownIsShortAndOfOneLine() {
		this.request.addHeader("Origin", "x\u0007" + "y".repeat(500));
		assertRefused(this.access, this.request, HttpStatus.FORBIDDEN, "'x?" + "y".repeat(98) + "…'");
	}

}
