package io.github.hnswspring.example.web;

import java.io.IOException;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;

import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/**
 * Tells whether the client of a request still waits. A servlet notices that a client has
 * left when it writes to it; code that computes for a long time before the first byte has
 * to look at the connection.
 */
@Component
class ClientPresence implements WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> {

	private static final String CONNECTION = ClientPresence.class.getName();

	@Override
	public void customize(ConfigurableTomcatWebServerFactory factory) {
		factory.addEngineValves(new ValveBase(true) {

			@Override
			public void invoke(Request request, Response response) throws IOException, ServletException {
				request.setAttribute(CONNECTION, request.getCoyoteRequest());
				getNext().invoke(request, response);
			}

		});
	}

	/**
	 * Whether the other side has closed the connection.
	 * @param request one whose body has been read; asked by the thread that handles it
	 */
	static boolean isGone(HttpServletRequest request) {
		if (request.getAttribute(CONNECTION) instanceof org.apache.coyote.Request connection) {
			// Tries to read without waiting. After the body nothing can come but the end.
			connection.action(ActionCode.AVAILABLE, Boolean.TRUE);
			return connection.getAvailable() > 0;
		}
		return false;
	}

}
