// A document is chosen by its id, or found by words of its text.

import { api, button, el, fill, leads, wide } from './dom.js';
import { called, isHash, nameLink, seenAs } from './names.js';

export function chooser(session, legend, required, chosen = () => {}) {
  const id = el('input', { type: 'text', maxlength: 2000, required, autocomplete: 'off' });
  const words = el('input', { type: 'search', maxlength: 1000, autocomplete: 'off', placeholder: 'words of its text' });
  const found = el('div', { class: 'found' });
  // A hash in a field tells nobody which document it is.
  const which = el('p', { class: 'which muted small' });
  const tell = () => {
    const document = seenAs(id.value.trim());
    which.textContent = document && (document.name || isHash(document.id)) ? called(document) : '';
  };
  const put = (one) => { id.value = one; tell(); };
  id.addEventListener('input', tell);
  const choose = (one) => { put(one); found.replaceChildren(); id.focus(); chosen(); };
  const find = () => words.value.trim() && fill(found, api('find', { store: session.store, words: words.value.trim() }), (page) => (page.documents.length === 0
    ? el('p', { class: 'muted', text: 'No document has this id or these words.' })
    : el('ul', {}, page.documents.map((line) => (line.damage ? el('li', {}, el('p', { class: 'problem', text: line.damage })) : leads(el('li', {}, nameLink(line, 'Choose', () => choose(line.id)), ' ', el('span', { class: 'text', text: line.text })), () => choose(line.id)))))));
  words.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') { event.preventDefault(); find(); }
  });
  const box = el('fieldset', {}, el('legend', { text: legend }),
    el('div', { class: 'row' }, wide('Its id', id), wide('or find it', words), button('Find', find, { class: 'quiet' })), which, found);
  return { box, id, put };
}
