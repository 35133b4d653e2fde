// A filter is a text; beside it is a builder that knows names, types and frequent values.

import { api, button, el, field, number, select } from './dom.js';

const OPERATORS = [['==', 'is'], ['!=', 'is not'], ['>', 'is more than'], ['>=', 'is at least'], ['<', 'is less than'], ['<=', 'is at most'], ['IN', 'is one of (with commas)'], ['NIN', 'is none of (with commas)'], ['ISNULL', 'is missing'], ['ISNOTNULL', 'is there']];

const quoted = (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

function literal(text, types) {
  if (types.includes('number') && text !== '' && Number.isFinite(Number(text))) return text.trim();
  if (types.includes('boolean') && /^(true|false)$/.test(text.trim())) return text.trim();
  return quoted(text);
}

const WORDS = /^(and|or|not|in|nin|is|null|true|false)$/i;

const name = (key) => (/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)?$/.test(key) && !WORDS.test(key) ? key : quoted(key));

export function comparison(key, types, operator, text) {
  if (operator === 'ISNULL') return `${name(key)} IS NULL`;
  if (operator === 'ISNOTNULL') return `${name(key)} IS NOT NULL`;
  if (operator === 'IN' || operator === 'NIN') {
    return `${name(key)} ${operator} [${text.split(',').map((one) => literal(one.trim(), types)).join(', ')}]`;
  }
  return `${name(key)} ${operator} ${literal(text, types)}`;
}

// The server counts no further.
const MOST = 10_000;

const counted = (documents) => (documents === 0 ? '' : documents >= MOST ? ' (10,000 or more)' : ` (${number(documents)})`);

let lists = 0;

// A box with the text and the builder; its value is what is to be searched.
export function filterEditor(session, value, onchange) {
  const text = el('input', { type: 'text', class: 'filter-text', maxlength: 2000, placeholder: "author == 'Ada' AND year >= 2020", spellcheck: 'false', autocomplete: 'off' });
  text.value = value;
  text.addEventListener('change', () => onchange(text.value.trim()));
  const builder = el('details', { class: 'builder' }, el('summary', { text: 'Build a comparison' }));
  builder.addEventListener('toggle', async () => {
    if (!builder.open || builder.children.length > 1) return;
    const box = el('div', { class: 'builder-row' }, el('p', { class: 'muted', text: 'Loading…' }));
    builder.append(box);
    try {
      box.replaceChildren(...rows(await api('metadata', { store: session.store }), text, onchange));
    } catch (error) {
      box.replaceChildren(el('p', { class: 'problem', text: error.message }));
    }
  });
  return { box: el('div', { class: 'filter' }, field('Filter', text, 'as Spring AI spells filters; empty for all'), builder), text };
}

function rows(sample, text, onchange) {
  if (sample.keys.length === 0) return [el('p', { class: 'muted', text: 'No document has metadata.' })];
  lists += 1;
  const options = el('datalist', { id: `values-${lists}` });
  const key = select(sample.keys.map((one) => [one.name, `${one.name} (${one.types.join(', ')})`]));
  const operator = select(OPERATORS);
  const value = el('input', { type: 'text', list: options.id, maxlength: 500, autocomplete: 'off' });
  const frequent = el('div', { class: 'frequent' });
  const chosen = () => sample.keys.find((one) => one.name === key.value);
  const offer = () => {
    options.replaceChildren(...chosen().values.map((one) => el('option', { value: one.text })));
    frequent.replaceChildren(el('span', { class: 'muted', text: chosen().values.length === 0 ? 'Its values are not offered: they are long, or no text and no number.' : chosen().complete ? 'Values: ' : 'Frequent values: ' }),
      ...chosen().values.map((one) => button(`${one.text}${counted(one.documents)}`, () => { value.value = one.text; value.focus(); }, { class: 'chip' })));
    value.value = '';
  };
  key.addEventListener('change', offer);
  operator.addEventListener('change', () => { value.disabled = operator.value.startsWith('IS'); });
  offer();
  return [field('Name', key), field('Comparison', operator), field('Value', value), options,
    button('Add to the filter', () => {
      const added = comparison(key.value, chosen().types, operator.value, value.value);
      text.value = text.value.trim() ? `${text.value.trim()} AND ${added}` : added;
      onchange(text.value);
    }, { class: 'primary' }), frequent];
}
