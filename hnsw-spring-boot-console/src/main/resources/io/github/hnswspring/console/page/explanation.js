// What an explanation says, for the screens that show one.

import { button, el, number, plural, score } from './dom.js';
import { naming, shortId } from './names.js';

export const facts = (explanation) => el('dl', { class: 'facts' }, explanation.facts.map((fact) => el('div', { class: 'fact' }, el('dt', { text: fact.name }), el('dd', { text: fact.value }))));

// All that keeps it out, in the order in which the search meets it.
export function reasons(explanation) {
  const [first, ...others] = explanation.reasons;
  if (others.length === 0) return [el('h3', { text: first.headline }), el('p', { class: 'reason', text: first.text })];
  return [el('h3', { text: `${number(explanation.reasons.length)} things keep it out` }),
    el('ol', { class: 'reasons' }, explanation.reasons.map((reason) => el('li', {}, el('strong', { text: reason.headline }), el('p', { class: 'reason', text: reason.text }))))];
}

export const spoken = (explanation) => explanation.reasons.map((reason) => reason.text).join(' ');

// What there is to try, as a button that carries the settings over to the search; or what to do where no setting helps.
export function remedy(explanation, session) {
  const attempt = (change) => {
    Object.assign(session.request, change);
    session.show('search', { run: 1 });
  };
  const { remedy: found } = explanation;
  return [explanation.whatElse ? el('p', { class: 'notice', text: explanation.whatElse }) : null,
    el('div', { class: 'row' }, found ? button(`Try it: ${found.label}`, () => attempt(found.change), { class: 'primary' }) : null,
      button(explanation.found ? 'Show the search' : 'Search as it is', () => attempt({}), { class: 'quiet' }))];
}

export function linking(explanation) {
  return el('div', {}, el('h4', { text: 'Who links to it: it is met only by those who come by one of these' }),
    el('table', {}, el('thead', {}, el('tr', {}, ['Document', 'Rank', 'Similarity', 'The walk'].map((text) => el('th', { scope: 'col', text })))),
      el('tbody', {}, explanation.linkedFrom.map((link) => el('tr', {}, el('th', { scope: 'row' }, link.document ? naming(link.document) : shortId(link.documentId)),
        el('td', { text: link.rank || 'beyond 1,000' }), el('td', { text: score(link.score) }), el('td', { text: link.visited ? 'was there' : 'did not come by' }))))),
    explanation.otherLinks ? el('p', { class: 'muted', text: `and ${plural(explanation.otherLinks, 'other')}` }) : null);
}
