package io.github.hnswspring.example;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/**
 * Starts the application. By default it listens on 127.0.0.1:8080, ingests the project's
 * own documentation and keeps everything below the directory {@code data}.
 */
@SpringBootApplication
@ConfigurationPropertiesScan
public class RagApplication {

	public static void main(String[] args) {
		SpringApplication.run(RagApplication.class, args);
	}

}
