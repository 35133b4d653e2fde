package io.github.hnswspring.example.web;

import java.net.InetAddress;

import io.github.hnswspring.example.RagProperties;
import io.github.hnswspring.example.StartRefusedException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Refuses to open a port that other machines can reach while no credentials are
 * configured. A separate management port has no login at all, so it must stay on this
 * machine.
 */
@Component
class PublicAddressGuard {

	PublicAddressGuard(RagProperties properties, ServerProperties server, Environment environment) {
		if (!properties.security().hasCredentials()) {
			check("server.address", server.getAddress(),
					"set rag.security.username and rag.security.password, or server.address=127.0.0.1");
		}
		if (ManagementPortType.get(environment) == ManagementPortType.DIFFERENT) {
			String property = "management.server.address";
			check(property, Binder.get(environment).bind(property, InetAddress.class).orElse(null),
					"set management.server.address=127.0.0.1, or no management.server.port");
		}
	}

	private static void check(String property, @Nullable InetAddress address, String remedy) {
		if (address == null || !address.isLoopbackAddress()) {
			throw new StartRefusedException(
					property + " is " + ((address != null) ? address.getHostAddress() : "all addresses of this machine")
							+ ", which other machines can reach, and no credentials protect it",
					"To continue, " + remedy + ".");
		}
	}

}
