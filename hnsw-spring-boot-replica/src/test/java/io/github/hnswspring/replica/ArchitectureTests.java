package io.github.hnswspring.replica;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/**
 * Replicas know the store by its API, and nothing of the truth that is attached.
 */
@AnalyzeClasses(packages = "io.github.hnswspring.replica", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	@ArchTest
	static final ArchRule ONLY_THE_API_OF_THE_STORE = noClasses().should()
		.dependOnClassesThat()
		.resideInAPackage("io.github.hnswspring.vectorstore.*..");

	@ArchTest
	static final ArchRule THE_PORT_KNOWS_NO_TRUTH = noClasses().that()
		.resideInAPackage("io.github.hnswspring.replica")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("io.github.hnswspring.replica.attach..", "io.github.hnswspring.replica.database..",
				"io.github.hnswspring.replica.autoconfigure..", "org.springframework.boot..", "java.sql..",
				"javax.sql..");

	@ArchTest
	static final ArchRule THE_TRUTH_KNOWS_NO_BOOT = noClasses().that()
		.resideInAPackage("io.github.hnswspring.replica.attach..")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("io.github.hnswspring.replica.autoconfigure..", "org.springframework.boot..");

}
