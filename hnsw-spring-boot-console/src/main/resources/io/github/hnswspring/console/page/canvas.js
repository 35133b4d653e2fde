// The layers of the graph in perspective, on a canvas.

import { nameOf } from './names.js';
import { wasMet, wasStoodAt } from './walk.js';

// Lines of an insertion: the color, and the dashes.
const LINES = { chosen: ['accent', []], back: ['walk', []], because: ['warn', [2, 3]], dropped: ['bad', [7, 4]] };

// Of a layer with more, every second or third link is drawn, and so on: more would be a blot.
const MOST_LINKS = 4000;

const NAMES = { line: '--line', muted: '--muted', text: '--text', accent: '--accent', walk: '--walk', surface: '--surface', plane: '--plane', bad: '--bad', warn: '--warn' };

function colors() {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(Object.entries(NAMES).map(([name, property]) => [name, style.getPropertyValue(property).trim()]));
}

export class Picture {
  constructor(canvas, graph, places) {
    this.canvas = canvas;
    this.graph = graph;
    this.places = places;
    this.removed = new Set(graph.removed);
    this.out = new Set(graph.filteredOut);
    this.turn = 0;
    const { levels, links, nodesPerLayer } = graph;
    this.onLayer = nodesPerLayer.map((_, layer) => [...levels.keys()].filter((node) => levels[node] >= layer));
    this.linksOf = nodesPerLayer.map(() => []);
    for (let i = 0; i < links.length; i += 3) this.linksOf[links[i]]?.push(links[i + 1], links[i + 2]);
    // The lower a layer, the more there is to see.
    const shares = nodesPerLayer.map((_, layer) => [2, 1.3][layer] ?? 0.8);
    const all = shares.reduce((sum, share) => sum + share, 0);
    let below = 0;
    this.rooms = shares.map((share) => ({ room: share / all, below: (below += share / all) - share / all }));
    // Where there are many, each is drawn smaller.
    this.dot = levels.length > 800 ? 0.7 : 1;
  }

  // Where a node is on a layer; the far side is smaller.
  place(node, layer) {
    const angle = this.places.angle[node] + this.turn;
    const x = this.places.radius[node] * Math.cos(angle);
    const y = this.places.radius[node] * Math.sin(angle);
    return this.project(x, y, layer);
  }

  project(x, y, layer) {
    const near = 1 / (1 - 0.22 * y);
    const spread = Math.min(this.width * 0.4, 420);
    const { room, below } = this.rooms[layer];
    const flat = Math.min(spread * 0.4, room * this.height * 0.38);
    // The near side reaches further down than the far side up.
    const middle = this.height * (1 - below - room / 2) - flat * 0.12;
    return { x: this.width / 2 + x * spread * near, y: middle + y * flat * near, near };
  }

  draw(state) {
    const box = this.canvas.getBoundingClientRect();
    const scale = window.devicePixelRatio || 1;
    const palette = colors();
    const key = [box.width, box.height, scale, this.turn, palette.surface].join();
    if (key !== this.key) this.prepare(key, box, scale, palette);
    const c = this.canvas.getContext('2d');
    c.setTransform(1, 0, 0, 1, 0, 0);
    c.clearRect(0, 0, this.canvas.width, this.canvas.height);
    c.drawImage(this.ground, 0, 0);
    c.setTransform(scale, 0, 0, scale, 0, 0);
    const candidates = state.chosen ?? new Set(state.candidates);
    for (let layer = 0; layer < this.onLayer.length; layer += 1) {
      if (state.step !== null && state.layer === layer) this.compared(c, layer, state, palette);
      this.nodes(c, layer, state, candidates, palette);
      if (layer === 0 && this.graph.marks) this.expected(c, this.graph.marks, palette);
      if (state.lines && state.layer === layer) this.marked(c, layer, state.lines, palette);
    }
    this.descent(c, state, palette);
  }

  // What is the same at each step is drawn once: planes, links, and where every node is.
  prepare(key, box, scale, palette) {
    this.key = key;
    this.width = box.width;
    this.height = box.height;
    this.canvas.width = Math.round(box.width * scale);
    this.canvas.height = Math.round(box.height * scale);
    this.ground = document.createElement('canvas');
    this.ground.width = this.canvas.width;
    this.ground.height = this.canvas.height;
    const c = this.ground.getContext('2d');
    c.setTransform(scale, 0, 0, scale, 0, 0);
    this.at = this.onLayer.map((nodes, layer) => new Map(nodes.map((node) => [node, this.place(node, layer)])));
    for (let layer = 0; layer < this.onLayer.length; layer += 1) {
      this.plane(c, layer, palette);
      this.links(c, layer, palette);
    }
  }

  plane(c, layer, palette) {
    c.beginPath();
    for (let i = 0; i <= 60; i += 1) {
      const angle = (2 * Math.PI * i) / 60;
      const at = this.project(1.06 * Math.cos(angle), 1.06 * Math.sin(angle), layer);
      if (i === 0) c.moveTo(at.x, at.y);
      else c.lineTo(at.x, at.y);
    }
    c.fillStyle = palette.plane;
    c.fill();
    c.strokeStyle = palette.line;
    c.lineWidth = 1;
    c.stroke();
    const left = this.project(-1.06, 0, layer);
    c.fillStyle = palette.muted;
    c.font = '12px system-ui, sans-serif';
    c.textAlign = 'left';
    c.fillText(`layer ${layer} · ${this.graph.nodesPerLayer[layer].toLocaleString('en')}`, Math.max(4, left.x - 10), Math.max(12, this.project(0, -1.06, layer).y));
  }

  links(c, layer, palette) {
    const ends = this.linksOf[layer];
    const every = Math.max(1, Math.ceil(ends.length / 2 / MOST_LINKS));
    c.lineWidth = 0.6;
    c.strokeStyle = palette.muted;
    c.globalAlpha = Math.max(0.1, Math.min(0.35, 300 / (1 + ends.length)));
    // One path of all would be slow: where it crosses itself has to be found.
    let drawn = 0;
    c.beginPath();
    for (let i = 0; i < ends.length; i += 2 * every) {
      this.line(c, ends[i], ends[i + 1], layer);
      drawn += 1;
      if (drawn % 200 === 0) { c.stroke(); c.beginPath(); }
    }
    c.stroke();
    c.globalAlpha = 1;
  }

  compared(c, layer, state, palette) {
    c.strokeStyle = palette.walk;
    c.lineWidth = 1.4;
    c.beginPath();
    for (const node of state.step.met) this.line(c, state.at, node, layer);
    c.stroke();
  }

  line(c, from, to, layer) {
    const a = this.at[layer].get(from);
    const b = this.at[layer].get(to);
    if (!a || !b) return;
    c.moveTo(a.x, a.y);
    c.lineTo(b.x, b.y);
  }

  marked(c, layer, lines, palette) {
    for (const one of lines) {
      const [name, dashes] = LINES[one.kind];
      c.strokeStyle = palette[name];
      c.lineWidth = one.kind === 'chosen' ? 1.2 : 2.2;
      c.setLineDash(dashes);
      c.beginPath();
      this.line(c, one.from, one.to, layer);
      c.stroke();
    }
    c.setLineDash([]);
  }

  // What looks alike is one path: not met, met, stood at, candidates, and at last where the walk is.
  nodes(c, layer, state, candidates, palette) {
    const current = layer === state.layer;
    const kinds = { other: [2.2 * this.dot, palette.surface], met: [2.8 * this.dot, palette.muted], stood: [3.2, palette.text], listed: [4.4, palette.accent], here: [6, palette.walk] };
    const groups = { other: [], met: [], stood: [], listed: [], here: [] };
    for (const node of this.onLayer[layer]) {
      const listed = current && candidates.has(node);
      const kind = current && state.at === node ? 'here' : listed && state.chosen ? 'listed' : current && wasStoodAt(state, node) ? 'stood'
        : listed ? 'listed' : wasMet(state, node) ? 'met' : 'other';
      groups[kind].push(node);
    }
    for (const [kind, nodes] of Object.entries(groups)) {
      this.dots(c, layer, nodes.filter((node) => !this.removed.has(node) && !this.out.has(node)), kinds[kind], palette.muted);
      this.dots(c, layer, nodes.filter((node) => this.removed.has(node)), kinds[kind], palette.walk);
      this.dots(c, layer, nodes.filter((node) => this.out.has(node)), kinds[kind], palette.bad);
    }
    const middle = this.project(0, 0, layer);
    c.strokeStyle = palette.walk;
    c.lineWidth = 1.8;
    c.beginPath();
    c.moveTo(middle.x - 6, middle.y);
    c.lineTo(middle.x + 6, middle.y);
    c.moveTo(middle.x, middle.y - 6);
    c.lineTo(middle.x, middle.y + 6);
    c.stroke();
  }

  dots(c, layer, nodes, [size, fill], edge) {
    if (nodes.length === 0) return;
    c.beginPath();
    for (const node of nodes) {
      const at = this.at[layer].get(node);
      c.moveTo(at.x + size * at.near, at.y);
      c.arc(at.x, at.y, size * at.near, 0, 2 * Math.PI);
    }
    c.fillStyle = fill;
    c.fill();
    c.lineWidth = this.dot;
    c.strokeStyle = edge;
    c.stroke();
  }

  // A document that somebody missed: a ring, and the links that lead there.
  expected(c, { node, linkedFrom }, palette) {
    this.marked(c, 0, linkedFrom.map((from) => ({ from, to: node, kind: 'because' })), palette);
    for (const one of [...linkedFrom, node]) {
      const at = this.at[0].get(one);
      c.beginPath();
      c.arc(at.x, at.y, one === node ? 11 : 6, 0, 2 * Math.PI);
      c.strokeStyle = one === node ? palette.bad : palette.warn;
      c.lineWidth = one === node ? 3 : 1.5;
      c.stroke();
    }
    const at = this.at[0].get(node);
    const name = this.graph.labels[node] ? nameOf(this.graph.labels[node]) : 'the document';
    const text = name.length > 28 ? `${name.slice(0, 27)}…` : name;
    c.font = 'bold 13px system-ui, sans-serif';
    c.textAlign = at.x > this.width / 2 ? 'right' : 'left';
    const x = at.x + (at.x > this.width / 2 ? -16 : 16);
    c.strokeStyle = palette.surface;
    c.lineWidth = 5;
    c.lineJoin = 'round';
    c.strokeText(text, x, at.y + 5);
    c.fillStyle = palette.bad;
    c.fillText(text, x, at.y + 5);
  }

  // From layer to layer, where the walk went down.
  descent(c, state, palette) {
    const { steps } = this.graph;
    c.strokeStyle = palette.walk;
    c.lineWidth = 2;
    c.setLineDash([4, 3]);
    c.beginPath();
    let before = null;
    for (let i = 0; i < Math.min(state.number, steps.length); i += 1) {
      const step = steps[i];
      if (before !== null && step.layer < before.layer) {
        const a = this.at[before.layer].get(step.node);
        const b = this.at[step.layer].get(step.node);
        c.moveTo(a.x, a.y);
        c.lineTo(b.x, b.y);
      }
      before = step;
    }
    c.stroke();
    c.setLineDash([]);
  }

  // The node nearest to a place on the canvas, if one is near.
  under(x, y) {
    let best = null;
    let least = 144;
    (this.at ?? []).forEach((places, layer) => places.forEach((at, node) => {
      const distance = (at.x - x) ** 2 + (at.y - y) ** 2;
      if (distance < least) { least = distance; best = { node, layer }; }
    }));
    return best;
  }
}
