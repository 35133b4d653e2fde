// The graph in layers, and a walk through it, step by step.

import { announce, api, button, el, field, fill, number, plural, select } from './dom.js';
import { Picture } from './canvas.js';
import { histogram } from './histogram.js';
import { layout, replay } from './walk.js';

export function graph(box, session, parameters) {
  const id = el('input', { type: 'text', maxlength: 2000, autocomplete: 'off', placeholder: 'instead of a question' });
  id.value = parameters.get('id') ?? '';
  const query = el('input', { type: 'search', maxlength: 1000, autocomplete: 'off', placeholder: 'What somebody asks', class: 'query' });
  query.value = session.request.query;
  const list = el('input', { type: 'number', min: 1, max: 100 });
  list.value = '16';
  const result = el('div', { class: 'result' });
  let stop = () => {};
  const run = () => {
    stop();
    session.request.query = query.value.trim();
    const ask = id.value.trim() ? { id: id.value.trim() } : { query: query.value.trim() };
    if (!ask.id && !ask.query) {
      result.replaceChildren(el('p', { class: 'muted', text: 'Type a question, or the id of a document whose vector is asked with.' }));
      return;
    }
    fill(result, api('graph', { store: session.store, list: list.value, ...ask }), (found) => {
      const shown = show(found);
      stop = shown.stop;
      return shown.elements;
    }).then(() => result.dispatchEvent(new Event('shown')));
  };
  box.append(el('form', { class: 'card tools', onsubmit: (event) => { event.preventDefault(); run(); } },
    el('div', { class: 'row' }, field('Question', query), field('or the vector of a document', id), field('Candidates', list),
      button('Walk', undefined, { type: 'submit', class: 'primary' }))), result);
  run();
  return () => stop();
}

function show(found) {
  if (found.levels.length === 0) return { elements: [el('p', { text: 'The index is empty, so there is no graph yet.' })], stop() {} };
  const states = replay(found);
  const canvas = el('canvas', { role: 'img' });
  // Room for each layer, as far as the window has it.
  canvas.style.height = `${Math.round(Math.min(0.72 * window.innerHeight, 90 + 190 * found.nodesPerLayer.length))}px`;
  const picture = new Picture(canvas, found, layout(found));
  const slider = el('input', { type: 'range', min: 0, max: states.length - 1, step: 1, 'aria-label': 'Step of the walk' });
  const turn = el('input', { type: 'range', min: 0, max: 360, step: 1, 'aria-label': 'Turn the picture' });
  const speed = select([['900', 'slow'], ['350', 'normal'], ['90', 'fast']], '350', { 'aria-label': 'Speed' });
  const sentence = el('p', { class: 'step-words' });
  const pointed = el('p', { class: 'muted small pointed', text: 'Point at a node to see which document it is.' });
  const candidates = el('ol', { class: 'candidates' });
  const play = button('Play', () => (timer ? pause() : start()), { class: 'primary' });
  let timer = null;
  let at = 0;

  const go = (to, quiet) => {
    at = Math.max(0, Math.min(states.length - 1, to));
    slider.value = at;
    const words = stepWords(found, states, at);
    slider.setAttribute('aria-valuetext', words);
    sentence.textContent = words;
    canvas.setAttribute('aria-label', `The graph, ${plural(found.nodesPerLayer.length, 'layer')}. ${words}`);
    candidateList(candidates, found, states[at]);
    picture.draw(states[at]);
    if (!quiet) announce(words);
  };
  const pause = () => {
    clearTimeout(timer);
    timer = null;
    play.textContent = 'Play';
  };
  const tick = () => {
    go(at + 1, true);
    if (at >= states.length - 1) { pause(); announce(sentence.textContent); return; }
    timer = setTimeout(tick, Number(speed.value));
  };
  const start = () => {
    if (at >= states.length - 1) go(0, true);
    play.textContent = 'Pause';
    timer = setTimeout(tick, Number(speed.value));
  };
  const still = (to) => { pause(); go(to); };
  slider.addEventListener('input', () => { pause(); go(Number(slider.value), true); });
  turn.addEventListener('input', () => { picture.turn = (Number(turn.value) * Math.PI) / 180; picture.draw(states[at]); });
  canvas.addEventListener('pointermove', (event) => {
    const edge = canvas.getBoundingClientRect();
    const under = picture.under(event.clientX - edge.left, event.clientY - edge.top);
    if (under) pointed.textContent = `${nameOf(found, under.node)} · highest layer ${found.levels[under.node]}, distance ${distance(found, under.node)}${found.removed.includes(under.node) ? ' · removed, a stepping stone' : ''}`;
  });
  const resize = new ResizeObserver(() => canvas.isConnected && picture.draw(states[at]));
  resize.observe(canvas);
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  const redraw = () => picture.draw(states[at]);
  scheme.addEventListener('change', redraw);
  turn.value = 0;

  const elements = [
    el('p', { class: 'summary', text: summary(found, states) }),
    el('div', { class: 'stage' },
      el('div', { class: 'card picture' }, canvas, sentence,
        el('div', { class: 'row controls' }, play, button('Step back', () => still(at - 1), { class: 'quiet' }), button('Step', () => still(at + 1), { class: 'quiet' }), button('To the end', () => still(states.length - 1), { class: 'quiet' }), speed),
        slider, el('label', { class: 'inline' }, 'Turn ', turn), pointed, legend()),
      el('section', { class: 'card beside', 'aria-label': 'Candidate list' }, el('h3', { text: 'Candidate list' }),
        el('p', { class: 'muted small', text: `The nearest that the walk knows, at most ${found.list}. It stands at the nearest of the blue ones next.` }), candidates)),
    el('section', { class: 'card explain', 'aria-label': 'What one sees' }, el('h3', { text: 'What one sees' }), ...sentences(found)),
    el('section', { class: 'card' }, histogram('Links of a node on layer 0', found.degrees)),
  ];
  requestAnimationFrame(() => go(0, true));
  return { elements, stop() { pause(); resize.disconnect(); scheme.removeEventListener('change', redraw); } };
}

function legend() {
  return el('ul', { class: 'legend' }, [['here', 'where the walk stands'], ['stood', 'its links were followed'], ['listed', 'in the candidate list'], ['seen', 'was compared'], ['other', 'not met']]
    .map(([name, text]) => el('li', {}, el('span', { class: `dot ${name}` }), text)));
}

const nameOf = (found, node) => (found.labels[node] ? `${found.labels[node].id}: ${found.labels[node].text}` : `node ${node}`);

const shortName = (found, node) => (found.labels[node]?.id ?? `node ${node}`);

const distance = (found, node) => (found.seen[node] ?? found.distances[node] ?? NaN).toFixed(4);

function stepWords(found, states, at) {
  const state = states[at];
  if (state.step === null) return `Start: the walk begins at the entry point, ${shortName(found, 0)}, on layer ${state.layer}.`;
  const where = `Step ${at} of ${states.length - 1}, layer ${state.layer}: at ${shortName(found, state.at)} (${distance(found, state.at)}), ${plural(state.step.met.length, 'linked node')} compared`;
  if (state.layer > 0) return `${where}; ${state.entered ? `${shortName(found, state.candidates[0])} is nearer, so it goes there.` : 'none is nearer, so it goes down a layer.'}`;
  const end = at === states.length - 1 ? ' Every candidate has been stood at: the walk ends.' : '';
  const entered = state.entered === 0 ? 'none of them' : state.entered === 1 ? 'one of them' : `${number(state.entered)} of them`;
  return `${where}; ${entered} got into the list.${end}`;
}

function summary(found, states) {
  const last = states[states.length - 1];
  return `${plural(found.size, 'vector')} on ${plural(found.nodesPerLayer.length, 'layer')}; the walk took ${plural(states.length - 1, 'step')} and compared ${number(last.met.size)} of them${found.byCode ? ', by their codes' : ''}. ${found.whole ? 'All of the graph is drawn.' : `Drawn are ${number(found.levels.length)} nodes: those of the walk, and of the upper layers as many as there is room for.`}`;
}

function candidateList(box, found, state) {
  box.replaceChildren(...state.candidates.slice(0, 60).map((node) => el('li', { class: `${node === state.at ? 'here' : ''} ${state.expanded.has(node) ? 'stood' : ''}` },
    el('span', { class: 'score', text: distance(found, node) }), el('b', { text: shortName(found, node) }), ' ', el('span', { class: 'text', text: found.labels[node]?.text ?? '' }))));
}

function sentences(found) {
  return [
    'Every dot is a vector, every line a link; the cross in the middle of each layer is the question, and what is nearer to the question is nearer to the cross.',
    `Each vector is on layer 0; chance lifts few of them to the layers above, so that the top one has only ${plural(found.nodesPerLayer[found.nodesPerLayer.length - 1], 'node')} and its links are long ways.`,
    'A search begins at the entry point at the top, goes to whatever linked node is nearer, and where none is, goes down a layer: so it comes near quickly.',
    `On layer 0 it keeps the ${number(found.list)} nearest it knows, follows the links of the nearest it has not stood at, and ends when it has stood at all of them.`,
    'A document is missed if no link leads to it from where the walk came by; a longer candidate list goes further, and takes more time.',
  ].map((text) => el('p', { text }));
}
