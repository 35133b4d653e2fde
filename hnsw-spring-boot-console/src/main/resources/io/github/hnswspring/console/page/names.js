// What a document is called: by its title or file if its metadata have one, else by its id, unless that is a hash.

import { button, el } from './dom.js';

const HASH = /^([0-9a-f]{32,}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

export const isHash = (id) => HASH.test(id);

export const shortId = (id) => (isHash(id) ? `${id.slice(0, 8)}…` : id);

const flat = (text) => text.replace(/\s+/g, ' ').trim();

function cut(text, most) {
  const all = [...flat(text)];
  return all.length > most ? `${all.slice(0, most - 1).join('').trimEnd()}…` : all.join('');
}

const quoted = (text, most) => (flat(text) ? `“${cut(text, most)}”` : '');

// Where its text stands beside it.
export const nameOf = (document) => document.name ?? shortId(document.id);

// Where nothing stands beside it.
export function called(document) {
  if (document.name) return `${cut(document.name, 44)} ${quoted(document.text, 32)}`.trim();
  return isHash(document.id) ? quoted(document.text, 48) || shortId(document.id) : document.id;
}

// For those who do not see what stands beside it; the id is what to type elsewhere.
export const spokenName = (document) => (document.name || isHash(document.id) ? `${called(document)}, id ${document.id}` : document.id);

// Who has seen a document in a list knows it by this when it is an id in a field.
const seen = new Map();

export const seenAs = (id) => seen.get(id);

// Another store may have another document of that id.
export const forgetSeen = () => seen.clear();

// Its name, which opens or chooses it, and its id where that is another one.
export function nameLink(document, verb, onclick) {
  seen.set(document.id, document);
  return [button(nameOf(document), onclick, { class: document.name ? 'link name' : 'link id', title: document.id, 'aria-label': `${verb} document ${spokenName(document)}` }), ' ',
    document.name ? el('small', { class: 'id muted', title: document.id, text: shortId(document.id) }) : null];
}

// The name and the id as a text that is marked with one click.
export function naming(document) {
  seen.set(document.id, document);
  return document.name || isHash(document.id) ? [el('span', { text: called(document) }), ' ', el('small', { class: 'id muted', title: document.id, text: shortId(document.id) })] : [document.id];
}
