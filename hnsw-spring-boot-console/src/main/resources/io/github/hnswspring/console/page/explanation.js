// What an explanation says, for the screens that show one.

import { button, el, plural, score } from './dom.js';

export const facts = (explanation) => el('dl', { class: 'facts' }, explanation.facts.map((fact) => el('div', { class: 'fact' }, el('dt', { text: fact.name }), el('dd', { text: fact.value }))));

// Buttons that carry a setting over to the search.
export function remedies(explanation, session) {
  const attempt = (change) => {
    Object.assign(session.request, change);
    session.show('search', { run: 1 });
  };
  return [...explanation.remedies.map((remedy) => button(`Try it: ${remedy.label}`, () => attempt(remedy.change), { class: 'primary' })),
    button(explanation.found ? 'Show the search' : 'Search as it is', () => attempt({}), { class: 'quiet' })];
}

export function linking(explanation) {
  return el('div', {}, el('h4', { text: 'Who links to it: it is met only by those who come by one of these' }),
    el('table', {}, el('thead', {}, el('tr', {}, ['Document', 'Rank', 'Similarity', 'The walk'].map((text) => el('th', { scope: 'col', text })))),
      el('tbody', {}, explanation.linkedFrom.map((link) => el('tr', {}, el('th', { scope: 'row', text: link.documentId }),
        el('td', { text: link.rank || 'beyond 1,000' }), el('td', { text: score(link.score) }), el('td', { text: link.visited ? 'was there' : 'did not come by' }))))),
    explanation.otherLinks ? el('p', { class: 'muted', text: `and ${plural(explanation.otherLinks, 'other')}` }) : null);
}
