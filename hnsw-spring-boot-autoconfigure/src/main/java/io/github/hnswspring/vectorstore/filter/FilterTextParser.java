package io.github.hnswspring.vectorstore.filter;

import java.util.List;

import org.antlr.v4.runtime.ANTLRErrorListener;
import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.filter.FilterExpressionTextParser.FilterExpressionVisitor;
import org.springframework.ai.vectorstore.filter.antlr4.FiltersLexer;
import org.springframework.ai.vectorstore.filter.antlr4.FiltersParser;

/**
 * Parses filter text such as {@code country == 'BG' && year >= 2020} from untrusted
 * sources: for {@code delete(String)} and {@code HnswSearchRequest}. Thread-safe:
 * stateless, every call has parser and listeners of its own.
 * <p>
 * It runs Spring AI's grammar, but not its {@code FilterExpressionTextParser}: that one
 * shares an error listener between all callers (one may read a piece of another's
 * filter), prints what the lexer rejects to standard error and carries on without it,
 * overflows the stack on deep nesting, remembers every text for ever and reports a number
 * too long as a {@code NumberFormatException}.
 */
public final class FilterTextParser {

	/** The longest filter text, in characters: 10,000 UUIDs in one IN take 400,000. */
	public static final int MAX_LENGTH = 500_000;

	/**
	 * The most comparisons. The parser recurses along AND and OR; as many links of a
	 * chain may a filter have that is built in code.
	 */
	public static final int MAX_COMPARISONS = FilterNode.MAX_NESTING;

	/** The most parentheses and NOTs around one comparison. */
	public static final int MAX_NESTING = 32;

	private static final String WHERE = "WHERE ";

	private static final String REMEDY = "write comparisons such as country == 'BG', year >= 2020, day < '2026-11-28', "
			+ "tag IN ['a', 'b'] or author IS NULL, joined by AND, OR and NOT; texts and dates stand in quotes";

	private FilterTextParser() {
	}

	/**
	 * Parses a filter.
	 * @param text the filter, with or without a leading {@code WHERE}
	 * @return the expression
	 * @throws IllegalArgumentException if the text is empty, too long, nested too deep,
	 * has too many comparisons or values, or is no filter; the message is safe to show to
	 * the sender of the text
	 */
	public static Filter.Expression parse(@Nullable String text) {
		if (text == null || text.isBlank()) {
			throw new IllegalArgumentException("A filter must not be empty; leave it out to match every document");
		}
		if (text.length() > MAX_LENGTH) {
			throw new IllegalArgumentException("A filter is " + text.length() + " characters long, at most "
					+ MAX_LENGTH + " are allowed; use IN for many values of one key, or build the expression in code");
		}
		Source source = Source.of(text);
		ThrowingListener listener = new ThrowingListener(source.prefixLength());
		try {
			CommonTokenStream tokens = tokens(source, listener);
			checkSize(tokens.getTokens());
			checkNesting(tokens.getTokens());
			FiltersParser parser = new FiltersParser(tokens);
			parser.removeErrorListeners();
			parser.addErrorListener(listener);
			Visitor visitor = new Visitor();
			return visitor.castToExpression(visitor.visit(parser.where()));
		}
		catch (FilterSyntaxException ex) {
			throw new IllegalArgumentException(ex.getMessage());
		}
		catch (RuntimeException | StackOverflowError ex) {
			throw new IllegalArgumentException("A filter cannot be read; " + REMEDY);
		}
	}

	private static CommonTokenStream tokens(Source source, ThrowingListener listener) {
		FiltersLexer lexer = new FiltersLexer(CharStreams.fromString(source.text()));
		lexer.removeErrorListeners();
		lexer.addErrorListener(listener);
		CommonTokenStream tokens = new CommonTokenStream(lexer);
		tokens.fill();
		return tokens;
	}

	private static void checkSize(List<Token> tokens) {
		int comparisons = 1;
		int commas = 0;
		for (Token token : tokens) {
			switch (token.getType()) {
				case FiltersLexer.AND, FiltersLexer.OR -> comparisons++;
				case FiltersLexer.COMMA -> commas++;
				default -> {
				}
			}
		}
		if (comparisons > MAX_COMPARISONS) {
			throw new FilterSyntaxException("A filter has " + comparisons + " comparisons, at most " + MAX_COMPARISONS
					+ " are allowed; use IN for many values of one key");
		}
		int values = comparisons + commas;
		if (values > FilterIndex.MAX_SIZE) {
			throw new FilterSyntaxException("A filter has " + values + " values, at most " + FilterIndex.MAX_SIZE
					+ " are allowed; ask in parts");
		}
	}

	/**
	 * Counts before the parser recurses. NOT reaches to the end of its parentheses, so
	 * each one counts until they close.
	 */
	private static void checkNesting(List<Token> tokens) {
		int nesting = 0;
		int[] nestingAtParenthesis = new int[MAX_NESTING + 1];
		int parentheses = 0;
		for (int i = 0; i < tokens.size(); i++) {
			int type = tokens.get(i).getType();
			if (type == FiltersLexer.RIGHT_PARENTHESIS && parentheses > 0) {
				nesting = nestingAtParenthesis[--parentheses];
			}
			else if (type == FiltersLexer.LEFT_PARENTHESIS
					|| (type == FiltersLexer.NOT && !isPartOfComparison(tokens, i))) {
				if (nesting == MAX_NESTING) {
					throw new FilterSyntaxException("A filter nests parentheses and NOT deeper than " + MAX_NESTING
							+ " levels; simplify it, for example with IN and NIN");
				}
				if (type == FiltersLexer.LEFT_PARENTHESIS) {
					nestingAtParenthesis[parentheses++] = nesting;
				}
				nesting++;
			}
		}
	}

	/** The NOT of {@code NOT IN} and {@code IS NOT NULL}. */
	private static boolean isPartOfComparison(List<Token> tokens, int not) {
		for (int i = not + 1; i < tokens.size(); i++) {
			Token next = tokens.get(i);
			if (next.getChannel() == Token.DEFAULT_CHANNEL) {
				return next.getType() == FiltersLexer.IN || next.getType() == FiltersLexer.NULL;
			}
		}
		return false;
	}

	/**
	 * The text as the grammar wants it. A key may begin with "where" itself
	 * ({@code whereabouts == 'x'}), so only the word alone is taken for the keyword.
	 */
	private record Source(String text, int prefixLength) {

		static Source of(String text) {
			String filter = text.strip();
			boolean hasKeyword = filter.length() > WHERE.length() && filter.regionMatches(true, 0, WHERE, 0, 5)
					&& Character.isWhitespace(filter.charAt(5)) && !startsWithOperator(filter.substring(5).strip());
			if (hasKeyword) {
				return new Source(WHERE + filter.substring(WHERE.length()), 0);
			}
			return new Source(WHERE + filter, WHERE.length());
		}

		private static boolean startsWithOperator(String rest) {
			return rest.startsWith("=") || rest.startsWith("!") || rest.startsWith("<") || rest.startsWith(">");
		}

	}

	private static final class Visitor extends FilterExpressionVisitor {

		@Override
		public Filter.Operand visitIntegerConstant(FiltersParser.IntegerConstantContext context) {
			long number = parse(context.getText());
			return new Filter.Value((number == (int) number) ? (Object) (int) number : (Object) number);
		}

		@Override
		public Filter.Operand visitLongConstant(FiltersParser.LongConstantContext context) {
			String text = context.getText();
			return new Filter.Value(parse(text.substring(0, text.length() - 1)));
		}

		private static long parse(String digits) {
			try {
				return Long.parseLong(digits);
			}
			catch (NumberFormatException ex) {
				throw new FilterSyntaxException("A filter's whole number must lie between " + Long.MIN_VALUE + " and "
						+ Long.MAX_VALUE + "; write a larger one with a decimal point");
			}
		}

	}

	private static final class ThrowingListener extends BaseErrorListener implements ANTLRErrorListener {

		private final int prefixLength;

		ThrowingListener(int prefixLength) {
			this.prefixLength = prefixLength;
		}

		@Override
		public void syntaxError(Recognizer<?, ?> recognizer, @Nullable Object symbol, int line, int column,
				@Nullable String message, @Nullable RecognitionException ex) {
			int position = (line == 1) ? Math.max(1, column - this.prefixLength + 1) : column + 1;
			String near = (symbol instanceof Token token)
					? (token.getType() == Token.EOF) ? ", where the text ends" : ", near '" + token.getText() + "'"
					: "";
			throw new FilterSyntaxException("A filter cannot be read at " + ((line == 1) ? "" : "line " + line + ", ")
					+ "character " + position + near + "; " + REMEDY);
		}

	}

	private static final class FilterSyntaxException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		FilterSyntaxException(String message) {
			super(message, null, false, false);
		}

	}

}
