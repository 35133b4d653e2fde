package io.github.hnswspring.autoconfigure;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

@AnalyzeClasses(packages = "io.github.hnswspring", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	@ArchTest
	static final ArchRule THE_STORE_KNOWS_NO_BOOT = noClasses().that()
		.resideInAPackage("io.github.hnswspring.vectorstore..")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("org.springframework.boot..", "io.github.hnswspring.autoconfigure..");

	@ArchTest
	static final ArchRule THE_ENGINE_KNOWS_NOTHING_ABOVE_IT = noClasses().that()
		.resideInAPackage("io.github.hnswspring.index..")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("org.springframework..", "io.github.hnswspring.autoconfigure..",
				"io.github.hnswspring.vectorstore..");

	@ArchTest
	static final ArchRule NOTHING_LOOKS_BEHIND_THE_ENGINE = noClasses().that()
		.resideOutsideOfPackage("io.github.hnswspring.index..")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("io.github.hnswspring.index.*..");

	@ArchTest
	static final ArchRule ONLY_ITS_PACKAGE_KNOWS_HEALTH = optional("health", "org.springframework.boot.health..");

	@ArchTest
	static final ArchRule ONLY_ITS_PACKAGE_KNOWS_METRICS = optional("metrics", "io.micrometer.core..",
			"org.springframework.boot.micrometer..");

	@ArchTest
	static final ArchRule ONLY_ITS_PACKAGE_KNOWS_ACTUATOR = optional("endpoint", "org.springframework.boot.actuate..");

	@ArchTest
	static final ArchRule ONLY_ITS_PACKAGE_KNOWS_RETRIEVAL_AUGMENTATION = noClasses().that()
		.resideOutsideOfPackage("io.github.hnswspring.retrieval..")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("org.springframework.ai.rag..", "org.springframework.ai.chat.client..",
				"io.github.hnswspring.retrieval..")
		.because("an application without spring-ai-rag must not load its classes");

	private static ArchRule optional(String feature, String... packages) {
		return noClasses().that()
			.resideOutsideOfPackage("io.github.hnswspring.autoconfigure." + feature + "..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(packages)
			.because("an application without it must not load its classes");
	}

}
