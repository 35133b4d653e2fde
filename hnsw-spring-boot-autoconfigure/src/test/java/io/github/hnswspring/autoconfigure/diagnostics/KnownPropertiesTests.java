package io.github.hnswspring.autoconfigure.diagnostics;

import java.net.URL;
import java.net.URLClassLoader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Which names are one name, and which one is near. */
class KnownPropertiesTests {

	private final KnownProperties known = KnownProperties.load(KnownPropertiesTests.class.getClassLoader());

	@ParameterizedTest
	@ValueSource(strings = { "hnsw.ef-search", "hnsw.efSearch", "hnsw.ef_search", "HNSW.EF-SEARCH" })
	void aNameIsKnownInEveryFormThatSpringBinds(String name) {
		assertThat(KnownProperties.uniform(name)).isEqualTo("hnsw.efsearch");
		assertThat(this.known.contains(name)).isTrue();
	}

	@Test
	void whatComesInBracketsIsNoPartOfTheName() {
		assertThat(KnownProperties.uniform("hnsw.list[0].name")).isEqualTo("hnsw.list.name");
		assertThat(KnownProperties.uniform("hnsw.map[any.key]")).isEqualTo("hnsw.map");
		assertThat(KnownProperties.uniform("hnsw.open[0")).isEqualTo("hnsw.open");
	}

	@Test
	void aVariableDoesNotShowWhereAPartEnds() {
		assertThat(KnownProperties.flat("HNSW_SNAPSHOT_CHANGES"))
			.isEqualTo(KnownProperties.flat("hnsw.snapshot.changes"));
		assertThat(this.known.containsVariable("HNSW_SNAPSHOT_CHANGES")).isTrue();
		assertThat(this.known.containsVariable("HNSW_SNAPSHOTCHANGES")).isTrue();
		assertThat(this.known.containsVariable("HNSW_SNAPSHOT")).as("a group").isFalse();
	}

	@Test
	void aGroupMayBeWrittenDownAndNothingElseBelowAProperty() {
		assertThat(this.known.contains("hnsw.snapshot")).isTrue();
		assertThat(this.known.contains("hnsw.m.more")).isFalse();
		assertThat(this.known.contains("hnsw")).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "kitten, sitting, 3", "'', abc, 3", "abc, '', 3", "same, same, 0", "ab, ba, 2", "m, 'm', 0" })
	void editsAreLettersInsertedLeftOutOrExchanged(String a, String b, int edits) {
		assertThat(KnownProperties.edits(a, b)).isEqualTo(edits);
		assertThat(KnownProperties.edits(b, a)).isEqualTo(edits);
	}

	@Test
	void aSlipOfTheHandIsNearAndSomethingElseIsNot() {
		KnownProperties.Nearest slip = this.known.nearest("hnsw.ef-serach");
		assertThat(slip).isNotNull();
		assertThat(slip.name()).isEqualTo("hnsw.ef-search");
		assertThat(slip.isSlip()).isTrue();
		KnownProperties.Nearest other = this.known.nearest("hnsw.completely-different-things");
		assertThat(other).isNotNull();
		assertThat(other.isNear()).isFalse();
		assertThat(other.isSlip()).isFalse();
	}

	@Test
	void aNameCutShortIsNearHoweverLongTheMissingPartIs() {
		KnownProperties.Nearest nearest = this.known.nearest("hnsw.changes");
		assertThat(nearest).isNotNull();
		assertThat(nearest.name()).isEqualTo("hnsw.snapshot.changes");
		assertThat(nearest.isNear()).isTrue();
		assertThat(nearest.isSlip()).isFalse();
	}

	@Test
	void ofEqualDistancesTheFewerEditsAndThenTheAlphabetDecide() {
		KnownProperties.Nearest first = new KnownProperties.Nearest("hnsw.a", 1, 1);
		assertThat(first).isLessThan(new KnownProperties.Nearest("hnsw.a", 2, 0))
			.isLessThan(new KnownProperties.Nearest("hnsw.a", 1, 2))
			.isLessThan(new KnownProperties.Nearest("hnsw.b", 1, 1));
	}

	@Test
	void withoutOurMetadataNothingIsKnown() throws Exception {
		try (URLClassLoader empty = new URLClassLoader(new URL[0], null)) {
			KnownProperties none = KnownProperties.load(empty);
			assertThat(none.isComplete()).isFalse();
			assertThat(none.nearest("hnsw.m")).isNull();
		}
		assertThat(this.known.isComplete()).isTrue();
	}

}
