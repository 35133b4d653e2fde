// The audit, on demand, with what it costs said before.

import { announce, api, button, el, fill, number, percent, plural } from './dom.js';
import { histogram } from './histogram.js';
import { isAwaited, isFilled } from './replica.js';

// As many as are asked of each of three samples.
const QUESTIONS = 120;

export function health(box, session) {
  // What there is may have changed since the page was loaded.
  fill(box, session.refresh(), () => screen(session));
}

function screen(session) {
  const store = session.current();
  if (store.state === 'CLOSED') return el('section', { class: 'card' }, el('h3', { text: 'The store is not open' }), el('p', { text: 'There is no index to audit until it is. Call start() on the store, or start the application again.' }));
  if (isFilled(store) || isAwaited(store)) return el('section', { class: 'card' }, el('h3', { text: 'The documents are on their way' }), el('p', { text: 'There is nothing to audit until they are here. Overview says how far the copy is; it goes on by itself.' }));
  if (store.documents === 0) return el('section', { class: 'card' }, el('h3', { text: 'The store is empty' }), el('p', { text: 'There is nothing to audit yet. Add documents to it, and come back.' }));
  const result = el('div', { class: 'result' });
  const run = () => {
    start.disabled = true;
    result.replaceChildren(el('section', { class: 'card' }, el('h3', { text: 'The audit is running' }), el('p', { text: 'Searches go on, additions wait until it has followed all links. If you leave this screen it comes to its end all the same, and its result is not kept.' }), el('progress', { 'aria-label': 'The audit is running' })));
    announce('The audit is running');
    fill(result, api('audit', { store: session.store }), show).then(() => {
      start.disabled = false;
      announce(result.querySelector('h3')?.textContent ?? '');
    });
  };
  const start = button('Audit the index', run, { class: 'primary' });
  return [el('section', { class: 'card' }, el('h3', { text: 'Before you start' }),
    el('p', { text: `The audit follows every link of ${plural(store.documents, 'document')}; additions wait meanwhile, searches do not. Then up to ${QUESTIONS} questions are asked twice, along the graph and of all vectors: about ${number(QUESTIONS * store.documents)} comparisons. Nothing is embedded, and nothing is changed.` }),
    el('div', { class: 'row' }, start)), result];
}

function show(audit) {
  return [
    el('section', { class: `card verdict ${audit.sound ? 'good' : 'bad'}`, 'aria-label': 'Findings' },
      el('h3', { text: audit.sound ? 'The index is sound' : 'Something is wrong with the index' }),
      el('p', { class: 'muted', text: `${plural(audit.live, 'vector')}, looked at in ${number(audit.millis)} ms` }),
      el('ul', { class: 'findings' }, audit.findings.map((finding) => el('li', { class: finding.good ? 'good' : 'bad' }, el('strong', { text: finding.good ? 'In order: ' : 'Wrong: ' }), finding.text)))),
    el('section', { class: 'card', 'aria-label': 'Recall' }, el('h3', { text: 'Share of the true nearest that is found' }),
      audit.target === null ? null : el('p', { class: 'muted', text: `The target is ${percent(audit.target)} of the ten nearest, as a mean.` }),
      el('table', { class: 'figures' }, el('thead', {}, el('tr', {}, ['Asked with', 'Questions', 'The nearest', 'The ten nearest', 'Error'].map((text) => el('th', { scope: 'col', text })))),
        el('tbody', {}, audit.recalls.map((sample) => el('tr', {}, el('th', { scope: 'row', text: sample.name }),
          el('td', { text: sample.queries === 0 ? 'none yet' : number(sample.queries) }), el('td', { text: sample.at1 === null ? '–' : percent(sample.at1) }),
          el('td', { text: sample.at10 === null ? '–' : percent(sample.at10) }), el('td', { text: sample.error === null ? '–' : `± ${percent(sample.error)}` })))))),
    el('section', { class: 'card', 'aria-label': 'Links' }, el('h3', { text: 'Links of the lowest layer' }),
      histogram('Links that lead away from a vector', audit.outDegrees), histogram('Links that lead to a vector', audit.inDegrees)),
  ];
}
