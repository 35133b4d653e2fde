// What a walk knows after each of its steps: a replay of the algorithm on what the server tells.

export function replay(graph) {
  const { steps, seen, list } = graph;
  const states = [{ step: null, layer: graph.nodesPerLayer.length - 1, at: 0, met: new Set([0]), expanded: new Set(), candidates: [0], entered: 0, compared: 1 }];
  const met = new Set([0]);
  const expanded = new Set();
  let candidates = [0];
  let best = 0;
  let compared = 1;
  let lowest = false;
  for (const step of steps) {
    compared += step.met.length;
    for (const node of step.met) met.add(node);
    let entered = 0;
    if (step.layer > 0) {
      best = [step.node, ...step.met].reduce((a, b) => (seen[b] < seen[a] ? b : a), best);
      entered = best === step.node ? 0 : 1;
      candidates = [best];
    } else {
      if (!lowest) {
        lowest = true;
        candidates = [step.node];
      }
      expanded.add(step.node);
      const inside = new Set(candidates);
      const next = [...new Set([...candidates, ...step.met])].sort((a, b) => seen[a] - seen[b] || a - b).slice(0, list);
      entered = next.filter((node) => !inside.has(node)).length;
      candidates = next;
    }
    states.push({ step, layer: step.layer, at: step.node, met: new Set(met), expanded: new Set(expanded), candidates, entered, compared });
  }
  return states;
}

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
