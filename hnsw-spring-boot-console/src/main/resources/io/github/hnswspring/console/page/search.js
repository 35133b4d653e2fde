// One search, as it is answered and with everything compared, side by side.

import { announce, api, button, el, fill, leads, millis, number, plural, score, tags } from './dom.js';
import { searchForm } from './form.js';
import { nameLink, spokenName } from './names.js';
import { nothing } from './replica.js';

const PARTS = { EMBEDDING: 'Embedding the question', FILTER: 'Filter', VECTORS: 'Comparing vectors', WORDS: 'Looking words up', SEARCH: 'The whole search, without the embedding' };

export function search(box, session, parameters) {
  const result = el('div', { class: 'result' });
  const run = () => fill(result, api('search', { store: session.store, ...session.request }), (found) => show(found, session))
    .then(() => announce(result.querySelector('.summary')?.textContent ?? ''));
  const form = searchForm(session, 'Search', run);
  box.append(form.form, result);
  if (parameters.get('run') && session.request.query) run();
  else result.append(el('p', { class: 'muted', text: 'The question is embedded once; what it finds is shown beside what comparing every vector finds.' }));
  form.query.focus();
}

function show(found, session) {
  if (found.documents === 0) return el('p', { class: 'summary', text: session.current().replica ? nothing(session.current(), 'a search finds them') : 'The store is empty, so there is nothing to find. Add documents to it, and search again.' });
  const missed = found.exact ? found.exact.hits.filter((hit) => !hit.onBothSides).length : 0;
  const summary = `${plural(found.hits.length, 'result')} of ${plural(found.matches, 'document')}${found.matches < found.documents ? ` that pass the filter, of ${number(found.documents)}` : ''}. ${found.exact === null ? '' : missed === 0 ? 'Comparing everything finds the same.' : `Comparing everything finds ${plural(missed, 'other')}.`}`;
  return [
    el('div', { class: 'row after' }, el('p', { class: 'summary', text: summary }), button('Is a document missing?', () => session.show('why'), { class: 'quiet' })),
    found.fellBack ? el('p', { class: 'problem', text: 'The embedding model of the stored vectors is not there, so words alone answered.' }) : null,
    el('section', { class: 'card plan', 'aria-label': 'What was done' }, el('h3', { text: 'What was done, and why' }),
      el('div', { class: 'two' }, el('ul', {}, found.plan.map((text) => el('li', { text }))), times(found.parts))),
    el('div', { class: found.exact ? 'two' : '' },
      column('As it is answered', found.hits, 'not among the true nearest', session),
      found.exact ? column(`Everything compared, ${millis(found.exact.millis)}`, found.exact.hits, 'the search missed it', session) : null),
  ];
}

function times(parts) {
  const most = Math.max(...parts.map((part) => part.millis), 0.001);
  return el('table', { class: 'times' }, el('caption', { class: 'visually-hidden', text: 'Time of each part' }),
    el('tbody', {}, parts.map((part) => {
      const bar = el('span', { class: 'bar' });
      bar.style.width = `${Math.max(1, 100 * part.millis / most)}%`;
      return el('tr', {}, el('th', { scope: 'row', text: PARTS[part.kind] }), el('td', { class: 'number', text: millis(part.millis) }), el('td', { class: 'bars' }, bar));
    })));
}

function column(title, hits, difference, session) {
  return el('section', { class: 'column', 'aria-label': title }, el('h3', { text: title }),
    hits.length === 0 ? el('p', { class: 'muted', text: 'Nothing was found. A lower similarity, another filter or another mode may find more.' }) : el('ol', { class: 'hits' }, hits.map((hit, rank) => leads(el('li', { class: hit.onBothSides ? 'card hit' : 'card hit differs' },
      el('div', { class: 'hit-head' }, el('span', { class: 'rank', text: rank + 1 }),
        nameLink(hit, 'Open', () => session.show('documents', { id: hit.id })),
        el('span', { class: 'score', text: score(hit.score) }),
        hit.onBothSides ? null : el('span', { class: 'mark', text: difference })),
      el('p', { class: 'text', text: hit.text }),
      ranks(hit), tags(hit),
      hit.onBothSides ? null : button('Why?', () => session.show('why', { id: hit.id, run: 1 }), { class: 'quiet', 'aria-label': `Why: ${spokenName(hit)}` })), () => session.show('documents', { id: hit.id })))));
}

function ranks(hit) {
  const words = [];
  if (hit.denseRank) words.push(`by meaning ${hit.denseRank}.`);
  if (hit.textRank) words.push(`by words ${hit.textRank}. (BM25 ${hit.textScore.toFixed(2)})`);
  if (hit.denseScore !== null) words.push(`similarity ${score(hit.denseScore)}`);
  return words.length ? el('p', { class: 'muted small', text: words.join(' · ') }) : null;
}
