package io.github.hnswspring.console;

import jakarta.servlet.http.HttpServletRequest;

/** Tells whether something in front of the console has let this request through. */
@FunctionalInterface
public interface RequestGuard {

	/** Nothing is in front. */
	RequestGuard NONE = (request) -> false;

	/**
	 * Whether strangers are kept out, and this is none.
	 * @param request to the console
	 * @return {@code true} only if both are certain
	 */
	boolean isGuarded(HttpServletRequest request);

}
