package io.github.hnswspring.index;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32C;

import io.github.hnswspring.fixtures.Walks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** An index file that an earlier version wrote is read with everything in it. */
@Walks
class GoldenIndexTests {

	@TempDir
	Path directory;

	@ParameterizedTest
	@EnumSource
	void everyVectorComesBackBitByBitAndIsFound(GoldenIndex golden) {
		float[][] vectors = golden.vectors();
		try (HnswIndex index = golden.load(this.directory)) {
			assertThat(index.dimensions()).isEqualTo(golden.dimensions);
			assertThat(index.metric()).isEqualTo(golden.metric);
			assertThat(index.m()).isEqualTo(GoldenIndex.M);
			assertThat(index.efConstruction()).isEqualTo(GoldenIndex.EF_CONSTRUCTION);
			assertThat(index.quantization()).isEqualTo(golden.quantization);
			assertThat(index.statistics().quantization()).as("has its codes").isEqualTo(golden.quantizationInUse());
			assertThat(index.audit().isSound()).isTrue();
			int live = 0;
			for (int id = 0; id < vectors.length; id++) {
				assertThat(index.contains(id)).isEqualTo(!golden.isRemoved(id));
				if (!golden.isRemoved(id)) {
					live++;
					assertThat(Arrays.equals(index.vector(id).orElseThrow(), vectors[id])).as("id " + id).isTrue();
					Neighbor nearest = index.search(vectors[id], 1).get(0);
					assertThat(vectors[(int) nearest.id()]).isEqualTo(vectors[id]);
					assertThat(nearest.id()).isLessThanOrEqualTo(id);
				}
			}
			assertThat(index.size()).isEqualTo(live);
		}
	}

	@ParameterizedTest
	@EnumSource
	void theGraphAnswersAsWellAsOneBuiltToday(GoldenIndex golden) {
		float[][] queries = golden.queries();
		int found = 0;
		try (HnswIndex index = golden.load(this.directory)) {
			for (float[] query : queries) {
				var exact = index.search(VectorQuery.of(query).k(10).exact()).stream().map(Neighbor::id).toList();
				found += (int) index.search(query, 10).stream().map(Neighbor::id).filter(exact::contains).count();
			}
			index.add(5_000, queries[0]);
			assertThat(index.search(queries[0], 1).get(0).id()).isEqualTo(5_000);
		}
		assertThat(found).as("of 1000").isGreaterThanOrEqualTo(950);
	}

	@ParameterizedTest
	@EnumSource
	void whatWasReadIsWrittenInThePresentVersion(GoldenIndex golden) throws IOException {
		float[][] vectors = golden.vectors();
		Path file = this.directory.resolve("again.hnsw");
		try (HnswIndex index = golden.load(this.directory)) {
			index.add(7_000, vectors[1]);
			index.save(file);
		}
		assertThat(ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN).getInt(16)).isEqualTo(3);
		try (HnswIndex index = HnswIndex.load(file)) {
			assertThat(index.efSearch()).as("what version 1 wrote where nothing was set").isZero();
			assertThat(index.search(vectors[1], 2)).extracting(Neighbor::id).containsExactly(1L, 7_000L);
			assertThat(index.audit().isSound()).isTrue();
		}
	}

	@Test
	void copiesOfVersion2AreOneNode() {
		try (HnswIndex index = GoldenIndex.PLAIN_2.load(this.directory)) {
			float[][] vectors = GoldenIndex.PLAIN_2.vectors();
			assertThat(index.search(vectors[5], 2)).extracting(Neighbor::id).containsExactly(4L, 5L);
			assertThat(index.statistics().nodesPerLayer()[0]).isLessThan(index.size());
		}
	}

	@Test
	void copiesOfVersion1BecomeOneNode() {
		float[][] vectors = GoldenIndex.COPIES.vectors();
		try (HnswIndex index = GoldenIndex.COPIES.load(this.directory)) {
			assertThat(index.statistics().nodesPerLayer()[0]).isEqualTo(index.size());
			int pairs = 0;
			for (int id = GoldenIndex.COPIED; id < vectors.length; id += GoldenIndex.COPIED) {
				pairs += (index.contains(id) && index.contains(id - 1)) ? 1 : 0;
			}
			assertThat(index.repair()).isEqualTo(pairs);
			assertThat(index.statistics().nodesPerLayer()[0]).isEqualTo(index.size() - pairs);
			assertThat(index.audit().equalGroups()).isEqualTo(pairs);
			assertThat(index.audit().isSound()).isTrue();
			assertThat(index.search(vectors[5], 2)).extracting(Neighbor::id).containsExactly(4L, 5L);
			assertThat(index.repair()).isZero();
		}
	}

	@Test
	void aLaterVersionIsRefused() throws IOException {
		byte[] content = Files.readAllBytes(GoldenIndex.SIGNS_3.file());
		ByteBuffer buffer = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
		int length = buffer.getInt(0);
		// After the length, the checksum and the magic number.
		assertThat(buffer.getInt(16)).isEqualTo(3);
		buffer.putInt(16, 4);
		CRC32C checksum = new CRC32C();
		checksum.update(content, 0, Integer.BYTES);
		checksum.update(content, 8, length);
		buffer.putInt(4, (int) checksum.getValue());
		Path later = Files.write(this.directory.resolve("later.hnsw"), content);
		assertThatExceptionOfType(CorruptIndexException.class).isThrownBy(() -> HnswIndex.load(later))
			.withMessageContaining("later.hnsw")
			.withMessageContaining("version 4");
	}

}
