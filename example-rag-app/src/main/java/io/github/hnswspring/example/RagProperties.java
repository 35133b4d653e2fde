package io.github.hnswspring.example;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DataSizeUnit;
import org.springframework.util.Assert;
import org.springframework.util.unit.DataSize;
import org.springframework.util.unit.DataUnit;

/**
 * Everything that can be set under {@code rag}.
 *
 * @param sources files and folders to ingest at start; folders are searched recursively.
 * A relative path is resolved against the working directory
 * @param dataDirectory where uploads are kept; the store lies beside them
 * @param maxFileSize the largest file that is read, from a folder or uploaded
 * @param maxCharacters the most text one document may contain
 * @param maxFiles the most files taken from all sources together
 * @param readTimeout how long reading one HTML or PDF file may take
 * @param readMemory how much heap the JVM that reads one HTML or PDF file gets
 * @param uploadQueue how many uploads may wait for ingestion before more are refused
 * @param concurrentUploads how many uploads are received and checked at the same time
 * @param concurrentAnswers how many questions are answered at the same time
 * @param answerTimeout how long a chat model may stay silent
 * @param topK how many passages are retrieved when a request does not say
 * @param similarityThreshold passages that score less are not considered for an answer
 * @param security who may use the application
 */
@ConfigurationProperties("rag")
public record RagProperties(@DefaultValue( {
		"README.md", "docs" }) List<Path> sources, @DefaultValue("data") Path dataDirectory,
		@DefaultValue("20MB") @DataSizeUnit(DataUnit.MEGABYTES) DataSize maxFileSize,
		@DefaultValue("2000000") int maxCharacters, @DefaultValue("10000") int maxFiles,
		@DefaultValue("30s") Duration readTimeout, @DefaultValue("256MB") DataSize readMemory,
		@DefaultValue("100") int uploadQueue, @DefaultValue("2") int concurrentUploads,
		@DefaultValue("4") int concurrentAnswers, @DefaultValue("60s") Duration answerTimeout,
		@DefaultValue("5") int topK, @DefaultValue("0.2") double similarityThreshold, @DefaultValue Security security){

	public RagProperties {
		positive("max-characters", maxCharacters);
		positive("max-files", maxFiles);
		positive("upload-queue", uploadQueue);
		positive("concurrent-uploads", concurrentUploads);
		positive("concurrent-answers", concurrentAnswers);
		positive("top-k", topK);
		positive("max-file-size", maxFileSize.toBytes());
	}

	private static void positive(String name, long value) {
		Assert.isTrue(value > 0, () -> "rag." + name + " must be positive but is " + value);
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
			return this.username != null && !this.username.isBlank() && this.password != null
					&& !this.password.isBlank();
		}

		@Override
		public String toString() {
			return "Security[credentials " + (hasCredentials() ? "set" : "not set") + ", allowedHosts="
					+ this.allowedHosts + "]";
		}

	}

}
