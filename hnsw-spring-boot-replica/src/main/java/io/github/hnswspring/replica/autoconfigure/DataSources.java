package io.github.hnswspring.replica.autoconfigure;

import javax.sql.DataSource;

import io.github.hnswspring.replica.ReplicaConfigurationException;

import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.ObjectProvider;

/** Finds the application's database. */
final class DataSources {

	private DataSources() {
	}

	/** The only or primary one. */
	static DataSource only(ObjectProvider<DataSource> dataSources) {
		try {
			return dataSources.getObject();
		}
		catch (NoUniqueBeanDefinitionException ex) {
			throw new ReplicaConfigurationException(
					"A replica (hnsw.replica.enabled=true) needs one DataSource, but the application has "
							+ ex.getNumberOfBeansFound() + ": " + ex.getBeanNamesFound() + ".",
					"Make the one whose database has the documents @Primary.", ex);
		}
		catch (NoSuchBeanDefinitionException ex) {
			throw new ReplicaConfigurationException(
					"A replica (hnsw.replica.enabled=true) needs a DataSource, but the application has none.",
					"Add spring-boot-starter-jdbc and org.postgresql:postgresql, and set spring.datasource.url to the "
							+ "database that has the documents.",
					ex);
		}
	}

}
