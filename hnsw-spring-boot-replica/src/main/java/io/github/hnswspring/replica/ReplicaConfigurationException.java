package io.github.hnswspring.replica;

import org.jspecify.annotations.Nullable;

/**
 * Something has to be configured in another way, here or in the database, before there
 * can be a replica.
 */
public class ReplicaConfigurationException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	private final String action;

	/**
	 * Creates the exception.
	 * @param problem what is wrong: the thing, what was expected and what is there
	 * @param action what to do
	 * @param cause why, or {@code null}
	 */
	public ReplicaConfigurationException(String problem, String action, @Nullable Throwable cause) {
		super(problem + "\n" + action, cause);
		this.action = action;
	}

	/**
	 * What to do about it.
	 * @return the end of the message
	 */
	public String action() {
		return this.action;
	}

	/**
	 * What is wrong.
	 * @return the beginning of the message
	 */
	public String problem() {
		String message = String.valueOf(getMessage());
		return message.substring(0, message.length() - this.action.length() - 1);
	}

}
