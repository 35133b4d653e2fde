package io.github.hnswspring.ingest;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/** What a document says is never taken for the name of something to look up. */
@AnalyzeClasses(packages = { "io.github.hnswspring.ingest", "io.github.hnswspring.answer" },
		importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	/** Only what starts the process that reads asks where its own jars are. */
	@ArchTest
	static final ArchRule NOTHING_OPENS_ADDRESSES_OR_LOADS_CLASSES = noClasses().that()
		.haveSimpleNameNotStartingWith("IsolatedReader")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("org.springframework.core.io..", "org.springframework.expression..", "javax.naming..",
				"javax.script..", "java.lang.reflect..", "java.net.http..")
		.orShould()
		.dependOnClassesThat()
		.haveNameMatching("java\\.net\\.(URL|URLConnection|.*Socket|.*ClassLoader)")
		.orShould()
		.callMethod(Class.class, "forName", String.class);

	@ArchTest
	static final ArchRule ONLY_THE_READER_STARTS_A_PROCESS = noClasses().that()
		.haveSimpleNameNotStartingWith("Isolated")
		.should()
		.dependOnClassesThat()
		.haveNameMatching("java\\.lang\\.(ProcessBuilder|Process|Runtime)(\\$.*)?");

	@ArchTest
	static final ArchRule READERS_KNOW_NOTHING_AROUND_THEM = noClasses().that()
		.resideInAPackage("..ingest.reading..")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("io.github.hnswspring.ingest", "io.github.hnswspring.ingest.autoconfigure..",
				"io.github.hnswspring.answer..", "io.github.hnswspring.vectorstore..", "org.springframework.ai..");

	@ArchTest
	static final ArchRule ANSWERS_KNOW_HOW_TEXT_LOOKS_AND_NOT_HOW_IT_IS_READ = noClasses().that()
		.resideInAPackage("io.github.hnswspring.answer..")
		.should()
		.dependOnClassesThat()
		.haveNameMatching("io\\.github\\.hnswspring\\.ingest\\.reading\\.(Isolated|Document|Unpacked|.*Reader).*");

	@ArchTest
	static final ArchRule INGESTION_KNOWS_NO_ANSWERS = noClasses().that()
		.resideInAPackage("io.github.hnswspring.ingest..")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("io.github.hnswspring.answer..");

	@ArchTest
	static final ArchRule OF_THE_STORE_ONLY_ITS_API_IS_USED = noClasses().should()
		.dependOnClassesThat()
		.resideInAPackage("io.github.hnswspring.vectorstore.*..");

}
