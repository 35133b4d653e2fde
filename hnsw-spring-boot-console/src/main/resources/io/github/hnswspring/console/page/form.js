// The search that is looked at, on all screens that search.

import { button, el, field, select } from './dom.js';
import { filterEditor } from './filter.js';

const MODES = [['', 'as the store is set'], ['DENSE', 'dense: by meaning'], ['TEXT', 'text: by words'], ['HYBRID', 'hybrid: by both']];

export function searchForm(session, label, onsubmit, first = []) {
  const { request } = session;
  const query = el('input', { type: 'search', maxlength: 1000, required: true, placeholder: 'What somebody asks', autocomplete: 'off', class: 'query' });
  const mode = select(MODES, request.mode, { name: 'mode' });
  const topK = el('input', { type: 'number', min: 1, max: 300 });
  const threshold = el('input', { type: 'number', min: 0, max: 1, step: 'any', placeholder: '0' });
  const efSearch = el('input', { type: 'number', min: 1, max: 10000, placeholder: 'by target' });
  const editor = filterEditor(session, request.filter, () => {});
  const show = () => {
    query.value = request.query;
    mode.value = request.mode;
    topK.value = request.topK;
    threshold.value = request.threshold;
    efSearch.value = request.efSearch;
    editor.text.value = request.filter;
  };
  show();
  const read = () => Object.assign(request, {
    query: query.value.trim(), mode: mode.value, topK: topK.value, threshold: threshold.value, efSearch: efSearch.value, filter: editor.text.value.trim(),
  });
  const form = el('form', { class: 'card tools', onsubmit: (event) => { event.preventDefault(); read(); onsubmit(); } },
    ...first,
    el('div', { class: 'row' }, field('Question', query), button(label, undefined, { type: 'submit', class: 'primary' })),
    el('div', { class: 'row' }, field('Mode', mode), field('Results (k)', topK), field('Similarity at least', threshold), field('Candidates (efSearch)', efSearch)),
    editor.box);
  return { form, show, read, query };
}
