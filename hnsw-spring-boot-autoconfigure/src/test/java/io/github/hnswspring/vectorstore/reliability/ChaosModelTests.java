package io.github.hnswspring.vectorstore.reliability;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@link ChaosModel} says of embeddings that are bought again.
 */
class ChaosModelTests {

	private static final String TEXT = ChaosDocuments.text(ChaosDocuments.PLAIN, "p-1", 7);

	private final ChaosModel model = new ChaosModel();

	@Test
	void whatAKillCutOffMayBeBoughtAgain() {
		stored();
		say("I|plain:8|false|p-1=" + state(8), "E|words-2|" + TEXT + "|call");
		this.model.newRound();
		// Stored is what the former model made of it.
		say("I|plain:9|true|p-1=" + state(9), "K|plain:9|0", "E|words-2|" + TEXT + "|migration");
		assertThat(this.model.violations()).isEmpty();
	}

	@Test
	void whatWasStoredMayNotBeBoughtAgain() {
		stored();
		say("I|plain:8|false|p-1=" + state(8), "E|words-2|" + TEXT + "|call", "K|plain:8|0");
		this.model.newRound();
		say("I|plain:9|true|p-1=" + state(9), "K|plain:9|0", "E|words-2|" + TEXT + "|migration");
		assertThat(this.model.violations()).singleElement().asString().contains("though it was stored");
	}

	@Test
	void whatASwitchCutOffMayBeBoughtAgain() {
		this.model.newRound();
		for (int i = 0; i < 2 * ChaosDocuments.BATCH; i++) {
			String text = ChaosDocuments.text(ChaosDocuments.PLAIN, "p-" + i, 7);
			say("I|plain:7|false|p-" + i + "=" + state(0), "E|words-1|" + text + "|call", "E|words-2|" + text + "|call",
					"K|plain:7|0", "E|words-1|" + text + "|migration");
		}
		assertThat(this.model.violations()).isEmpty();
	}

	@Test
	void whatACallStoredAfterASwitchMayNotBeBoughtAgain() {
		this.model.newRound();
		say("I|plain:7|false|p-1=" + state(0), "E|words-1|" + TEXT + "|call", "E|words-2|" + TEXT + "|call",
				"K|plain:7|0", "E|words-2|" + TEXT + "|migration");
		assertThat(this.model.violations()).singleElement().asString().contains("though it was stored");
	}

	@Test
	void anotherModelDoesNotExcuseWhatWasStored() {
		this.model.newRound();
		stored();
		say("I|plain:8|false|p-1=" + state(8), "E|words-2|" + TEXT + "|call", "K|plain:8|0",
				"E|words-1|" + TEXT + "|migration");
		assertThat(this.model.violations()).singleElement().asString().contains("of words-1 for a migration");
	}

	@Test
	void aBatchMayBeBoughtAgainEachTimeSomethingIsCutOff() {
		this.model.newRound();
		buy();
		buy();
		assertThat(this.model.violations()).isEmpty();
		say("X|");
		buy();
		assertThat(this.model.violations()).isEmpty();
		buy();
		assertThat(this.model.violations()).hasSize(ChaosDocuments.BATCH)
			.first()
			.asString()
			.contains("bought again for a migration after 2 times");
	}

	private void buy() {
		for (int i = 0; i < ChaosDocuments.BATCH; i++) {
			say("E|words-2|" + ChaosDocuments.text(ChaosDocuments.PLAIN, "p-" + i, 7) + "|migration");
		}
	}

	private void stored() {
		say("I|plain:7|false|p-1=" + state(0), "E|words-1|" + TEXT + "|call", "K|plain:7|0");
	}

	private static ChaosState state(int tag) {
		return ChaosState.of(7, tag);
	}

	private void say(String... lines) {
		for (String line : lines) {
			this.model.take(line);
		}
	}

}
