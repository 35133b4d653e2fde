// The layers of the graph in perspective, on a canvas.

import { wasMet, wasStoodAt } from './walk.js';

// Lines of an insertion: the color, and the dashes.
const LINES = { chosen: ['accent', []], back: ['walk', []], because: ['warn', [2, 3]], dropped: ['bad', [7, 4]] };

const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export class Picture {
  constructor(canvas, graph, places) {
    this.canvas = canvas;
    this.graph = graph;
    this.places = places;
    this.removed = new Set(graph.removed);
    this.turn = 0;
    this.drawn = [];
  }

  // Where a node is on a layer; the far side is smaller.
  place(node, layer) {
    const angle = this.places.angle[node] + this.turn;
    const x = this.places.radius[node] * Math.cos(angle);
    const y = this.places.radius[node] * Math.sin(angle);
    return this.project(x, y, layer);
  }

  project(x, y, layer) {
    const layers = Math.max(1, this.graph.nodesPerLayer.length);
    const near = 1 / (1 - 0.22 * y);
    const spread = Math.min(this.width * 0.4, 420);
    const room = this.height / layers;
    const flat = Math.min(spread * 0.4, room * 0.36);
    // The near side reaches further down than the far side up.
    const middle = this.height - room * (layer + 0.5) - flat * 0.12;
    return { x: this.width / 2 + x * spread * near, y: middle + y * flat * near, near };
  }

  draw(state) {
    const box = this.canvas.getBoundingClientRect();
    const scale = window.devicePixelRatio || 1;
    this.width = box.width;
    this.height = box.height;
    this.canvas.width = Math.round(box.width * scale);
    this.canvas.height = Math.round(box.height * scale);
    const c = this.canvas.getContext('2d');
    c.setTransform(scale, 0, 0, scale, 0, 0);
    c.clearRect(0, 0, this.width, this.height);
    const colors = { line: color('--line'), muted: color('--muted'), text: color('--text'), accent: color('--accent'), soft: color('--accent-soft'), walk: color('--walk'), surface: color('--surface'), plane: color('--plane'), bad: color('--bad'), warn: color('--warn') };
    this.drawn = [];
    const candidates = state.chosen ?? new Set(state.candidates);
    for (let layer = 0; layer < this.graph.nodesPerLayer.length; layer += 1) {
      this.plane(c, layer, colors);
      this.links(c, layer, state, colors);
      this.nodes(c, layer, state, candidates, colors);
      if (state.lines && state.layer === layer) this.marked(c, layer, state.lines, colors);
    }
    this.descent(c, state, colors);
  }

  plane(c, layer, colors) {
    c.beginPath();
    for (let i = 0; i <= 60; i += 1) {
      const angle = (2 * Math.PI * i) / 60;
      const at = this.project(1.06 * Math.cos(angle), 1.06 * Math.sin(angle), layer);
      if (i === 0) c.moveTo(at.x, at.y);
      else c.lineTo(at.x, at.y);
    }
    c.fillStyle = colors.plane;
    c.fill();
    c.strokeStyle = colors.line;
    c.lineWidth = 1;
    c.stroke();
    const left = this.project(-1.06, 0, layer);
    c.fillStyle = colors.muted;
    c.font = '12px system-ui, sans-serif';
    c.textAlign = 'left';
    c.fillText(`layer ${layer} · ${this.graph.nodesPerLayer[layer].toLocaleString('en')}`, Math.max(4, left.x - 10), Math.max(12, this.project(0, -1.06, layer).y));
    const middle = this.project(0, 0, layer);
    c.strokeStyle = colors.walk;
    c.lineWidth = 1.5;
    c.beginPath();
    c.moveTo(middle.x - 5, middle.y);
    c.lineTo(middle.x + 5, middle.y);
    c.moveTo(middle.x, middle.y - 5);
    c.lineTo(middle.x, middle.y + 5);
    c.stroke();
  }

  links(c, layer, state, colors) {
    const { links } = this.graph;
    c.lineWidth = 0.6;
    c.strokeStyle = colors.muted;
    c.globalAlpha = Math.max(0.06, Math.min(0.35, 150 / this.onLayer(layer)));
    c.beginPath();
    for (let i = 0; i < links.length; i += 3) {
      if (links[i] === layer) this.line(c, links[i + 1], links[i + 2], layer);
    }
    c.stroke();
    c.globalAlpha = 1;
    if (state.step !== null && state.layer === layer) {
      c.strokeStyle = colors.walk;
      c.lineWidth = 1.4;
      c.beginPath();
      for (const node of state.step.met) this.line(c, state.at, node, layer);
      c.stroke();
    }
  }

  marked(c, layer, lines, colors) {
    for (const one of lines) {
      const [name, dashes] = LINES[one.kind];
      c.strokeStyle = colors[name];
      c.lineWidth = one.kind === 'chosen' ? 1.2 : 2.2;
      c.setLineDash(dashes);
      c.beginPath();
      this.line(c, one.from, one.to, layer);
      c.stroke();
    }
    c.setLineDash([]);
  }

  onLayer(layer) {
    const { links } = this.graph;
    let count = 1;
    for (let i = 0; i < links.length; i += 3) count += links[i] === layer;
    return count;
  }

  line(c, from, to, layer) {
    const a = this.place(from, layer);
    const b = this.place(to, layer);
    c.moveTo(a.x, a.y);
    c.lineTo(b.x, b.y);
  }

  nodes(c, layer, state, candidates, colors) {
    for (let node = 0; node < this.graph.levels.length; node += 1) {
      if (this.graph.levels[node] < layer) continue;
      const at = this.place(node, layer);
      const here = state.layer === layer && state.at === node;
      const chosen = candidates.has(node) && (layer === state.layer);
      const size = (here ? 6 : chosen ? 4.5 : wasMet(state, node) ? 3.4 : 2.4) * at.near;
      c.beginPath();
      c.arc(at.x, at.y, size, 0, 2 * Math.PI);
      c.fillStyle = here ? colors.walk : chosen && state.chosen ? colors.accent : layer === state.layer && wasStoodAt(state, node) ? colors.text : chosen ? colors.accent : wasMet(state, node) ? colors.muted : colors.surface;
      c.fill();
      c.lineWidth = 1;
      c.strokeStyle = this.removed.has(node) ? colors.walk : colors.muted;
      c.stroke();
      this.drawn.push({ x: at.x, y: at.y, node, layer });
    }
  }

  // From layer to layer, where the walk went down.
  descent(c, state, colors) {
    const { steps } = this.graph;
    c.strokeStyle = colors.walk;
    c.lineWidth = 2;
    c.setLineDash([4, 3]);
    c.beginPath();
    let before = null;
    for (const step of steps) {
      if (before !== null && step.layer < before.layer) {
        const a = this.place(step.node, before.layer);
        const b = this.place(step.node, step.layer);
        c.moveTo(a.x, a.y);
        c.lineTo(b.x, b.y);
      }
      before = step;
      if (step === state.step) break;
    }
    if (state.number > 0) c.stroke();
    c.setLineDash([]);
  }

  // The node nearest to a place on the canvas, if one is near.
  under(x, y) {
    let best = null;
    let least = 144;
    for (const one of this.drawn) {
      const distance = (one.x - x) ** 2 + (one.y - y) ** 2;
      if (distance < least) { least = distance; best = one; }
    }
    return best;
  }
}
