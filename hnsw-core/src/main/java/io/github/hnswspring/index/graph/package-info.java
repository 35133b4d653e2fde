/**
 * The graph: layers, insertion, search, removal, and the choice between ways to an
 * answer. Nothing here is API; {@code HnswIndex} and its builder hand everything on.
 * <p>
 * <strong>To read it</strong>, begin with {@code GraphIndex}, which is what users call,
 * {@code GraphWriter}, which has the locks and what each change does in order, and
 * {@code Graph}, which has the parts. Searches: {@code QueryPlanner} with {@code Plan}
 * chooses, {@code PlannedWalk} and {@code GraphSearcher} walk, {@code Reranker} turns
 * candidates into results, {@code BoundedScan} and {@code ExactSearch} compare
 * everything, {@code Results} decides what counts. Writes: {@code GraphBuilder} links, by
 * {@code LinkWriter}, {@code NeighborSelector} chooses neighbours, {@code Supports} keeps
 * every node reachable, {@code GraphRepair} takes dead nodes out, {@code FreeSlots} says
 * when a slot may be used again, {@code Renumbering} gives the memory of free slots back.
 * What the index learns about its data: {@code Quantizer} with {@code CodeCheck},
 * {@code Calibration} with {@code Prober}, {@code Experience}. What a search did and how
 * a vector is linked: {@code TraceRecorder} with {@code TracedSearcher},
 * {@code VectorInspector}; what the graph around a walk looks like: {@code GraphViewer};
 * how a vector would be linked: {@code InsertionViewer}, which lets {@code GraphBuilder}
 * work on {@code RehearsedLinks}. Files: {@code GraphSaver}, {@code GraphSnapshot}, and
 * its header and reader.
 * <p>
 * <strong>Words.</strong>
 * <dl>
 * <dt>slot</dt>
 * <dd>the small dense number of the place a vector lives in; only {@code Slots} and
 * {@code IdMap} know ids. A slot is uncommitted, alive, dead (removed, but still linked)
 * or free.</dd>
 * <dt>node</dt>
 * <dd>a slot that is linked in the graph: one for all slots whose vectors are equal, its
 * <em>followers</em>, which it leads.</dd>
 * <dt>rank</dt>
 * <dd>a node's age, smaller is older.</dd>
 * <dt>support</dt>
 * <dd>how many links lead to a node from older ones on the lowest layer. The last of them
 * is never dropped: by this incoming-link invariant every node can be reached.</dd>
 * <dt>victim</dt>
 * <dd>a dead slot that the present sweep takes out of the graph.</dd>
 * <dt>sweep</dt>
 * <dd>taking victims out of the links of all others, in small steps by the writers, so
 * that their slots can be freed.</dd>
 * <dt>settle</dt>
 * <dd>forgetting when a slot came to life, once no running search is older than that.
 * Searches see what was alive when they began: visibility as in multi-version concurrency
 * control (MVCC). For the same reason slots are used again only after every operation
 * that began before they were freed has ended: epoch-based reclamation.</dd>
 * <dt>list</dt>
 * <dd>the candidates a walk keeps, ef in the paper.</dd>
 * <dt>distance</dt>
 * <dd>smaller is nearer, everywhere in the engine. What walks and scans compare is the
 * <em>reduced</em> distance (squared under Euclidean, else the distance itself) or, by
 * code, an estimate of it; results carry the distance itself.</dd>
 * </dl>
 */
@NullMarked
package io.github.hnswspring.index.graph;

import org.jspecify.annotations.NullMarked;
