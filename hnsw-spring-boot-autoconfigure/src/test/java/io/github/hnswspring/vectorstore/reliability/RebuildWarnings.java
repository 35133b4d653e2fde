package io.github.hnswspring.vectorstore.reliability;

import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;

/**
 * Listens to what stores say of derived files and tables they cannot use, instead of the
 * console. Thread-safe.
 */
final class RebuildWarnings extends AppenderBase<ILoggingEvent> implements AutoCloseable {

	private final Logger logger = (Logger) LoggerFactory.getLogger("io.github.hnswspring");

	private final Queue<String> messages = new ConcurrentLinkedQueue<>();

	RebuildWarnings() {
		this.logger.setLevel(Level.WARN);
		this.logger.setAdditive(false);
		this.logger.addAppender(this);
		start();
	}

	@Override
	protected void append(ILoggingEvent event) {
		String message = event.getFormattedMessage();
		if (message.contains("rebuilt in the background") || message.contains("derived")) {
			this.messages.add(message);
		}
	}

	/** Whether anything was said of this directory since the last time this was asked. */
	boolean wasWarnedOf(Path directory) {
		return wasWarnedOf(directory, "");
	}

	/** The same of what has these words in it. */
	boolean wasWarnedOf(Path directory, String words) {
		return this.messages.removeIf((message) -> message.contains(directory.toString()) && message.contains(words));
	}

	@Override
	public void close() {
		this.logger.detachAppender(this);
		this.logger.setAdditive(true);
		this.logger.setLevel(null);
	}

}
