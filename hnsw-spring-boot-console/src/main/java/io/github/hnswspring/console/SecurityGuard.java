package io.github.hnswspring.console;

import java.util.List;

import jakarta.servlet.http.HttpServletRequest;

import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.web.access.WebInvocationPrivilegeEvaluator;

/**
 * Asks Spring Security: a request is guarded if its path is closed to those who are not
 * logged in, and this one comes from somebody who is. Thread-safe: immutable.
 */
public final class SecurityGuard implements RequestGuard {

	private static final Authentication STRANGER = new AnonymousAuthenticationToken("hnsw-console", "stranger",
			AuthorityUtils.createAuthorityList("ROLE_ANONYMOUS"));

	private final List<WebInvocationPrivilegeEvaluator> rules;

	/**
	 * Creates a guard.
	 * @param rules of the application
	 */
	public SecurityGuard(List<WebInvocationPrivilegeEvaluator> rules) {
		this.rules = List.copyOf(rules);
	}

	@Override
	public boolean isGuarded(HttpServletRequest request) {
		if (request.getUserPrincipal() == null) {
			return false;
		}
		String context = request.getContextPath();
		String path = request.getRequestURI().substring(context.length());
		return this.rules.stream().anyMatch((rule) -> !rule.isAllowed(context, path, request.getMethod(), STRANGER));
	}

}
