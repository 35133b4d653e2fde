package io.github.hnswspring.autoconfigure;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;

import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.IgnoreTopLevelConverterNotFoundBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.StringUtils;

/**
 * The stores that are declared as {@code hnsw.stores.<name>}: what they are called, and
 * what holds for each of them. Confined to the thread that starts the application.
 */
final class NamedStores {

	static final String PREFIX = "hnsw.stores";

	private static final ConfigurationPropertyName STORES = ConfigurationPropertyName.of(PREFIX);

	/** The bean of the store that has no name. */
	static final String UNNAMED = "hnswVectorStore";

	private static final int NAME = STORES.getNumberOfElements();

	private static final Pattern VALID = Pattern.compile("[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*");

	/** What a store may be without, though the others have it: an empty value says so. */
	private static final Map<String, Consumer<HnswProperties>> NONE = Map.of("dimensions",
			(properties) -> properties.setDimensions(null), "target-recall",
			(properties) -> properties.setTargetRecall(null), "ef-search", (properties) -> properties.setEfSearch(null),
			"threads", (properties) -> properties.setThreads(null), "time-to-live",
			(properties) -> properties.setTimeToLive(null), "embedding.bean",
			(properties) -> properties.getEmbedding().setBean(null), "embedding.model",
			(properties) -> properties.getEmbedding().setModel(null), "embedding.former-bean",
			(properties) -> properties.getEmbedding().setFormerBean(null), "embedding.price-per-million-tokens",
			(properties) -> properties.getEmbedding().setPricePerMillionTokens(null), "text.language",
			(properties) -> properties.getText().setLanguage(null));

	private final Environment environment;

	private final BeanFactory beanFactory;

	private final ObjectProvider<EmbeddingModel> ownEmbeddingModel;

	private final Function<HnswProperties, HnswVectorStoreBuilderConfigurer> configurers;

	NamedStores(Environment environment, BeanFactory beanFactory, ObjectProvider<EmbeddingModel> ownEmbeddingModel,
			Function<HnswProperties, HnswVectorStoreBuilderConfigurer> configurers) {
		this.environment = environment;
		this.beanFactory = beanFactory;
		this.ownEmbeddingModel = ownEmbeddingModel;
		this.configurers = configurers;
	}

	/**
	 * The names, as they are written. Spring takes {@code chatMemory} and
	 * {@code chat-memory} for one, and does not see capitals in an environment variable,
	 * nor where a name ends that has several parts there.
	 */
	static List<String> names(Environment environment) {
		Map<String, String> names = new LinkedHashMap<>();
		Map<String, String> variables = new LinkedHashMap<>();
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
			if (source instanceof IterableConfigurationPropertySource iterable) {
				boolean variable = source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource;
				Map<String, String> found = variable ? variables : names;
				iterable.stream()
					.filter(STORES::isAncestorOf)
					.map((property) -> variable ? StoreVariables.name(property, NAME)
							: property.getElement(NAME, Form.ORIGINAL))
					.filter(Objects::nonNull)
					.forEach((name) -> found.merge(uniform(name), name, NamedStores::moreTelling));
			}
		}
		// What is written elsewhere shows capitals and dashes as they are meant.
		variables.forEach(names::putIfAbsent);
		names.values().forEach(NamedStores::check);
		return List.copyOf(names.values());
	}

	private static String uniform(String name) {
		return name.replace("-", "").toLowerCase(Locale.ROOT);
	}

	private static String moreTelling(String former, String other) {
		return former.equals(uniform(former)) ? other : former;
	}

	private static void check(String name) {
		if (!VALID.matcher(name).matches()) {
			throw new InvalidConfigurationPropertyValueException(PREFIX + "." + name, "a store",
					"The name of a store must be letters, digits and dashes, such as 'chat-memory', begin with a letter "
							+ "and have no dash at its end and no two in a row; it is the name of its bean.");
		}
	}

	/** Makes the store of a name; called once, as the bean is created. */
	HnswVectorStore store(String name) {
		HnswProperties properties = properties(name);
		try {
			properties.afterPropertiesSet();
			requireOwnDirectory(name, properties);
			EmbeddingModel model = EmbeddingModelSelection.select(properties, this.ownEmbeddingModel, this.beanFactory);
			return this.configurers.apply(properties)
				.configure(HnswVectorStore.builder(model))
				.name(name)
				.formerEmbeddingModel(EmbeddingModelSelection.former(properties, this.beanFactory))
				.build();
		}
		catch (InvalidConfigurationPropertyValueException ex) {
			throw own(name, ex);
		}
	}

	/**
	 * What {@code hnsw.*} says, but for what is of one store only; then what is said of
	 * this one.
	 */
	private HnswProperties properties(String name) {
		Binder binder = Binder.get(this.environment);
		HnswProperties properties = new HnswProperties();
		binder.bind("hnsw", Bindable.ofInstance(properties));
		properties.setDirectory(null);
		if (isSet(name, "target-recall")) {
			properties.setEfSearch(null);
		}
		if (isSet(name, "ef-search")) {
			properties.setTargetRecall(null);
		}
		if (isSet(name, "embedding.bean")) {
			properties.setDimensions(null);
			properties.getEmbedding().setModel(null);
			properties.getEmbedding().setFormerBean(null);
			properties.getEmbedding().setPricePerMillionTokens(null);
		}
		// A name alone is enough to declare a store.
		binder.bind(ConfigurationPropertyName.of(prefix(name)), Bindable.ofInstance(properties),
				new IgnoreTopLevelConverterNotFoundBindHandler());
		NONE.forEach((property, clear) -> {
			String value = value(name, property);
			if (value != null && value.isBlank()) {
				clear.accept(properties);
			}
		});
		return properties;
	}

	/** With dashes, since only so Spring finds both forms of an environment variable. */
	private static String prefix(String name) {
		return PREFIX + "." + name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
	}

	private boolean isSet(String name, String property) {
		return StringUtils.hasText(value(name, property));
	}

	private @Nullable String value(String name, String property) {
		return Binder.get(this.environment).bind(prefix(name) + "." + property, String.class).orElse(null);
	}

	/** Found out at once, not when the second store waits for the lock of the first. */
	private void requireOwnDirectory(String name, HnswProperties properties) {
		Path directory = path(properties.getDirectory());
		if (directory == null || properties.isReadOnly()) {
			return;
		}
		List<String> others = new ArrayList<>();
		Binder binder = Binder.get(this.environment);
		// Without its bean, the unnamed store uses no directory, whatever is set.
		if (this.beanFactory.containsBean(UNNAMED) && !binder.bind("hnsw.read-only", Boolean.class).orElse(false)
				&& directory.equals(path(binder.bind("hnsw.directory", String.class).orElse(null)))) {
			others.add("hnsw.directory");
		}
		for (String other : names(this.environment)) {
			if (!other.equals(name) && directory.equals(path(value(other, "directory")))
					&& !properties(other).isReadOnly()) {
				others.add(PREFIX + "." + other + ".directory");
			}
		}
		if (!others.isEmpty()) {
			throw new InvalidConfigurationPropertyValueException(PREFIX + "." + name + ".directory",
					properties.getDirectory(), "That is the directory of another store (" + String.join(", ", others)
							+ "); give each store a directory of its own.");
		}
	}

	private static @Nullable Path path(@Nullable String directory) {
		Path path = DirectoryProperty.path(directory);
		if (path == null) {
			return null;
		}
		try {
			return path.toRealPath();
		}
		catch (IOException ex) {
			// Not there yet.
			return path.toAbsolutePath().normalize();
		}
	}

	/** Names the property that was set: that of the store, or the default of all. */
	private InvalidConfigurationPropertyValueException own(String name, InvalidConfigurationPropertyValueException ex) {
		String reason = String.valueOf(ex.getReason())
			.replace("set hnsw.directory", "set " + PREFIX + "." + name + ".directory");
		String property = ex.getName().startsWith("hnsw.") ? ex.getName().substring("hnsw.".length()) : "";
		boolean isOwn = !ex.getName().startsWith(PREFIX) && !property.isEmpty() && value(name, property) != null;
		return new InvalidConfigurationPropertyValueException(
				isOwn ? PREFIX + "." + name + "." + property : ex.getName(), ex.getValue(), reason);
	}

}
