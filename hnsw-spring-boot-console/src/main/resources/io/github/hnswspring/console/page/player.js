// A picture of the graph that is played step by step, with what is known at each step beside it.

import { announce, button, el, plural, select } from './dom.js';
import { Picture } from './canvas.js';
import { called, nameOf } from './names.js';
import { layout } from './walk.js';

// With the beginning of its text.
const fullName = (found, node) => (found.labels[node] ? `${nameOf(found.labels[node])}: ${found.labels[node].text}` : `node ${node}`);

export const shortName = (found, node) => (found.labels[node] ? called(found.labels[node]) : `node ${node}`);

export const distance = (found, node) => (found.seen[node] ?? found.distances[node] ?? NaN).toFixed(4);

// `show` has words(at), beside(box, at), a title and a legend; `at` is the number of a state.
export function player(found, states, show) {
  const canvas = el('canvas', { role: 'img' });
  // Room for each layer, as far as the window has it.
  canvas.style.height = `${Math.round(Math.min(0.72 * window.innerHeight, 1.1 * window.innerWidth, 90 + 190 * found.nodesPerLayer.length))}px`;
  const picture = new Picture(canvas, found, layout(found));
  const slider = el('input', { type: 'range', min: 0, max: states.length - 1, step: 1, 'aria-label': show.slider });
  const turn = el('input', { type: 'range', min: 0, max: 360, step: 1, 'aria-label': 'Turn the picture' });
  const speed = select([['900', 'slow'], ['350', 'normal'], ['90', 'fast']], '350', { 'aria-label': 'Speed' });
  const sentence = el('p', { class: 'step-words' });
  const pointed = el('p', { class: 'muted small pointed', text: 'Point at a node to see which document it is.' });
  const list = el('ol', { class: 'candidates' });
  const note = el('p', { class: 'muted small' });
  const play = button('Play', () => (timer ? pause() : start()), { class: 'primary' });
  let timer = null;
  let at = 0;

  const go = (to, quiet) => {
    at = Math.max(0, Math.min(states.length - 1, to));
    slider.value = at;
    const words = show.words(at);
    slider.setAttribute('aria-valuetext', words);
    sentence.textContent = words;
    canvas.setAttribute('aria-label', `The graph, ${plural(found.nodesPerLayer.length, 'layer')}. ${words}`);
    show.beside(list, note, at);
    list.querySelector('.here')?.scrollIntoView({ block: 'nearest' });
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
    if (under) pointed.textContent = `${fullName(found, under.node)} · highest layer ${found.levels[under.node]}, distance ${distance(found, under.node)}${found.removed.includes(under.node) ? ' · removed, a stepping stone' : ''}`;
  });
  const resize = new ResizeObserver(() => canvas.isConnected && picture.draw(states[at]));
  resize.observe(canvas);
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  const redraw = () => picture.draw(states[at]);
  scheme.addEventListener('change', redraw);
  turn.value = 0;
  requestAnimationFrame(() => go(show.first ?? 0, true));

  const jumps = (show.jumps ?? []).map(([text, to]) => button(text, () => still(to), { class: 'quiet' }));
  const stage = el('div', { class: 'stage' },
    el('div', { class: 'card picture' }, canvas, sentence,
      el('div', { class: 'row controls' }, play, button('Step back', () => still(at - 1), { class: 'quiet' }), button('Step', () => still(at + 1), { class: 'quiet' }), jumps, button('To the end', () => still(states.length - 1), { class: 'quiet' }), speed),
      slider, el('label', { class: 'inline' }, 'Turn ', turn), pointed,
      el('ul', { class: 'legend' }, show.legend.map(([name, text]) => el('li', {}, el('span', { class: `dot ${name}` }), text)))),
    el('section', { class: 'card beside', tabindex: 0, 'aria-label': show.title }, el('h3', { text: show.title }), note, list));
  return { stage, stop() { pause(); resize.disconnect(); scheme.removeEventListener('change', redraw); } };
}

// A line of the list beside the picture.
export const line = (found, node, kind, score, words) => el('li', { class: kind },
  el('span', { class: 'score', text: score }), el('b', { title: found.labels[node]?.id, text: found.labels[node] ? nameOf(found.labels[node]) : `node ${node}` }), ' ',
  el('span', { class: 'text', text: words ?? found.labels[node]?.text ?? '' }));
