package io.github.hnswspring.autoconfigure;

import java.beans.PropertyDescriptor;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;

/**
 * Stores that environment variables name. {@code HNSW_STORES_CHAT_MEMORY_DIRECTORY} does
 * not show where the name ends and the property begins; it ends before the longest
 * property there is. Thread-safe: stateless.
 */
final class StoreVariables {

	private static final Set<String> PROPERTIES = properties(HnswProperties.class, "");

	private StoreVariables() {
	}

	/**
	 * The name of a store.
	 * @param variable as Spring reads it: a part for each underscore
	 * @param from where the name begins
	 * @return its parts joined by dashes; {@code null} if no property of a store follows
	 */
	static @Nullable String name(ConfigurationPropertyName variable, int from) {
		int parts = variable.getNumberOfElements();
		// One part alone declares a store without saying anything of it.
		StringBuilder name = new StringBuilder(part(variable, from));
		if (parts == from + 1) {
			return name.toString();
		}
		for (int end = from + 1; end < parts; end++) {
			if (PROPERTIES.contains(property(variable, end))) {
				return name.toString();
			}
			name.append('-').append(part(variable, end));
		}
		return null;
	}

	private static String property(ConfigurationPropertyName variable, int from) {
		StringBuilder property = new StringBuilder();
		for (int i = from; i < variable.getNumberOfElements() && !variable.isNumericIndex(i); i++) {
			property.append(part(variable, i));
		}
		return property.toString();
	}

	private static String part(ConfigurationPropertyName variable, int index) {
		return variable.getElement(index, Form.UNIFORM);
	}

	/** As environment variables have them, without what separates their parts. */
	private static Set<String> properties(Class<?> group, String prefix) {
		Set<String> names = new HashSet<>();
		for (PropertyDescriptor property : BeanUtils.getPropertyDescriptors(group)) {
			Class<?> type = property.getPropertyType();
			String name = prefix + property.getName().toLowerCase(Locale.ROOT);
			if (type != null && type.getPackage() == HnswProperties.class.getPackage()) {
				names.addAll(properties(type, name));
			}
			else if (property.getWriteMethod() != null) {
				names.add(name);
			}
		}
		return names;
	}

}
