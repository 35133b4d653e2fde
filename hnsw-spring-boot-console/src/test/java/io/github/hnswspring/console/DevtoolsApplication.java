package io.github.hnswspring.console;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.event.EventListener;

/**
 * An application as it is started from an IDE: devtools on the class path, the console
 * not mentioned. It ends as soon as it takes requests.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
public class DevtoolsApplication extends ConsoleApplication {

	/** Starts it, as devtools do once more, with the same arguments. */
	public static void main(String[] arguments) {
		SpringApplication.run(DevtoolsApplication.class, arguments);
	}

	@EventListener
	void ends(AvailabilityChangeEvent<ReadinessState> event) {
		if (event.getState() == ReadinessState.ACCEPTING_TRAFFIC) {
			new Thread(() -> System.exit(0), "end").start();
		}
	}

}
