// A document is chosen by its id, or found by words of its text.

import { api, button, el, field, fill, leads } from './dom.js';

export function chooser(session, legend, required, chosen = () => {}) {
  const id = el('input', { type: 'text', maxlength: 2000, required, autocomplete: 'off' });
  const words = el('input', { type: 'search', maxlength: 1000, autocomplete: 'off', placeholder: 'words of its text' });
  const found = el('div', { class: 'found' });
  const choose = (one) => { id.value = one; found.replaceChildren(); id.focus(); chosen(); };
  const find = () => words.value.trim() && fill(found, api('find', { store: session.store, words: words.value.trim() }), (page) => (page.documents.length === 0
    ? el('p', { class: 'muted', text: 'No document has this id or these words.' })
    : el('ul', {}, page.documents.map((line) => leads(el('li', {}, button(line.id, () => choose(line.id), { class: 'link id', 'aria-label': `Choose document ${line.id}` }), ' ', el('span', { class: 'text', text: line.text })), () => choose(line.id))))));
  words.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') { event.preventDefault(); find(); }
  });
  const box = el('fieldset', {}, el('legend', { text: legend }),
    el('div', { class: 'row' }, field('Its id', id), field('or find it', words), button('Find', find, { class: 'quiet' })), found);
  return { box, id };
}
