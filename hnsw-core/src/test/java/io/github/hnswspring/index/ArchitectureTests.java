package io.github.hnswspring.index;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

@AnalyzeClasses(packages = "io.github.hnswspring.index", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	@ArchTest
	static final ArchRule THE_ENGINE_NEEDS_THE_JDK_ONLY = classes().should()
		.onlyDependOnClassesThat()
		.resideInAnyPackage("java..", "jdk.incubator.vector..", "io.github.hnswspring.index..", "org.jspecify..");

	/** What users name must not know how it is done, but for where it begins. */
	@ArchTest
	static final ArchRule ONLY_THE_INDEX_AND_ITS_BUILDER_NAME_THE_GRAPH = noClasses().that()
		.resideInAPackage("io.github.hnswspring.index")
		.and(are(not(belongToAnyOf(HnswIndex.class, HnswIndexBuilder.class))))
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("..index.graph..", "..index.vector..", "..index.snapshot..");

	/**
	 * The one exception is the root: its two doors make and load the graph and compute
	 * distances, whose classes use the values that users name.
	 */
	@ArchTest
	static final ArchRule NO_CIRCLES = slices().matching("io.github.hnswspring.(**)")
		.should()
		.beFreeOfCycles()
		.ignoreDependency(belongToAnyOf(HnswIndex.class, HnswIndexBuilder.class),
				resideInAnyPackage("..index.graph..", "..index.vector.."));

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
