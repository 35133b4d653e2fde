// What a walk knows after each of its steps: a replay of the algorithm on what the server tells.

// Puts nodes into a sorted list of at most so many; returns the new list and how many of them stay in it.
function merge(candidates, nodes, seen, most) {
  const list = candidates.slice();
  const before = (a, b) => seen[a] < seen[b] || (seen[a] === seen[b] && a < b);
  for (const node of nodes) {
    if (list.length === most && !before(node, list[most - 1])) continue;
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (before(list[middle], node)) low = middle + 1;
      else high = middle;
    }
    list.splice(low, 0, node);
    if (list.length > most) list.pop();
  }
  const inside = new Set(list);
  return [list, nodes.filter((node) => inside.has(node)).length];
}

// One state for each step. Down to the layer above `listed` the walk goes to what is nearest, from there on it keeps a list.
// That a node was met, or stood at, is told by the number of the state since when that is so.
export function replay(graph, listed = 0) {
  const { steps, seen, list } = graph;
  // Where only candidates are kept that pass the filter, the others are walked through.
  const out = new Set(graph.filtered ? graph.filteredOut : []);
  const met = new Int32Array(graph.levels.length).fill(steps.length + 1);
  const stood = graph.nodesPerLayer.map(() => new Int32Array(graph.levels.length).fill(steps.length + 1));
  const top = steps.length ? steps[0].layer : 0;
  const states = [{ number: 0, step: null, layer: top, at: 0, met, stood: stood[top], candidates: [0], entered: 0, compared: 1 }];
  met[0] = 0;
  let candidates = [0];
  let best = 0;
  let compared = 1;
  let layer = -1;
  for (const step of steps) {
    const number = states.length;
    compared += step.met.length;
    for (const node of step.met) met[node] = Math.min(met[node], number);
    let entered = 0;
    if (step.layer > listed) {
      best = [step.node, ...step.met].reduce((a, b) => (seen[b] < seen[a] ? b : a), best);
      entered = best === step.node ? 0 : 1;
      candidates = [best];
    } else {
      if (layer !== step.layer) candidates = out.has(step.node) ? [] : [step.node];
      stood[step.layer][step.node] = Math.min(stood[step.layer][step.node], number);
      [candidates, entered] = merge(candidates, step.met.filter((node) => !out.has(node)), seen, list);
    }
    layer = step.layer;
    states.push({ number, step, layer, at: step.node, met, stood: stood[layer], candidates, entered, compared });
  }
  return states;
}

export const wasMet = (state, node) => state.met[node] <= state.number;

export const wasStoodAt = (state, node) => state.stood[node] <= state.number;

// Places on a disc: the nearer to the question, the nearer to the middle; linked nodes in like directions.
export function layout(graph) {
  const count = graph.levels.length;
  const order = [...Array(count).keys()].sort((a, b) => (graph.distances[a] ?? Infinity) - (graph.distances[b] ?? Infinity));
  const radius = new Float64Array(count);
  order.forEach((node, rank) => { radius[node] = 0.06 + 0.94 * Math.sqrt(rank / Math.max(1, count - 1)); });
  const golden = Math.PI * (3 - Math.sqrt(5));
  let angle = Float64Array.from({ length: count }, (_, node) => (node * golden) % (2 * Math.PI));
  for (let round = 0; round < 6; round += 1) {
    const x = new Float64Array(count);
    const y = new Float64Array(count);
    for (let node = 0; node < count; node += 1) {
      x[node] = 2 * Math.cos(angle[node]);
      y[node] = 2 * Math.sin(angle[node]);
    }
    for (let i = 0; i < graph.links.length; i += 3) {
      const from = graph.links[i + 1];
      const to = graph.links[i + 2];
      x[from] += Math.cos(angle[to]);
      y[from] += Math.sin(angle[to]);
      x[to] += Math.cos(angle[from]);
      y[to] += Math.sin(angle[from]);
    }
    const next = Float64Array.from({ length: count }, (_, node) => (Math.atan2(y[node], x[node]) + 2 * Math.PI) % (2 * Math.PI));
    // All would end in one direction, were they not spread again: those of each level, so that every layer is full.
    angle = new Float64Array(count);
    for (let level = Math.max(...graph.levels); level >= 0; level -= 1) {
      const group = [...next.keys()].filter((node) => graph.levels[node] === level).sort((a, b) => next[a] - next[b] || a - b);
      group.forEach((node, rank) => { angle[node] = (2 * Math.PI * (rank + 0.5)) / group.length; });
    }
  }
  return { radius, angle };
}
