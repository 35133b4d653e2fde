package io.github.hnswspring.embeddings;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/** Embeddings are computed from files that are there; nothing is asked of a network. */
@AnalyzeClasses(packages = "io.github.hnswspring.embeddings", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	@ArchTest
	static final ArchRule NOTHING_OPENS_ADDRESSES_LOADS_CLASSES_OR_STARTS_PROCESSES = noClasses().should()
		.dependOnClassesThat()
		.resideInAnyPackage("org.springframework.expression..", "javax.naming..", "javax.script..",
				"java.lang.reflect..", "java.net..")
		.orShould()
		.dependOnClassesThat()
		.haveNameMatching("java\\.lang\\.(ProcessBuilder|Process)|.*(RestClient|RestTemplate|WebClient)")
		.orShould()
		.callMethod(Class.class, "forName", String.class);

	@ArchTest
	static final ArchRule OF_THE_STORE_ONLY_ITS_API_IS_USED = noClasses().should()
		.dependOnClassesThat()
		.resideInAPackage("io.github.hnswspring.vectorstore.*..");

}
