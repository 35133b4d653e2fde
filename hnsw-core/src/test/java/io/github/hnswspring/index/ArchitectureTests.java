package io.github.hnswspring.index;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

@AnalyzeClasses(packages = "io.github.hnswspring.index", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	@ArchTest
	static final ArchRule THE_ENGINE_NEEDS_THE_JDK_ONLY = classes().should()
		.onlyDependOnClassesThat()
		.resideInAnyPackage("java..", "jdk.incubator.vector..", "io.github.hnswspring.index..", "org.jspecify..");

	@ArchTest
	static final ArchRule VECTORS_KNOW_NO_GRAPH = noClasses().that()
		.resideInAPackage("..index.vector..")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("..index.graph..", "..index.snapshot..");

	@ArchTest
	static final ArchRule FILES_KNOW_NO_GRAPH_AND_NO_VECTORS = noClasses().that()
		.resideInAPackage("..index.snapshot..")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("..index.graph..", "..index.vector..");

	@ArchTest
	static final ArchRule THE_VECTOR_API_STAYS_IN_ITS_PACKAGE = noClasses().that()
		.resideOutsideOfPackage("..index.vector.simd..")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("jdk.incubator.vector..");

}
