// Documents page by page, with a filter; and one of them with all there is.

import { announce, api, button, el, fill, leads, number, plural, problem, score, tags, wide } from './dom.js';
import { filterEditor } from './filter.js';
import { isHash, nameLink } from './names.js';
import { nothing } from './replica.js';

// Milliseconds until what is on its way is looked for again.
const AGAIN = 3000;

export function documents(box, session, parameters) {
  const before = [];
  let after = 0;
  let filter = parameters.get('filter') ?? '';
  const list = el('div', { class: 'list' });
  const detail = el('aside', { class: 'detail card', 'aria-label': 'Document', hidden: true });

  // What is on its way is looked for again until it is here.
  let again = 0;
  const fail = (error) => {
    if (error.arrival) again = setTimeout(() => list.isConnected && load(after), AGAIN);
    return problem(error);
  };
  const load = (from) => {
    after = from;
    clearTimeout(again);
    fill(list, api('documents', { store: session.store, filter, after }), (page) => [
      el('p', { class: 'muted', text: `${plural(page.total, 'document')}${filter ? ' with this filter' : ''}; page ${number(before.length + 1)}` }),
      page.documents.length ? table(page.documents, open) : el('p', { text: filter ? 'No document passes this filter.' : nothing(session.current(), 'they are shown here') }),
      el('div', { class: 'pages' },
        button('First page', () => { before.length = 0; load(0); }, { class: 'quiet', disabled: before.length === 0 }),
        button('Page before', () => load(before.pop()), { class: 'quiet', disabled: before.length === 0 }),
        button('Next page', () => { before.push(after); load(page.next); }, { class: 'quiet', disabled: page.next === null }))], fail)
      .then(() => announce(list.querySelector('p')?.textContent ?? ''));
  };
  const editor = filterEditor(session, filter, (text) => { filter = text; before.length = 0; load(0); });

  const open = (id) => {
    const close = () => { detail.hidden = true; };
    detail.hidden = false;
    session.document = id;
    fill(detail, api('document', { store: session.store, id }), (whole) => view(whole, session, open, close), (error) => [head({ id }, close), problem(error)])
      .then(() => { detail.querySelector('h3')?.focus(); detail.scrollIntoView({ block: 'nearest' }); });
  };

  const id = el('input', { type: 'text', maxlength: 2000, autocomplete: 'off' });
  const byId = el('form', { class: 'row', onsubmit: (event) => { event.preventDefault(); if (id.value.trim()) open(id.value.trim()); } },
    wide('Open by id', id), button('Open', undefined, { type: 'submit', class: 'quiet' }));
  box.append(el('div', { class: 'card tools' }, editor.box, byId), el('div', { class: 'split' }, list, detail));
  load(0);
  if (parameters.get('id')) open(parameters.get('id'));
  return () => clearTimeout(again);
}

function table(lines, open) {
  return el('table', {}, el('caption', { class: 'visually-hidden', text: 'Documents' }),
    el('thead', {}, el('tr', {}, el('th', { scope: 'col', text: 'Document' }), el('th', { scope: 'col', text: 'Text' }), el('th', { scope: 'col', text: 'Metadata' }))),
    el('tbody', {}, lines.map((line) => (line.damage ? el('tr', { class: 'damaged' }, el('th', { scope: 'row', text: line.name }), el('td', { colspan: 2 }, el('p', { class: 'problem', text: line.damage })))
      : leads(el('tr', {}, el('th', { scope: 'row' }, nameLink(line, 'Open', () => open(line.id))),
        el('td', { class: 'text', text: line.text }), el('td', {}, tags(line))), () => open(line.id))))));
}

const head = (document, close) => el('div', { class: 'card-head' }, el('h3', { tabindex: -1, text: document.name ?? document.id, class: !document.name && isHash(document.id) ? 'id' : null }), button('Close', close, { class: 'quiet' }));

// For other screens, programs and questions to others.
function idLine(id) {
  const text = el('code', { class: 'id', text: id });
  const copy = async () => {
    getSelection().selectAllChildren(text);
    try {
      await navigator.clipboard.writeText(id);
      announce('The id is copied');
    } catch {
      announce('The id is marked; copy it with the keyboard');
    }
  };
  return el('p', { class: 'id-line' }, el('span', { class: 'muted', text: 'Id ' }), text, ' ', button('Copy', copy, { class: 'chip', 'aria-label': 'Copy the id' }));
}

function view(whole, session, open, close) {
  const cut = whole.textLength > whole.text.length;
  return [
    head(whole, close),
    whole.name || isHash(whole.id) ? idLine(whole.id) : null,
    el('div', { class: 'row' },
      button('Why is it not found?', () => session.show('why', { id: whole.id }), { class: 'quiet' }),
      button('In the graph', () => session.show('graph', { id: whole.id }), { class: 'quiet' }),
      button('How it is linked', () => session.show('graph', { show: 'insertion', id: whole.id }), { class: 'quiet' })),
    el('h4', { text: 'Metadata' }),
    Object.keys(whole.metadata).length
      ? el('dl', { class: 'metadata' }, Object.entries(whole.metadata).flatMap(([key, value]) => [el('dt', {}, key, el('small', { class: 'muted', text: ` ${whole.types[key]}` })), el('dd', { text: value })]))
      : el('p', { class: 'muted', text: 'None.' }),
    el('h4', { text: `Text, ${plural(whole.textLength, 'character')}` }),
    el('pre', { tabindex: 0, text: whole.text, 'aria-label': 'Text of the document' }),
    cut ? el('p', { class: 'muted', text: 'The rest is not shown.' }) : null,
    el('h4', { text: 'Nearest others' }),
    whole.arriving ? el('p', { class: 'muted', text: 'Others are on their way; the nearest are shown once all are here.' })
      : whole.nearest === null ? el('p', { class: 'muted', text: 'It has no vector, so nothing is near it; words may still find it.' })
      : whole.nearest.length === 0 ? el('p', { class: 'muted', text: 'There is no other document.' })
        : el('ol', { class: 'nearest' }, whole.nearest.map((line) => (line.damage ? el('li', {}, el('p', { class: 'problem', text: line.damage }))
          : leads(el('li', {}, el('span', { class: 'score', text: score(line.score) }),
            nameLink(line, 'Open', () => open(line.id)), ' ', el('span', { class: 'text', text: line.text })), () => open(line.id))))),
  ];
}
