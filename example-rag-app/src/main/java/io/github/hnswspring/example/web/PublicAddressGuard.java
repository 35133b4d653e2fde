package io.github.hnswspring.example.web;

import java.net.InetAddress;

import io.github.hnswspring.example.RagProperties;
import io.github.hnswspring.example.StartRefusedException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.BindResult;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.web.server.ConfigurableWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Refuses to open a port that other machines can reach while no credentials are
 * configured. A separate management port has no login at all, so it must stay on this
 * machine.
 */
@Component
class PublicAddressGuard implements WebServerFactoryCustomizer<ConfigurableWebServerFactory> {

	private final RagProperties properties;

	private final Binder binder;

	PublicAddressGuard(RagProperties properties, Environment environment) {
		this.properties = properties;
		this.binder = Binder.get(environment);
	}

	@Override
	public void customize(ConfigurableWebServerFactory factory) {
		InetAddress address = address("server.address");
		if (isPublic(address) && !this.properties.security().hasCredentials()) {
			throw refused("server.address", address,
					"set rag.security.username and rag.security.password, or server.address=127.0.0.1");
		}
		InetAddress management = address("management.server.address");
		if (hasManagementPort() && isPublic(management)) {
			throw refused("management.server.address", management,
					"set management.server.address=127.0.0.1, or no management.server.port");
		}
	}

	private boolean hasManagementPort() {
		int port = this.binder.bind("server.port", Integer.class).orElse(8080);
		BindResult<Integer> management = this.binder.bind("management.server.port", Integer.class);
		// 0 asks for any free port, so it is never the same one; -1 for none at all.
		return management.isBound() && (management.get() == 0 || (management.get() > 0 && management.get() != port));
	}

	private @Nullable InetAddress address(String property) {
		return this.binder.bind(property, InetAddress.class).orElse(null);
	}

	private static boolean isPublic(@Nullable InetAddress address) {
		return address == null || !address.isLoopbackAddress();
	}

	private static StartRefusedException refused(String property, @Nullable InetAddress address, String remedy) {
		return new StartRefusedException(
				property + " is " + ((address != null) ? address.getHostAddress() : "all addresses of this machine")
						+ ", which other machines can reach, and no credentials protect it",
				"To continue, " + remedy + ".");
	}

}
