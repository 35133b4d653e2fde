package io.github.hnswspring.vectorstore.options;

/**
 * The embedding model whose vectors a call works with is not in use any more: the store
 * has switched to another one since it began. It has to begin again; no caller of the
 * store sees this.
 */
public final class OtherGenerationException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param generation of the vectors at hand
	 */
	public OtherGenerationException(int generation) {
		super("Embeddings of generation " + generation + " are not in use any more");
	}

}
