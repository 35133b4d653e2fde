package io.github.hnswspring.index.graph;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

import io.github.hnswspring.fixtures.Concurrently;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SlotsTests {

	private static final LongSupplier NOBODY = () -> Scratch.IDLE;

	private final Slots slots = new Slots((slot) -> slot, (a, b) -> false);

	/** No memory for a chunk of codes, no room for a map: the slot must not be lost. */
	@Test
	void aSlotThatCouldNotBePreparedIsGivenOutAgain() {
		add(1);
		add(2);
		this.slots.remove(1);
		this.slots.free(new int[] { 0 });
		for (int i = 0; i < 3; i++) {
			assertThatThrownBy(() -> this.slots.allocate(3, NOBODY, (slot) -> {
				throw new IllegalStateException("no room for slot " + slot);
			})).hasMessage("no room for slot 0");
		}
		assertThat(this.slots.free()).isEqualTo(1);
		assertThat(add(3)).isZero();
		assertThat(this.slots.free()).isZero();
		assertThat(add(4)).isEqualTo(2);
	}

	/**
	 * Asked for earlier, the oldest operation may have ended and another one begun, which
	 * would see a replaced vector and the one in its place.
	 */
	@Test
	void noTimePassesBetweenAskingForTheOldestOperationAndBelievingIt() {
		add(1);
		add(1);
		int slot = this.slots.allocate(1, NOBODY, (prepared) -> {
		});
		long before = this.slots.now();
		CompletableFuture<?>[] other = new CompletableFuture<?>[1];
		this.slots.commit(slot, () -> {
			other[0] = Concurrently.run(() -> add(1));
			assertThatThrownBy(() -> other[0].get(100, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
			assertThat(this.slots.now()).isEqualTo(before);
			return Scratch.IDLE;
		});
		other[0].join();
		assertThat(this.slots.now()).isEqualTo(before + 2);
	}

	private int add(long id) {
		int slot = this.slots.allocate(id, NOBODY, (prepared) -> {
		});
		this.slots.commit(slot, NOBODY);
		return slot;
	}

}
