package io.github.hnswspring.console;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.hnswspring.vectorstore.HitMetadata;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.SearchProfile;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.Filter;

/**
 * The third screen: a search as it is answered, and beside it the same one with every
 * vector compared.
 *
 * @param mode by what documents were found
 * @param fellBack whether words alone answered although more was asked for
 * @param documents in the store
 * @param matches how many of them pass the filter
 * @param plan what was done and why, in sentences
 * @param parts of the search, with their times
 * @param hits that were found
 * @param exact what comparing everything finds; {@code null} if no vectors are compared
 */
record SearchData(SearchMode mode, boolean fellBack, long documents, long matches, List<String> plan, List<Part> parts,
		List<Hit> hits, @Nullable Exact exact) {

	/** Most results of a search here. */
	static final int MOST = 300;

	private static final int LINE = 320;

	static SearchData of(HnswVectorStore store, Parameters parameters) {
		HnswSearchRequest request = request(parameters);
		SearchProfile profile = store.profile(request);
		boolean fellBack = request.getMode() != null && request.getMode() != profile.mode();
		float[] vector = profile.vector();
		SearchProfile truth = (vector != null && profile.mode() != SearchMode.TEXT)
				? store.profile(request.withVector(vector).withMode(profile.mode()).withExactSearch()) : null;
		Set<String> found = ids(profile.documents());
		Set<String> nearest = (truth != null) ? ids(truth.documents()) : found;
		return new SearchData(profile.mode(), fellBack, store.count(), profile.matches(), PlanWords.of(profile),
				parts(profile), hits(profile.documents(), nearest),
				(truth != null) ? new Exact(millis(truth), hits(truth.documents(), found)) : null);
	}

	/** A request as the screens describe it. */
	static HnswSearchRequest request(Parameters parameters) {
		return request(parameters, null);
	}

	/**
	 * A request as the screens describe it.
	 * @param instead of a question, if its vector is given otherwise
	 */
	static HnswSearchRequest request(Parameters parameters, @Nullable String instead) {
		SearchRequest.Builder builder = SearchRequest.builder()
			.query((instead != null) ? instead : parameters.required("query", Parameters.QUERY))
			.topK(parameters.number("topK", 1, MOST, 10))
			.similarityThreshold(parameters.share("threshold"));
		HnswSearchRequest request = HnswSearchRequest.of(builder.build());
		Filter.Expression filter = DocumentData.filter(parameters);
		if (filter != null) {
			request = request.withFilterExpression(filter);
		}
		SearchMode mode = parameters.choice("mode", SearchMode.class);
		if (mode != null) {
			request = request.withMode(mode);
		}
		int efSearch = parameters.number("efSearch", 0, 10_000, 0);
		return (efSearch > 0) ? request.withEfSearch(efSearch) : request;
	}

	private static Set<String> ids(List<Document> documents) {
		Set<String> ids = new HashSet<>();
		documents.forEach((document) -> ids.add(document.getId()));
		return ids;
	}

	private static List<Hit> hits(List<Document> documents, Set<String> others) {
		return documents.stream().map((document) -> Hit.of(document, others.contains(document.getId()))).toList();
	}

	private static List<Part> parts(SearchProfile profile) {
		return profile.parts()
			.stream()
			.map((part) -> new Part(part.kind().name(), part.duration().toNanos() / 1e6))
			.toList();
	}

	private static double millis(SearchProfile profile) {
		return profile.parts()
			.stream()
			.filter((part) -> part.kind() == SearchProfile.Kind.SEARCH)
			.mapToDouble((part) -> part.duration().toNanos() / 1e6)
			.sum();
	}

	/**
	 * A part of the search.
	 *
	 * @param kind what was done
	 * @param millis it took
	 */
	record Part(String kind, double millis) {

	}

	/**
	 * The other side.
	 *
	 * @param millis it took, without the embedding
	 * @param hits that were found
	 */
	record Exact(double millis, List<Hit> hits) {

	}

	/**
	 * A hit.
	 *
	 * @param id of the document
	 * @param name by which people know it, {@code null} if its metadata have none
	 * @param text its beginning
	 * @param metadata for people, without what the search added
	 * @param technical metadata for programs
	 * @param score larger is better
	 * @param denseScore exact similarity, where another score is shown
	 * @param denseRank by meaning, 0 if there is none
	 * @param textScore BM25
	 * @param textRank by words, 0 if there is none
	 * @param onBothSides whether the other list has it too
	 */
	record Hit(String id, @Nullable String name, String text, Map<String, String> metadata,
			Map<String, String> technical, @Nullable Double score, @Nullable Double denseScore, int denseRank,
			@Nullable Double textScore, int textRank, boolean onBothSides) {

		static Hit of(Document document, boolean onBothSides) {
			Map<String, Object> metadata = new java.util.LinkedHashMap<>(document.getMetadata());
			Double denseScore = Texts.number(metadata.get(HitMetadata.DENSE_SCORE));
			Double textScore = Texts.number(metadata.get(HitMetadata.TEXT_SCORE));
			int denseRank = rank(metadata.get(HitMetadata.DENSE_RANK));
			int textRank = rank(metadata.get(HitMetadata.TEXT_RANK));
			HitMetadata.KEYS.forEach(metadata::remove);
			metadata.remove("distance");
			return new Hit(document.getId(), Names.of(document), Texts.text(document, LINE),
					Texts.metadata(Names.forPeople(metadata)), Texts.metadata(Names.technical(metadata)),
					Texts.number(document.getScore()), denseScore, denseRank, textScore, textRank, onBothSides);
		}

		private static int rank(@Nullable Object value) {
			return (value instanceof Number number) ? number.intValue() : 0;
		}

	}

}
