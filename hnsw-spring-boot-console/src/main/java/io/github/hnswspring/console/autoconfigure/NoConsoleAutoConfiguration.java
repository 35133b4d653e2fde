package io.github.hnswspring.console.autoconfigure;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;

/**
 * Auto-configuration that tells those who asked for a console, and cannot have one, why.
 */
@AutoConfiguration(after = HnswConsoleAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnBooleanProperty(OnConsoleCondition.PROPERTY)
@ConditionalOnMissingBean(name = "hnswConsole")
public final class NoConsoleAutoConfiguration {

	private static final Log logger = LogFactory.getLog(NoConsoleAutoConfiguration.class);

	@Bean
	SmartInitializingSingleton hnswNoConsole() {
		return () -> logger.warn(OnConsoleCondition.PROPERTY + " is true, but there is no console: it needs Spring MVC "
				+ "(spring-boot-starter-webmvc) and a store of HNSW, and one of them is missing. The report of "
				+ "conditions says which (start with --debug); add it, or take the property out");
	}

}
