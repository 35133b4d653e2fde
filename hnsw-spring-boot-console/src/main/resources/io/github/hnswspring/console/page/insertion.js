// How a document would be linked if it were added now: the walk, the choice, and the links back.

import { el, number, percent, plural } from './dom.js';
import { histogram } from './histogram.js';
import { called } from './names.js';
import { distance, line, player, shortName } from './player.js';
import { replay, wasStoodAt } from './walk.js';

const CHOSEN = ['DIVERSE', 'FILLED'];

const REPLIES = {
  HAD_ROOM: 'had room: links back', MADE_ROOM: 'made room: links back', CHOSE_ANEW: 'chose all links anew: links back',
  REFUSED: 'does not link back', FORCED: 'has to link back',
};

// The states of the walk, and behind those of each layer its choice; at last the answers, from layer 0 upwards.
function states(found) {
  const highest = found.layers[0].layer;
  const walked = replay(found.graph, highest);
  const all = [];
  const chosen = new Map();
  walked.forEach((state, i) => {
    all.push({ ...state, phase: 'walk' });
    const layer = found.layers.find((one) => one.layer === state.layer);
    if (layer && state.step !== null && walked[i + 1]?.layer !== state.layer) choose(all, state, layer, chosen, found);
  });
  for (const layer of found.layers.toReversed()) answer(all, walked[walked.length - 1], layer, chosen, found);
  return all;
}

function choose(all, walked, layer, chosen, found) {
  const lines = [];
  const picked = [];
  const push = (more) => all.push({ ...walked, at: -1, phase: 'choose', of: layer, lines: [...lines, ...(more.lines ?? [])], chosen: new Set(picked), ...more.fields });
  layer.candidates.forEach((candidate, turn) => {
    if (candidate.choice === 'DIVERSE') {
      picked.push(candidate.node);
      lines.push({ from: found.node, to: candidate.node, kind: 'chosen' });
      push({ fields: { candidate, turn } });
    } else if (candidate.choice !== 'NO_ROOM') {
      push({ fields: { candidate, turn }, lines: candidate.nearer >= 0 ? [{ from: candidate.node, to: candidate.nearer, kind: 'because' }] : [] });
    }
  });
  const filled = layer.candidates.filter((candidate) => candidate.choice === 'FILLED');
  for (const candidate of filled) {
    picked.push(candidate.node);
    lines.push({ from: found.node, to: candidate.node, kind: 'chosen' });
  }
  push({ fields: { filled, done: true } });
  chosen.set(layer.layer, { lines, picked: new Set(picked) });
}

function answer(all, walked, layer, chosen, found) {
  const { lines, picked } = chosen.get(layer.layer);
  layer.answers.forEach((one, turn) => {
    const now = [];
    if (one.reply !== 'REFUSED') now.push({ from: one.node, to: found.node, kind: 'back' });
    for (const node of one.dropped) now.push({ from: one.node, to: node, kind: 'dropped' });
    if (one.nearer >= 0) now.push({ from: one.reply === 'REFUSED' ? found.node : one.dropped[0], to: one.nearer, kind: 'because' });
    all.push({ ...walked, step: null, layer: layer.layer, at: one.node, phase: 'answer', of: layer, answer: one, turn, lines: [...lines, ...now], chosen: picked });
  });
}

export function showInsertion(found) {
  const { graph } = found;
  if (found.layers.length === 0) return { elements: [el('p', { text: 'It is the only document of the index, so there is nothing to link it to.' })], stop() {} };
  const all = states(found);
  const jumps = [];
  for (const layer of found.layers) jumps.push([found.layers.length > 1 ? `Choice on layer ${layer.layer}` : 'To the choice', all.findIndex((state) => state.phase === 'choose' && state.of === layer)]);
  jumps.push(['To the links back', all.findIndex((state) => state.phase === 'answer')]);
  const shown = player(graph, all, {
    title: 'Candidates', slider: 'Step of the insertion', jumps: jumps.filter(([, to]) => to >= 0),
    legend: [['here', 'where it stands'], ['stood', 'its links were followed'], ['listed', 'candidate, or chosen'], ['seen', 'was compared'], ['other', 'not met'], ['linked', 'new link'], ['because', 'nearer: the reason'], ['dropped', 'link given up']],
    words: (at) => words(found, all, at),
    beside: (box, note, at) => beside(box, note, found, all[at]),
  });
  return {
    elements: [
      el('p', { class: 'summary', text: summary(found) }),
      found.equalTo ? el('p', { class: 'notice', text: `Its vector is the same as that of ${called(found.equalTo)}, so it hangs behind that one and has no links of its own; shown is how ${called(found.equalTo)} is linked.` }) : null,
      el('p', { class: 'notice', text: 'Computed now, as if the document were added to the graph as it is, without the links it has and those that lead to it. When it really was added the graph was another one, and since then links may have moved. Nothing is changed.' }),
      shown.stage,
      el('section', { class: 'card explain', 'aria-label': 'What one sees' }, el('h3', { text: 'What one sees' }), ...sentences(found)),
      el('section', { class: 'card' }, histogram('Links of a node on layer 0', graph.degrees)),
    ],
    stop: shown.stop,
  };
}

function summary(found) {
  const lowest = found.layers[found.layers.length - 1];
  const back = lowest.answers.filter((one) => one.reply !== 'REFUSED').length;
  const dropped = lowest.answers.reduce((sum, one) => sum + one.dropped.length, 0);
  return `${shortName(found.graph, found.node)} is on ${plural(found.layers[0].layer + 1, 'layer')} of ${number(found.graph.nodesPerLayer.length)}. On layer 0 it gets ${plural(lowest.candidates.filter((one) => CHOSEN.includes(one.choice)).length, 'link')}, chosen of ${plural(lowest.kept, 'candidate')}; ${plural(back, 'node')} of them would link back, and ${plural(dropped, 'other link')} would be given up for it.`;
}

function words(found, all, at) {
  const { graph } = found;
  const state = all[at];
  const name = (node) => (node === found.node ? 'the new one' : shortName(graph, node));
  const where = `Step ${at} of ${all.length - 1}, layer ${state.layer}`;
  if (state.phase === 'walk') {
    if (state.step === null) return `Start: the way to its neighbors begins at the entry point, ${name(state.at)}, on layer ${state.layer}.`;
    const stands = `${where}: at ${name(state.at)} (${distance(graph, state.at)}), ${plural(state.step.met.length, 'linked node')} compared`;
    if (state.layer > found.layers[0].layer) return `${stands}; ${state.entered ? `${name(state.candidates[0])} is nearer, so it goes there.` : 'none is nearer, so it goes down a layer.'}`;
    return `${stands}; ${state.entered === 0 ? 'none of them' : number(state.entered)} got among the ${number(graph.list)} nearest, from which neighbors will be chosen.`;
  }
  if (state.phase === 'choose') return `${where}: ${choiceWords(found, state, name)}`;
  return `${where}: ${answerWords(state, name)}`;
}

function choiceWords(found, state, name) {
  const { candidate } = state;
  if (state.done) {
    const passed = state.of.candidates.filter((one) => one.choice === 'REDUNDANT').length;
    const rest = state.of.candidates.filter((one) => one.choice === 'NO_ROOM').length;
    return `${plural(state.chosen.size, 'neighbor')} chosen of at most ${found.m}${state.filled.length ? `, the last ${number(state.filled.length)} to fill the room that was left` : ''}; ${number(passed)} passed over, because a chosen one is nearer to them${rest ? `; ${number(rest)} not looked at, because the room was taken` : ''}.`;
  }
  const which = `candidate ${state.turn + 1} of ${number(state.of.kept)}, ${name(candidate.node)} (${candidate.distance?.toFixed(4) ?? '–'})`;
  if (candidate.choice === 'DIVERSE') return `${which}: nearer to the new one than to all chosen before, so it is chosen, as number ${state.chosen.size}.`;
  if (candidate.choice === 'REMOVED') return `${which}: has been removed and is a stepping stone only, so it is not chosen.`;
  return `${which}: ${name(candidate.nearer)}, already chosen, is nearer to it than the new one is, so the way to it leads there; it is passed over${candidate.choice === 'FILLED' ? ' for now' : ''}.`;
}

function answerWords(state, name) {
  const { answer: one } = state;
  const asked = `link back ${state.turn + 1} of ${state.of.answers.length}: ${name(one.node)} `;
  const gaveUp = one.dropped.map(name).join(', ');
  switch (one.reply) {
    case 'HAD_ROOM': return `${asked}has room and links to the new one.`;
    case 'MADE_ROOM': return `${asked}has no room, so it gives up its link to ${gaveUp}${one.nearer >= 0 ? `, since ${name(one.nearer)} is nearer to that than it is itself` : ''}, and links to the new one.`;
    case 'CHOSE_ANEW': return `${asked}has no room, chooses all its links anew${gaveUp ? `, gives up ${gaveUp}` : ''}, and links to the new one.`;
    case 'FORCED': return `${asked}has to link to the new one, because nobody else did${gaveUp ? `, and gives up ${gaveUp}` : ''}.`;
    default: return `${asked}has no room and better links: it does not link to the new one${one.nearer >= 0 ? `, to which the way leads by ${name(one.nearer)}` : ''}.`;
  }
}

function beside(box, note, found, state) {
  const { graph } = found;
  if (state.phase === 'walk') {
    note.textContent = state.layer > found.layers[0].layer ? 'The nearest that the walk knows.' : `The nearest that the walk knows on layer ${state.layer}, at most ${number(graph.list)}.`;
    box.replaceChildren(...state.candidates.slice(0, 60).map((node) => line(graph, node, `${node === state.at ? 'here' : ''} ${wasStoodAt(state, node) ? 'stood' : ''}`, distance(graph, node))));
    return;
  }
  if (state.phase === 'choose') {
    note.textContent = `Layer ${state.layer}, nearest first: each one is looked at once.`;
    const reached = state.done ? Infinity : state.turn;
    box.replaceChildren(...state.of.candidates.slice(0, 120).map((one, turn) => line(graph, one.node,
      `${turn === state.turn ? 'here' : ''} ${turn > reached ? 'waiting' : state.chosen.has(one.node) ? 'chosen' : 'passed'}`, one.distance?.toFixed(4) ?? '–',
      turn > reached ? undefined : state.chosen.has(one.node) ? 'chosen' : one.choice === 'REMOVED' ? 'removed' : one.choice === 'NO_ROOM' ? 'no room' : `passed over: nearer to ${shortName(graph, one.nearer)}`)));
    return;
  }
  note.textContent = `Layer ${state.layer}: those that were chosen are asked for a link back.`;
  box.replaceChildren(...state.of.answers.map((one, turn) => line(graph, one.node, `${turn === state.turn ? 'here' : ''} ${one.reply === 'REFUSED' ? 'passed' : 'chosen'}`, distance(graph, one.node),
    turn > state.turn ? undefined : `${REPLIES[one.reply]}${one.dropped.length ? `, gives up ${one.dropped.map((node) => shortName(graph, node)).join(', ')}` : ''}`)));
}

function sentences(found) {
  const linked = found.layers[found.layers.length - 1].answers.filter((one) => one.reply !== 'REFUSED').length;
  const share = found.layers[found.layers.length - 1].answers.length ? linked / found.layers[found.layers.length - 1].answers.length : 0;
  return [
    'The cross in the middle of each layer is the new vector, and what is nearer to it is nearer to the cross.',
    `Chance gave it ${plural(found.layers[0].layer + 1, 'layer')}: above those the walk only comes near, on each of them it looks for the ${number(found.graph.list)} nearest (efConstruction).`,
    `Of these it links to at most ${found.m} (M): to a candidate only if no neighbor chosen before is nearer to it, so that links lead in all directions; what room is left is filled with the nearest others.`,
    'Each neighbor is asked for a link back: one whose row is full gives up a link that another one makes needless, or refuses.',
    `Here ${percent(share)} of the neighbors on layer 0 link back. Whatever happens, one link from an older node always leads to every vector, so that it can be reached.`,
  ].map((text) => el('p', { text }));
}
