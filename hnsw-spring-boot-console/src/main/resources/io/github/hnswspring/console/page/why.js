// Why a search does not find a document, and a setting that would.

import { announce, api, button, el, fill, plural, score } from './dom.js';
import { chooser } from './chooser.js';
import { searchForm } from './form.js';

export function why(box, session, parameters) {
  session.document = parameters.get('id') ?? session.document;
  const document = chooser(session, 'The document you expected', true);
  const { id } = document;
  id.value = session.document;
  const answer = el('div', { class: 'answer' });
  const run = () => {
    session.document = id.value.trim();
    fill(answer, api('explanation', { store: session.store, id: session.document, ...session.request }), (explanation) => show(explanation, session))
      .then(() => announce(answer.querySelector('.reason')?.textContent ?? ''));
  };
  const form = searchForm(session, 'Explain', run, [document.box]);
  box.append(form.form, answer);
  if (parameters.get('run') && session.request.query && id.value) run();
  else answer.append(el('p', { class: 'muted', text: 'Choose a document and say what was asked: the answer tells what keeps the document out, and what would find it.' }));
  (id.value ? form.query : id).focus();
}

function show(explanation, session) {
  const attempt = (change) => {
    Object.assign(session.request, change);
    session.show('search', { run: 1 });
  };
  return el('section', { class: `card verdict ${explanation.found ? 'good' : 'bad'}`, 'aria-label': 'Explanation' },
    el('h3', { text: explanation.headline }), el('p', { class: 'reason', text: explanation.reason }),
    el('dl', { class: 'facts' }, explanation.facts.map((fact) => el('div', { class: 'fact' }, el('dt', { text: fact.name }), el('dd', { text: fact.value })))),
    explanation.linkedFrom.length ? links(explanation) : null,
    el('div', { class: 'row' },
      explanation.remedies.map((remedy) => button(`Try it: ${remedy.label}`, () => attempt(remedy.change), { class: 'primary' })),
      button(explanation.found ? 'Show the search' : 'Search as it is', () => attempt({}), { class: 'quiet' }),
      explanation.verdict === 'NOT_STORED' || explanation.verdict === 'EXPIRED' ? null : button('Show the document', () => session.show('documents', { id: explanation.id }), { class: 'quiet' })));
}

function links(explanation) {
  return el('div', {}, el('h4', { text: 'Who links to it: it is met only by those who come by one of these' }),
    el('table', {}, el('thead', {}, el('tr', {}, ['Document', 'Rank', 'Similarity', 'The walk'].map((text) => el('th', { scope: 'col', text })))),
      el('tbody', {}, explanation.linkedFrom.map((link) => el('tr', {}, el('th', { scope: 'row', text: link.documentId }),
        el('td', { text: link.rank || 'beyond 1,000' }), el('td', { text: score(link.score) }), el('td', { text: link.visited ? 'was there' : 'did not come by' }))))),
    explanation.otherLinks ? el('p', { class: 'muted', text: `and ${plural(explanation.otherLinks, 'other')}` }) : null);
}
