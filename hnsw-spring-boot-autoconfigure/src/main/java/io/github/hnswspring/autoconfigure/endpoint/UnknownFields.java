package io.github.hnswspring.autoconfigure.endpoint;

import java.util.List;
import java.util.TreeSet;

import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationType;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvoker;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvokerAdvisor;
import org.springframework.boot.actuate.endpoint.invoke.OperationParameter;
import org.springframework.boot.actuate.endpoint.invoke.OperationParameters;

/**
 * Refuses requests to the endpoint {@code hnsw} with fields it does not know. Actuator
 * would ignore them, and a backup whose {@code name} is misspelt would get another name.
 * Stateless.
 */
final class UnknownFields implements OperationInvokerAdvisor {

	private static final EndpointId HNSW = EndpointId.of("hnsw");

	@Override
	public OperationInvoker apply(EndpointId endpointId, OperationType operationType, OperationParameters parameters,
			OperationInvoker invoker) {
		if (!endpointId.equals(HNSW) || operationType != OperationType.WRITE) {
			return invoker;
		}
		List<String> known = parameters.stream().map(OperationParameter::getName).toList();
		return (context) -> {
			TreeSet<String> unknown = new TreeSet<>(context.getArguments().keySet());
			unknown.removeAll(known);
			if (!unknown.isEmpty()) {
				String reason = "There is no field '" + String.join("', '", unknown) + "'; there are: "
						+ String.join(", ", known) + ". Nothing was done";
				throw new InvalidEndpointRequestException(reason, reason);
			}
			return invoker.invoke(context);
		};
	}

}
