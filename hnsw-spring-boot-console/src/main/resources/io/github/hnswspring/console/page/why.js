// Why a search does not find a document, and a setting that would.

import { announce, api, button, el, field, fill, plural, score } from './dom.js';
import { searchForm } from './form.js';

export function why(box, session, parameters) {
  session.document = parameters.get('id') ?? session.document;
  const id = el('input', { type: 'text', maxlength: 2000, required: true, autocomplete: 'off' });
  id.value = session.document;
  const words = el('input', { type: 'search', maxlength: 1000, autocomplete: 'off', placeholder: 'words of its text' });
  const found = el('div', { class: 'found' });
  const find = () => words.value.trim() && fill(found, api('find', { store: session.store, words: words.value.trim() }), (page) => (page.documents.length === 0
    ? el('p', { class: 'muted', text: 'No document has this id or these words.' })
    : el('ul', {}, page.documents.map((line) => el('li', {}, button(line.id, () => { id.value = line.id; found.replaceChildren(); id.focus(); }, { class: 'link id', 'aria-label': `Choose document ${line.id}` }), ' ', el('span', { class: 'text', text: line.text }))))));
  words.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') { event.preventDefault(); find(); }
  });
  const answer = el('div', { class: 'answer' });
  const run = () => {
    session.document = id.value.trim();
    fill(answer, api('explanation', { store: session.store, id: session.document, ...session.request }), (explanation) => show(explanation, session))
      .then(() => announce(answer.querySelector('.reason')?.textContent ?? ''));
  };
  const chooser = el('fieldset', {}, el('legend', { text: 'The document you expected' }),
    el('div', { class: 'row' }, field('Its id', id), field('or find it', words), button('Find', find, { class: 'quiet' })), found);
  const form = searchForm(session, 'Explain', run, [chooser]);
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
