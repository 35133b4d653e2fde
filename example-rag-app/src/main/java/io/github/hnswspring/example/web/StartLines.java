package io.github.hnswspring.example.web;

import java.net.InetAddress;

import io.github.hnswspring.example.RagProperties;
import io.github.hnswspring.example.answer.Answer;
import io.github.hnswspring.example.answer.Answerer;
import io.github.hnswspring.ingest.DocumentInfo.State;
import io.github.hnswspring.ingest.Ingestion;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Logs what people who start the application want to know: where to open it, what is in
 * it and how answers are made; and at the end where it all is.
 */
@Component
record StartLines(ApplicationContext context, HnswVectorStore store, Ingestion ingestion, RagProperties properties,
		ServerProperties server, Answerer answerer) {

	private static final Log logger = LogFactory.getLog(StartLines.class);

	@EventListener(ApplicationReadyEvent.class)
	void ready() {
		logger.info("Open " + address() + " in a browser");
		long read = this.ingestion.documents().stream().filter((document) -> document.state() == State.READY).count();
		logger.info("In the store: " + number(read, "document") + ", " + number(this.store.count(), "passage")
				+ (this.ingestion.progress().running() ? "; new and changed sources are being read" : ""));
		logger.info("Answers are " + answers());
	}

	@EventListener
	void closed(ContextClosedEvent event) {
		if (event.getApplicationContext() == this.context) {
			logger.info("Stopping; all that was added is in " + this.properties.dataDirectory()
					+ ", and the next start goes on from there");
		}
	}

	private String address() {
		InetAddress address = this.server.getAddress();
		String host = (address == null || address.isAnyLocalAddress()) ? "localhost" : address.getHostAddress();
		return (Ssl.isEnabled(this.server.getSsl()) ? "https://" : "http://")
				+ (host.contains(":") ? "[" + host + "]" : host) + this.context.getEnvironment()
					.resolvePlaceholders(":${local.server.port}${server.servlet.context-path:}");
	}

	private String answers() {
		if (this.answerer.mode() == Answer.Mode.EXTRACTIVE) {
			return "sentences of the documents, word for word; with the profile ollama or openai a chat model "
					+ "writes them";
		}
		String name = this.answerer.modelName();
		return "written by a chat model" + (name.isEmpty() ? ""
				: ": " + name + " of " + this.context.getEnvironment().getProperty("spring.ai.model.chat"));
	}

	private static String number(long count, String what) {
		return count + " " + what + ((count == 1) ? "" : "s");
	}

}
