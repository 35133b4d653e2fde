package io.github.hnswspring.example;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/**
 * What a person sends is never taken for the name of something: there is nothing here
 * that could look it up.
 */
@AnalyzeClasses(packagesOf = RagApplication.class, importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	@ArchTest
	static final ArchRule nothingLoadsResourcesExpressionsOrAddresses = noClasses().should()
		.dependOnClassesThat()
		.resideInAnyPackage("org.springframework.core.io..", "org.springframework.expression..", "javax.naming..",
				"javax.script..", "java.lang.reflect..")
		.orShould()
		.dependOnClassesThat()
		.haveNameMatching("java\\.net\\.(URL|URLConnection|Socket|.*ClassLoader|http\\.HttpClient)"
				+ "|org\\.springframework\\.web\\..*(RestClient|RestTemplate|WebClient)|java\\.lang\\.ProcessBuilder");

	/** But for the one that shows files; it gets them for a document's id. */
	@ArchTest
	static final ArchRule whatTakesRequestsAndAnswersThemKnowsNoFiles = noClasses().that()
		.resideInAnyPackage("..example.web..", "..example.answer..")
		.and()
		.doNotHaveSimpleName("DocumentController")
		.should()
		.dependOnClassesThat()
		.haveNameMatching("java\\.nio\\.file\\..*|java\\.io\\.(File|File.*Stream|RandomAccessFile)");

	/** As any application should; what else is public there may change at any time. */
	@ArchTest
	static final ArchRule ofTheStoreOnlyItsApiIsUsed = noClasses().should()
		.dependOnClassesThat()
		.resideInAPackage("io.github.hnswspring.vectorstore.*..");

}
