package io.github.hnswspring.autoconfigure.endpoint;

import java.util.List;
import java.util.TreeSet;

import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationType;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvoker;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvokerAdvisor;
import org.springframework.boot.actuate.endpoint.invoke.OperationParameter;
import org.springframework.boot.actuate.endpoint.invoke.OperationParameters;

/**
 * Refuses requests to the endpoint {@code hnsw} with fields it does not know. Actuator
 * would ignore them, and a backup whose {@code name} is misspelt would get another name.
 * It would also let a field, of the body or the query, take the place of the part of the
 * path that has its name. Stateless.
 */
final class UnknownFields implements OperationInvokerAdvisor {

	private static final EndpointId HNSW = EndpointId.of("hnsw");

	@Override
	public OperationInvoker apply(EndpointId endpointId, OperationType operationType, OperationParameters parameters,
			OperationInvoker invoker) {
		if (!endpointId.equals(HNSW) || operationType != OperationType.WRITE) {
			return invoker;
		}
		List<String> paths = names(parameters, true);
		List<String> known = names(parameters, false);
		return (context) -> {
			TreeSet<String> unknown = new TreeSet<>();
			context.getArguments().forEach((name, value) -> {
				// A field that has the name of the path has taken its place.
				if (!known.contains(name) && !(paths.contains(name) && value instanceof String[])) {
					unknown.add(name);
				}
			});
			if (!unknown.isEmpty()) {
				String reason = "There is no field '" + String.join("', '", unknown) + "'; there are: "
						+ String.join(", ", known) + ". The path says which store and which task. Nothing was done";
				throw new InvalidEndpointRequestException(reason, reason);
			}
			return invoker.invoke(context);
		};
	}

	private static List<String> names(OperationParameters parameters, boolean ofPath) {
		return parameters.stream()
			.filter((parameter) -> ofPath == (parameter.getAnnotation(Selector.class) != null))
			.map(OperationParameter::getName)
			.toList();
	}

}
