package io.github.hnswspring.index.graph;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SlotsTests {

	private final Slots slots = new Slots();

	/** No memory for a chunk of codes, no room for a map: the slot must not be lost. */
	@Test
	void aSlotThatCouldNotBePreparedIsGivenOutAgain() {
		add(1);
		add(2);
		this.slots.remove(1);
		this.slots.free(new int[] { 0 });
		for (int i = 0; i < 3; i++) {
			assertThatThrownBy(() -> this.slots.allocate(3, Scratch.IDLE, (slot) -> {
				throw new IllegalStateException("no room for slot " + slot);
			})).hasMessage("no room for slot 0");
		}
		assertThat(this.slots.free()).isEqualTo(1);
		assertThat(add(3)).isZero();
		assertThat(this.slots.free()).isZero();
		assertThat(add(4)).isEqualTo(2);
	}

	private int add(long id) {
		int slot = this.slots.allocate(id, Scratch.IDLE, (prepared) -> {
		});
		this.slots.commit(slot, Scratch.IDLE);
		return slot;
	}

}
