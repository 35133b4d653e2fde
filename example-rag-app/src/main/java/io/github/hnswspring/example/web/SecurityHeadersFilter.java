package io.github.hnswspring.example.web;

import java.io.IOException;
import java.util.regex.Pattern;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Tells browsers what the page may do: load its own files, talk to its own server, and
 * nothing else. Document text that ends up in the page can so neither run nor phone home.
 * Markup is made by DOMPurify alone, from the Markdown of a chat model's answer.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class SecurityHeadersFilter extends OncePerRequestFilter {

	static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
			+ "img-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; "
			+ "require-trusted-types-for 'script'; trusted-types dompurify";

	/**
	 * A document's file may be shown, and do nothing; a sandbox would keep PDF from being
	 * shown.
	 */
	private static final Pattern FILE = Pattern.compile("/api/documents/[^/]+/file");

	private static final String FILE_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; "
			+ "form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		boolean file = FILE.matcher(request.getServletPath()).matches();
		response.setHeader("Content-Security-Policy", file ? FILE_POLICY : CONTENT_SECURITY_POLICY);
		response.setHeader("X-Content-Type-Options", "nosniff");
		response.setHeader("X-Frame-Options", "DENY");
		response.setHeader("Referrer-Policy", "no-referrer");
		response.setHeader("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
		response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
		response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
		response.setHeader("Cache-Control", request.getRequestURI().startsWith("/api/") ? "no-store" : "no-cache");
		chain.doFilter(request, response);
	}

}
