package io.github.hnswspring.example;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * Everything that can be set under {@code rag}.
 *
 * @param dataDirectory where uploads are kept; the store lies beside them
 * @param concurrentAnswers how many questions are answered at the same time
 * @param answerTimeout how long a chat model may stay silent
 * @param topK how many passages are retrieved when a request does not say
 * @param similarityThreshold passages that score less are not considered for an answer
 * @param security who may use the application
 */
@ConfigurationProperties("rag")
public record RagProperties(@DefaultValue("data") Path dataDirectory, @DefaultValue("4") int concurrentAnswers,
		@DefaultValue("60s") Duration answerTimeout, @DefaultValue("5") int topK,
		@DefaultValue("0.2") double similarityThreshold, @DefaultValue Security security) {

	public RagProperties {
		dataDirectory = dataDirectory.toAbsolutePath();
		Assert.isTrue(concurrentAnswers > 0, "rag.concurrent-answers must be positive but is " + concurrentAnswers);
		Assert.isTrue(topK > 0, "rag.top-k must be positive but is " + topK);
	}

	/**
	 * Who may use the application. Without credentials it serves only the machine it runs
	 * on, and refuses to start on any other address.
	 *
	 * @param username name for HTTP Basic authentication
	 * @param password password for HTTP Basic authentication
	 * @param allowedHosts host names, beside those of this machine, under which browsers
	 * may address the application
	 */
	public record Security(@Nullable String username, @Nullable String password,
			@DefaultValue List<String> allowedHosts) {

		public boolean hasCredentials() {
			return StringUtils.hasText(this.username) && StringUtils.hasText(this.password);
		}

		@Override
		public String toString() {
			return "Security[credentials " + (hasCredentials() ? "set" : "not set") + ", allowedHosts="
					+ this.allowedHosts + "]";
		}

	}

}
