package io.github.hnswspring.benchmarks;

/**
 * A line of {@code families.csv}.
 *
 * @param family kind of data
 * @param metric how distances are measured
 * @param dimensions components of a vector
 * @param vectors how many are indexed
 * @param engine what is measured, with its configuration
 * @param setting how the size of the candidate list came about
 * @param group only engines of one group took turns
 * @param k results asked for
 * @param ef size of the candidate list, 0 where the engine chose it
 * @param recall share of true neighbours found
 * @param bestQps queries per second, best pass
 * @param medianQps queries per second, median pass
 * @param p50Micros median latency
 * @param p99Micros latency 99 % of the queries stay below
 * @param buildSeconds time to build
 * @param bytesPerVector heap and everything else
 */
record FamilyRow(String family, String metric, int dimensions, int vectors, String engine, String setting, int group,
		int k, int ef, double recall, double bestQps, double medianQps, double p50Micros, double p99Micros,
		double buildSeconds, double bytesPerVector) {

	/** What a column of the report shows. */
	String column() {
		return this.engine + (this.setting.isEmpty() ? "" : ", " + this.setting);
	}

	/** What a block of the report shows. */
	String block() {
		return this.metric + ", " + this.dimensions + " dimensions, " + this.vectors + " vectors";
	}

	String where() {
		return this.family + ", " + this.metric + ", " + this.dimensions + "-d"
				+ ((this.k == 10) ? "" : ", k = " + this.k);
	}

	boolean sameData(FamilyRow other) {
		return this.family.equals(other.family) && block().equals(other.block()) && this.k == other.k;
	}

}
