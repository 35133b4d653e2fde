package io.github.hnswspring.example;

import java.net.InetAddress;

import io.github.hnswspring.ingest.DocumentInfo.State;
import io.github.hnswspring.ingest.Ingestion;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.model.ChatModel;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Logs what people who start the application want to know: where to open it, what is in
 * it and how answers are made; and at the end where it all is.
 */
@Component
class StartLines {

	private static final Log logger = LogFactory.getLog(StartLines.class);

	private final ApplicationContext context;

	private final HnswVectorStore store;

	private final Ingestion ingestion;

	private final RagProperties properties;

	private final ServerProperties server;

	private final ObjectProvider<ChatModel> chatModel;

	StartLines(ApplicationContext context, HnswVectorStore store, Ingestion ingestion, RagProperties properties,
			ServerProperties server, ObjectProvider<ChatModel> chatModel) {
		this.context = context;
		this.store = store;
		this.ingestion = ingestion;
		this.properties = properties;
		this.server = server;
		this.chatModel = chatModel;
	}

	@EventListener(ApplicationReadyEvent.class)
	void ready() {
		if (this.context instanceof WebServerApplicationContext web && web.getWebServer() != null) {
			logger.info("Open " + address(web.getWebServer().getPort()) + " in a browser");
		}
		long read = this.ingestion.documents().stream().filter((document) -> document.state() == State.READY).count();
		logger.info("In the store: " + number(read, "document") + ", " + number(this.store.count(), "passage")
				+ (this.ingestion.progress().running() ? "; new and changed sources are being read" : ""));
		logger.info("Answers are " + answers());
	}

	@EventListener
	void closed(ContextClosedEvent event) {
		if (event.getApplicationContext() == this.context) {
			logger.info("Stopping; all that was added is in " + this.properties.dataDirectory().toAbsolutePath()
					+ ", and the next start goes on from there");
		}
	}

	private String address(int port) {
		InetAddress address = this.server.getAddress();
		String path = this.context.getEnvironment().getProperty("server.servlet.context-path", "");
		return (Ssl.isEnabled(this.server.getSsl()) ? "https://" : "http://") + host(address) + ":" + port + path;
	}

	private static String host(@Nullable InetAddress address) {
		if (address == null || address.isAnyLocalAddress()) {
			return "localhost";
		}
		String host = address.getHostAddress();
		return host.contains(":") ? "[" + host + "]" : host;
	}

	private String answers() {
		if (this.chatModel.getIfAvailable() == null) {
			return "sentences of the documents, word for word; with the profile ollama or openai a chat model "
					+ "writes them";
		}
		Environment environment = this.context.getEnvironment();
		String kind = environment.getProperty("spring.ai.model.chat", "");
		String name = environment.getProperty("spring.ai." + kind + ".chat.model", "");
		return "written by a chat model" + (name.isEmpty() ? "" : ": " + name + " of " + kind);
	}

	private static String number(long count, String what) {
		return count + " " + what + ((count == 1) ? "" : "s");
	}

}
