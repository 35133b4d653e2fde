package io.github.hnswspring.test;

import java.util.Arrays;
import java.util.List;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

import org.springframework.ai.document.Document;

import static org.assertj.core.api.Assertions.assertThat;

class NgramEmbeddingModelTests {

	private final NgramEmbeddingModel model = new NgramEmbeddingModel();

	@Test
	void textsWithTheSameWordsAreTheSame() {
		assertThat(similarity("backup", "Backup!")).isCloseTo(1, Offset.offset(1e-6));
		assertThat(similarity("the running database", "Database, the running")).isCloseTo(1, Offset.offset(1e-6));
	}

	@Test
	void sharedWordsAndPartsOfWordsAreLikeness() {
		assertThat(similarity("backup", "backups")).isBetween(.1, .9);
		assertThat(similarity("How do I make a backup?", "A backup of the store is made by one call"))
			.isGreaterThan(similarity("How do I make a backup?", "A train to Hamburg leaves at noon") + .15);
		assertThat(similarity("数据库备份", "数据库的备份")).isGreaterThan(similarity("数据库备份", "每天早上浇水"));
	}

	@Test
	void otherWordsAreNot() {
		assertThat(similarity("tomatoes want water", "locomotives burn coal")).isBetween(-.2, .2);
		assertThat(similarity("", "water")).isBetween(-.2, .2);
	}

	/** A store that was kept by a test finds what it holds with a later version. */
	@Test
	void vectorsStayWhatTheyAre() {
		float[] vector = this.model.embed("Vectors stay what they are.");
		assertThat(vector).hasSize(this.model.dimensions());
		assertThat(Arrays.hashCode(vector)).isEqualTo(1713420661);
		assertThat(this.model.embed(new Document("Vectors stay what they are."))).isEqualTo(vector);
		assertThat(this.model.embedForResponse(List.of("a")).getMetadata().getModel())
			.isEqualTo(NgramEmbeddingModel.NAME);
	}

	private double similarity(String a, String b) {
		float[] first = this.model.embed(a);
		float[] second = this.model.embed(b);
		double product = 0;
		for (int i = 0; i < first.length; i++) {
			product += first[i] * second[i];
		}
		return product;
	}

}
