package io.github.hnswspring.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.github.hnswspring.benchmarks.replica.Comparison;
import io.github.hnswspring.benchmarks.replica.Figure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link ReplicasReport} and the options of {@link ReplicasCommand}.
 */
class ReplicasReportTests {

	@TempDir
	private Path out;

	@Test
	void everyRatioStandsBesideBothRecalls() throws IOException {
		ReplicasReport report = new ReplicasReport(this.out, "replicas");
		report.add(new Comparison("text", "search, filter of 2 %", 2, "queries/s", 5_000, 0.991,
				"PgVectorStore, ef_search 100", 250, 0.985, 20, 18.4, 21.2));
		report.add(new Figure("text", "lag, median", 56.04, "ms"));
		report.remark("Left out: own");
		String text = report.write();
		assertThat(text)
			.contains("| text     | search, filter of 2 % | 2       | 5,000 queries/s | 0.991  | "
					+ "PgVectorStore, ef_search 100 | 250 queries/s | 0.985  | 20x (18 to 21) |")
			.contains("| text     | lag, median | 56.0 ms |")
			.contains("Left out: own")
			.contains("- command: `replicas`")
			.contains("- processor: ");
		assertThat(this.out.resolve("replicas.md")).hasContent(text);
		assertThat(this.out.resolve("replicas-compared.csv")).content().startsWith("dataset,what,threads,unit,ours");
		assertThat(this.out.resolve("replicas-figures.csv")).content().startsWith("dataset,what,value,unit");
	}

	@Test
	void aReportHasNoPassword() {
		assertThat(ReplicasCommand
			.withoutPassword("replicas --url jdbc:postgresql://host/vectors?user=me&password=secret --documents 2000"))
			.isEqualTo("replicas --url jdbc:postgresql://host/vectors?... --documents 2000");
	}

	@Test
	void whatIsNotUnderstoodIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> command("--url", "127.0.0.1:5432"))
			.withMessageContaining("--url must be the address of a PostgreSQL server");
		assertThatIllegalArgumentException().isThrownBy(() -> command("--parts", "attached,grid"))
			.withMessageContaining("--parts must be some of")
			.withMessageContaining("grid");
		assertThatIllegalArgumentException().isThrownBy(() -> command("--urls", "none"))
			.withMessage("Unknown option --urls; see 'help'");
	}

	private ReplicasCommand command(String... further) {
		List<String> arguments = new ArrayList<>(List.of("--work", this.out.resolve("work").toString(), "--out",
				this.out.resolve("results").toString()));
		arguments.addAll(List.of(further));
		return new ReplicasCommand(new Options(arguments));
	}

}
