package io.github.hnswspring.index.graph;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The incoming-link invariant: the last link from an older node is not dropped. */
class SupportsTests {

	private static final int OLD = 0;

	private static final int MIDDLE = 1;

	private static final int YOUNG = 2;

	private final Supports supports = new Supports();

	@BeforeEach
	void threeNodesOneAfterTheOther() {
		for (int slot : new int[] { OLD, MIDDLE, YOUNG }) {
			this.supports.ensureSlot(slot);
			this.supports.born(slot);
		}
	}

	@Test
	void onlyLinksFromOlderNodesSupport() {
		this.supports.linked(YOUNG, OLD, 0);
		assertThat(this.supports.isSupported(OLD)).isFalse();
		this.supports.linked(OLD, YOUNG, 0);
		assertThat(this.supports.isSupported(YOUNG)).isTrue();
	}

	@Test
	void upperLayersDoNotCount() {
		this.supports.linked(OLD, YOUNG, 1);
		assertThat(this.supports.isSupported(YOUNG)).isFalse();
		assertThat(this.supports.release(OLD, YOUNG, 1)).isTrue();
	}

	@Test
	void theLastSupportIsNotReleased() {
		this.supports.linked(OLD, YOUNG, 0);
		assertThat(this.supports.release(OLD, YOUNG, 0)).isFalse();
		this.supports.linked(MIDDLE, YOUNG, 0);
		assertThat(this.supports.release(OLD, YOUNG, 0)).isTrue();
		assertThat(this.supports.release(MIDDLE, YOUNG, 0)).isFalse();
	}

	/** What is asked before a release is what the release then says. */
	@Test
	void aLinkCanGoIfThereIsAnotherSupportOrItIsNone() {
		this.supports.linked(OLD, YOUNG, 0);
		assertThat(this.supports.isReleasable(OLD, YOUNG)).isFalse();
		this.supports.linked(MIDDLE, YOUNG, 0);
		assertThat(this.supports.isReleasable(OLD, YOUNG)).isTrue();
		assertThat(this.supports.isReleasable(YOUNG, OLD)).isTrue();
	}

	@Test
	void whoGoesAwayTellsWhetherSupportIsLost() {
		this.supports.linked(OLD, YOUNG, 0);
		this.supports.linked(MIDDLE, YOUNG, 0);
		assertThat(this.supports.withdraw(OLD, YOUNG)).isFalse();
		assertThat(this.supports.withdraw(MIDDLE, YOUNG)).isTrue();
		assertThat(this.supports.withdraw(YOUNG, OLD)).as("it never supported it").isFalse();
	}

}
