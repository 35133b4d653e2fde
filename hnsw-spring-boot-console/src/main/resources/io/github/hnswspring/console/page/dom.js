// What all screens use: elements, requests to the server, numbers for people.

export const $ = (id) => document.getElementById(id);

// Elements are made of text alone: nothing that a document says becomes markup.
export function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === 'text') node.textContent = value;
    else if (key === 'class') node.className = value;
    else if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else if (key === 'value') node.value = value;
    else node.setAttribute(key, value === true ? '' : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

export const button = (text, onclick, attributes = {}) => el('button', { type: 'button', text, onclick, ...attributes });

export const field = (label, control, hint) => el('label', { class: 'field' }, el('span', { text: label }), control,
  hint ? el('small', { class: 'muted', text: hint }) : null);

// With room for a hash, or for a few words.
export function wide(label, control) {
  const node = field(label, control);
  node.classList.add('wide');
  return node;
}

export function select(options, chosen, attributes = {}) {
  const node = el('select', attributes, options.map(([value, text]) => el('option', { value, text })));
  node.value = chosen ?? options[0]?.[0] ?? '';
  return node;
}

export const number = (value) => Number(value).toLocaleString('en');

export const plural = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;

export const percent = (share) => `${(100 * share).toFixed(share === 1 ? 0 : 1)} %`;

export function bytes(count) {
  if (count < 0) return 'unknown';
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let value = count;
  while (value >= 1000 && unit < units.length - 1) { value /= 1000; unit += 1; }
  return `${unit === 0 ? value : value.toPrecision(3)} ${units[unit]}`;
}

export const millis = (value) => `${value < 10 ? value.toFixed(2) : value.toFixed(value < 100 ? 1 : 0)} ms`;

export const score = (value) => (value === null || value === undefined ? '–' : value.toFixed(4));

export const fact = (name, value, hint, wide) => el('div', { class: wide ? 'fact wide' : 'fact' }, el('dt', { text: name }), el('dd', {}, value, hint ? el('small', { class: 'muted', text: hint }) : null));

export const progress = (label, share) => el('div', { class: 'progress' }, el('span', { text: `${label}: ${percent(share)}` }), el('progress', { max: 1, value: share, 'aria-label': label }));

export function announce(text) {
  $('announcement').textContent = '';
  requestAnimationFrame(() => { $('announcement').textContent = text; });
}

// An address has to hold all of it.
const LONGEST = 7000;

export async function api(name, parameters = {}, signal) {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== null && value !== '') query.set(key, value);
  }
  if (query.toString().length > LONGEST) throw new Error('The question and the filter are too long together; shorten one of them.');
  let response;
  try {
    response = await fetch(`api/${name}?${query}`, { headers: { 'X-Hnsw-Console': '1' }, signal });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw Object.assign(new Error('The application cannot be reached: it has ended, or the network is down.'), { advice: 'Start it, and try again.' });
  }
  let body = null;
  try {
    body = await response.json();
  } catch {
    // Not from the console: a login page, for example.
  }
  if (!response.ok || body === null) {
    throw Object.assign(new Error(body?.detail ?? `The server answered ${response.status}. Reload the page; you may have to log in again.`), { arrival: body?.arrival });
  }
  return body;
}

// A replica is being filled: nothing has failed, and all there is to do is to wait.
function arriving(error) {
  announce(`The documents are on their way. ${error.message}`);
  const { documents, of } = error.arrival;
  return el('div', { class: 'card arriving', role: 'status' }, el('h3', { text: 'The documents are on their way' }), el('p', { text: error.message }),
    of ? el('progress', { max: of, value: documents, 'aria-label': 'Documents that are here' }) : el('progress', { 'aria-label': 'Documents are on their way' }));
}

export function problem(error) {
  if (error.arrival) return arriving(error);
  const message = /[.!?…]$/.test(error.message) ? error.message : `${error.message}.`;
  const sentences = error.advice ? `${message} ${error.advice}` : message;
  announce(sentences);
  return el('div', { class: 'problem', role: 'alert' }, el('strong', { text: 'That did not work. ' }), sentences);
}

// Puts into a box what a promise gives, and until then that it is awaited; only the latest counts.
export async function fill(box, promise, show, fail = problem) {
  const turn = {};
  box.turn = turn;
  box.setAttribute('aria-busy', 'true');
  if (!box.hasChildNodes()) box.replaceChildren(el('p', { class: 'muted', text: 'Loading…' }));
  try {
    const value = await promise;
    if (box.turn === turn) box.replaceChildren(...[show(value)].flat().filter(Boolean));
  } catch (error) {
    if (error.name !== 'AbortError' && box.turn === turn) box.replaceChildren(...[fail(error)].flat());
  }
  if (box.turn === turn) box.removeAttribute('aria-busy');
}

// All of a row leads on, for those who point; its link or button is what the keyboard and a screen reader find.
// A text that is being marked is no click.
export function leads(row, open) {
  row.classList.add('leads');
  row.addEventListener('click', (event) => {
    if (!event.target.closest('a, button, summary') && getSelection().isCollapsed) open();
  });
  return row;
}

const tagList = (metadata) => el('ul', { class: 'tags' },
  Object.entries(metadata).map(([key, value]) => el('li', {}, el('b', { text: key }), ` ${value}`)));

// What is for people, and folded what is for programs.
export function tags({ metadata, technical }) {
  const keys = Object.keys(technical);
  return el('div', { class: 'tagged' }, Object.keys(metadata).length ? tagList(metadata) : null,
    keys.length ? el('details', {}, el('summary', { text: `${plural(keys.length, 'technical key')}`, title: keys.join(', ') }), tagList(technical)) : null);
}
