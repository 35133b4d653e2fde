package io.github.hnswspring.vectorstore.storage;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** How an index or a table is compared with the rows without sorting either. */
class EntrySumTests {

	@Test
	void theOrderOfEntriesDoesNotMatter() {
		EntrySum one = new EntrySum();
		one.add(1, "a");
		one.add(2, "b");
		EntrySum other = new EntrySum();
		other.add(2, "b");
		other.add(1, "a");
		assertThat(one.isSameAs(other)).isTrue();
	}

	@Test
	void aMissingADoubleAndAChangedEntryAreSeen() {
		EntrySum sum = sum(1, "a");
		assertThat(sum.isSameAs(new EntrySum())).isFalse();
		EntrySum twice = sum(1, "a");
		twice.add(1, "a");
		assertThat(sum.isSameAs(twice)).isFalse();
		assertThat(sum.isSameAs(sum(2, "a"))).isFalse();
		assertThat(sum.isSameAs(sum(1, "b"))).isFalse();
	}

	@Test
	void fieldsThatChangePlacesAreSeen() {
		assertThat(sum(1, "a", "b").isSameAs(sum(1, "b", "a"))).isFalse();
	}

	/** As SQLite's indexes take them for equal. */
	@Test
	void anIntegerAndTheRealOfTheSameValueAreOne() {
		assertThat(sum(1, 3L).isSameAs(sum(1, 3.0))).isTrue();
		assertThat(sum(1, 3L).isSameAs(sum(1, 3.5))).isFalse();
		assertThat(EntrySum.canonical(0x1p62)).isEqualTo(1L << 62);
		assertThat(EntrySum.canonical(0x1p63)).isEqualTo(0x1p63);
	}

	@Test
	void aTextIsNotItsBytes() {
		assertThat(sum(1, "a").isSameAs(sum(1, new byte[] { 'a' }))).isFalse();
	}

	private static EntrySum sum(long key, Object... fields) {
		EntrySum sum = new EntrySum();
		sum.add(key, fields);
		return sum;
	}

}
