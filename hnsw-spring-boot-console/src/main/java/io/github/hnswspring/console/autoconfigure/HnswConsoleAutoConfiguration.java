package io.github.hnswspring.console.autoconfigure;

import java.util.Map;

import io.github.hnswspring.autoconfigure.ConditionalOnHnswVectorStore;
import io.github.hnswspring.autoconfigure.HnswVectorStoreAutoConfiguration;
import io.github.hnswspring.autoconfigure.HnswVectorStores;
import io.github.hnswspring.console.Console;
import io.github.hnswspring.console.ConsoleAccess;
import io.github.hnswspring.console.RequestGuard;
import io.github.hnswspring.console.SecurityGuard;

import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.cloud.CloudPlatform;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.security.web.access.WebInvocationPrivilegeEvaluator;
import org.springframework.web.filter.ForwardedHeaderFilter;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;

/**
 * Auto-configuration for the {@link Console}: active in applications with Spring MVC and
 * a store, if {@code hnsw.console.enabled} is true, or under devtools.
 */
@AutoConfiguration(after = HnswVectorStoreAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({ VectorStore.class, DispatcherServlet.class })
@ConditionalOnHnswVectorStore
@Conditional(OnConsoleCondition.class)
@EnableConfigurationProperties(HnswConsoleProperties.class)
public final class HnswConsoleAutoConfiguration {

	/** Before the application's own, which may take every path. */
	private static final int ORDER = -10;

	@Bean
	@ConditionalOnMissingBean
	Console hnswConsole(HnswConsoleProperties properties, ListableBeanFactory beanFactory, Environment environment,
			ObjectProvider<RequestGuard> guard) {
		boolean claims = areAddressesClaims(environment, beanFactory);
		return new Console(properties.path(), HnswVectorStores.find(beanFactory),
				new ConsoleAccess(guard.getIfAvailable(() -> RequestGuard.NONE), claims));
	}

	@Bean
	SimpleUrlHandlerMapping hnswConsoleMapping(HnswConsoleProperties properties, Console console) {
		return new SimpleUrlHandlerMapping(Map.of(properties.path(), console, properties.path() + "/**", console),
				ORDER);
	}

	@Bean
	ApplicationListener<ApplicationReadyEvent> hnswConsoleStartLine(HnswConsoleProperties properties) {
		return new ConsoleStartLine(properties);
	}

	/** Whether the server takes addresses from headers, which anybody can send. */
	private static boolean areAddressesClaims(Environment environment, ListableBeanFactory beanFactory) {
		String strategy = environment.getProperty("server.forward-headers-strategy");
		boolean byProperty = (strategy != null) ? !strategy.equalsIgnoreCase("none")
				: CloudPlatform.getActive(environment) != null;
		boolean ofTomcat = environment.containsProperty("server.tomcat.remoteip.remote-ip-header")
				|| environment.containsProperty("server.tomcat.remoteip.protocol-header");
		return byProperty || ofTomcat
				|| beanFactory.getBeanNamesForType(ForwardedHeaderFilter.class, true, false).length > 0
				|| beanFactory.getBeansOfType(FilterRegistrationBean.class, true, false)
					.values()
					.stream()
					.anyMatch((registration) -> registration.getFilter() instanceof ForwardedHeaderFilter);
	}

	/** Asks Spring Security, where there is one. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(WebInvocationPrivilegeEvaluator.class)
	static class GuardedBySpringSecurity {

		@Bean
		@ConditionalOnMissingBean
		RequestGuard hnswConsoleGuard(ObjectProvider<WebInvocationPrivilegeEvaluator> rules) {
			return new SecurityGuard(rules.orderedStream().toList());
		}

	}

}
