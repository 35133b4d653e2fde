package io.github.hnswspring.vectorstore;

import java.util.Set;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * The packages of the store tell a story in one direction. The one exception, by name:
 * the root is two layers in one package, since users shall find what they name in one
 * place - the front, which uses all packages below it, and the values, which all of them
 * use.
 */
@AnalyzeClasses(packages = "io.github.hnswspring", importOptions = ImportOption.DoNotIncludeTests.class)
class StoreArchitectureTests {

	private static final String ROOT = "io.github.hnswspring.vectorstore";

	private static final String BELOW = ROOT + ".*..";

	/** The store itself, its doors, and what watches over them. */
	private static final Set<String> FRONT = Set.of("HnswVectorStore", "DocumentStore", "StoreOperations",
			"EmbeddedVectorStore", "EmbeddedLocalReplica", "EmbeddedReplicaStore", "ReplicaStore",
			"EmbeddedSharedReplica", "SharedReplica", "LocalReplica", "SharedRefusal", "ReadOnlyDocumentStore",
			"ReplicaRefusal", "ScopedDocumentStore", "StoreObservation", "StoreListeners", "HnswDocumentWriter");

	/** Spring AI's request and ours: it reads filters, and searches read it. */
	private static final Set<String> REQUEST = Set.of("HnswSearchRequest");

	@ArchTest
	static final ArchRule LAYERS = layeredArchitecture().consideringOnlyDependenciesInLayers()
		.layer("front")
		.definedBy(in("front"))
		.layer("transfer")
		.definedBy(ROOT + ".transfer..")
		.layer("migration")
		.definedBy(ROOT + ".migration..")
		.layer("write")
		.definedBy(ROOT + ".write..")
		.layer("search")
		.definedBy(ROOT + ".search..")
		.layer("session")
		.definedBy(ROOT + ".session..")
		.layer("derived")
		.definedBy(ROOT + ".derived..")
		.layer("options")
		.definedBy(ROOT + ".options..")
		.layer("request")
		.definedBy(in("request"))
		.layer("filter")
		.definedBy(ROOT + ".filter..")
		.layer("text")
		.definedBy(ROOT + ".text..")
		.layer("storage")
		.definedBy(ROOT + ".storage..")
		.layer("embedding")
		.definedBy(ROOT + ".embedding..")
		.layer("metadata")
		.definedBy(ROOT + ".metadata..")
		.layer("progress")
		.definedBy(ROOT + ".progress..")
		.layer("values")
		.definedBy(in("values"))
		.whereLayer("front")
		.mayNotBeAccessedByAnyLayer()
		.whereLayer("transfer")
		.mayOnlyAccessLayers("write", "session", "derived", "options", "filter", "storage", "embedding", "metadata",
				"progress", "values")
		.whereLayer("migration")
		.mayOnlyAccessLayers("write", "session", "derived", "options", "filter", "storage", "embedding", "progress",
				"values")
		.whereLayer("write")
		.mayOnlyAccessLayers("session", "derived", "options", "filter", "storage", "embedding", "metadata", "progress",
				"values")
		.whereLayer("search")
		.mayOnlyAccessLayers("session", "derived", "options", "request", "filter", "text", "storage", "embedding",
				"values")
		.whereLayer("session")
		.mayOnlyAccessLayers("derived", "options", "filter", "text", "storage", "embedding", "metadata", "progress",
				"values")
		.whereLayer("derived")
		.mayOnlyAccessLayers("options", "storage", "progress", "values")
		.whereLayer("options")
		.mayOnlyAccessLayers("storage", "values")
		.whereLayer("request")
		.mayOnlyAccessLayers("filter", "values")
		.whereLayer("filter")
		.mayOnlyAccessLayers("storage", "values")
		.whereLayer("text")
		.mayOnlyAccessLayers("storage", "progress", "values")
		.whereLayer("storage")
		.mayOnlyAccessLayers("values")
		.whereLayer("embedding")
		.mayOnlyAccessLayers("values")
		.whereLayer("metadata")
		.mayOnlyAccessLayers("values")
		.whereLayer("progress")
		.mayOnlyAccessLayers("values")
		.whereLayer("values")
		.mayNotAccessAnyLayer();

	@ArchTest
	static final ArchRule NO_CIRCLES = slices().assignedFrom(new Packages()).should().beFreeOfCycles();

	@ArchTest
	static final ArchRule ONLY_THE_ROOT_IS_API = noClasses().that()
		.resideOutsideOfPackage(ROOT + "..")
		.should()
		.dependOnClassesThat()
		.resideInAPackage(BELOW);

	@ArchTest
	static final ArchRule THE_API_NAMES_NOTHING_BELOW = methods().that()
		.arePublic()
		.and()
		.areDeclaredInClassesThat()
		.resideInAPackage(ROOT)
		.and()
		.areDeclaredInClassesThat()
		.arePublic()
		.should(nameNothingBelow());

	private static String part(JavaClass type) {
		String name = outermost(type).getSimpleName();
		return FRONT.contains(name) ? "front" : REQUEST.contains(name) ? "request" : "values";
	}

	private static JavaClass outermost(JavaClass type) {
		return type.getEnclosingClass().map(StoreArchitectureTests::outermost).orElse(type);
	}

	private static DescribedPredicate<JavaClass> in(String part) {
		return DescribedPredicate.describe(part + " of " + ROOT,
				(type) -> type.getPackageName().equals(ROOT) && part(type).equals(part));
	}

	private static ArchCondition<JavaMethod> nameNothingBelow() {
		return new ArchCondition<>("name no type of a package below") {

			@Override
			public void check(JavaMethod method, ConditionEvents events) {
				method.getAllInvolvedRawTypes()
					.stream()
					.filter((type) -> type.getPackageName().startsWith(ROOT + "."))
					.forEach((type) -> events
						.add(SimpleConditionEvent.violated(method, method.getFullName() + " names " + type.getName())));
			}

		};
	}

	/** The packages of this module, and the parts of the store's root. */
	private static final class Packages implements SliceAssignment {

		@Override
		public SliceIdentifier getIdentifierOf(JavaClass type) {
			if (type.getPackageName().equals(ROOT)) {
				return SliceIdentifier.of(ROOT, part(type));
			}
			// The engine's own tests keep the engine's packages apart.
			return type.getPackageName().startsWith("io.github.hnswspring.index") ? SliceIdentifier.ignore()
					: SliceIdentifier.of(type.getPackageName(), "");
		}

		@Override
		public String getDescription() {
			return "packages";
		}

	}

}
