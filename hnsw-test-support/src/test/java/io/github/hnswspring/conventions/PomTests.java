package io.github.hnswspring.conventions;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;

import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What poms say twice, or pages say of poms, agrees. The bill of materials has no parent,
 * since a project that imports it would get everything the parent manages as well; so it
 * repeats a few things.
 */
class PomTests {

	private static final Path ROOT_POM = Path.of("pom.xml");

	private static final Path BOM = Path.of("hnsw-spring-bom/pom.xml");

	private final XPath xpath = XPathFactory.newInstance().newXPath();

	@Test
	void theBillOfMaterialsListsWhatIsPublished() throws Exception {
		List<String> published = new ArrayList<>();
		for (String module : texts(ROOT_POM, "/project/modules/module")) {
			Path pom = Path.of(module, "pom.xml");
			boolean jar = !"pom".equals(text(pom, "/project/packaging"));
			if (jar && !"true".equals(text(pom, "/project/properties/maven.deploy.skip"))) {
				published.add(text(pom, "/project/artifactId"));
			}
		}
		assertThat(published).contains("hnsw-core", "hnsw-spring-boot-starter");
		String managed = "/project/dependencyManagement/dependencies/dependency/";
		assertThat(texts(BOM, managed + "artifactId")).containsExactlyInAnyOrderElementsOf(published);
		assertThat(texts(BOM, managed + "groupId")).containsOnly(text(ROOT_POM, "/project/groupId"));
		assertThat(texts(BOM, managed + "version")).containsOnly("${project.version}");
	}

	@Test
	void whatProfilesBuildIsNotPublished() throws Exception {
		for (String module : texts(ROOT_POM, "/project/profiles/profile/modules/module")) {
			assertThat(text(Path.of(module, "pom.xml"), "/project/properties/maven.deploy.skip")).as(module)
				.isEqualTo("true");
		}
	}

	@Test
	void theBillOfMaterialsSaysWhatTheParentSays() throws Exception {
		assertThat(said(BOM)).isEqualTo(said(ROOT_POM));
	}

	@Test
	void pagesNameTheVersionsThatAreTested() throws Exception {
		assertThat(Repository.read(Path.of("README.md")))
			.contains("<version>" + text(ROOT_POM, "/project/version") + "</version>");
		assertThat(Repository.read(Path.of("docs/ingestion.md")))
			.contains("<version>" + text(ROOT_POM, "/project/version") + "</version>")
			.contains("one version, " + text(ROOT_POM, "/project/properties/tika.version") + ",")
			.contains("<version>" + text(ROOT_POM, "/project/properties/tika.version") + "</version>");
		String former = "/project/profiles/profile[id='former-versions']";
		for (String project : List.of("/project", former)) {
			String boot = text(ROOT_POM, project + "/properties/spring-boot.version");
			String ai = text(ROOT_POM, project + "/properties/spring-ai.version");
			assertThat(Repository.read(Path.of("docs/compatibility.md")))
				.contains("| Spring Boot " + boot + ", Spring AI " + ai + " |");
			assertThat(Repository.read(Path.of("README.md"))).contains(boot, ai);
		}
	}

	/** What both poms say; versions of plugins are properties in one of them. */
	private Map<String, String> said(Path pom) throws Exception {
		Map<String, String> said = new TreeMap<>();
		for (String name : List.of("groupId", "version", "url", "licenses", "developers", "scm")) {
			String text = text(pom, "/project/" + name);
			assertThat(text).as("%s in %s", name, pom).isNotEmpty();
			said.put(name, text);
		}
		for (String plugin : texts(BOM, "/project/build/pluginManagement/plugins/plugin/artifactId")) {
			String version = text(pom,
					"/project/build/pluginManagement/plugins/plugin[artifactId='" + plugin + "']/version");
			said.put(plugin,
					version.startsWith("${") ? text(pom, "/project/properties/" + plugin + ".version") : version);
		}
		return said;
	}

	private String text(Path pom, String path) throws Exception {
		return this.xpath.evaluate("normalize-space(" + path + ")", parse(pom));
	}

	private List<String> texts(Path pom, String path) throws Exception {
		NodeList nodes = (NodeList) this.xpath.evaluate(path, parse(pom), XPathConstants.NODESET);
		List<String> texts = new ArrayList<>();
		for (int i = 0; i < nodes.getLength(); i++) {
			texts.add(nodes.item(i).getTextContent().trim());
		}
		return texts;
	}

	// Names have no prefix this way.
	private static Document parse(Path pom) throws Exception {
		DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
		factory.setNamespaceAware(false);
		return factory.newDocumentBuilder().parse(Repository.ROOT.resolve(pom).toFile());
	}

}
