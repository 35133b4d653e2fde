// What there is to ask: its state, what was read of it, deleting and restoring.

import { $, button, element, message, plural, request } from './dom.js';
import { isUpload, showSources } from './sources.js';

const SHOWN = 200;
const SEARCH_FROM = 9;

const documents = new Map();
let excluded = [];
let chunks = 0;

export const has = (id) => documents.has(id);

const STATES = {
  READY: (d) => plural(d.chunks, 'passage'),
  QUEUED: () => 'waiting',
  INGESTING: (d) => `${d.done} of ${plural(d.chunks, 'passage')}`,
  FAILED: (d) => d.message || 'failed',
};

// ---- one document

function report(info) {
  const { report: read } = info;
  if (!read) return null;
  const details = element('details', 'report');
  const left = read.leftOut?.length ?? 0;
  const summary = element('summary', '', `What was read${left ? ` · ${left} left out` : ''}`);
  summary.append(element('span', 'visually-hidden', ` of ${info.source}`));
  const list = element('dl');
  const add = (name, value) => list.append(element('dt', '', name), element('dd', '', value));
  if (read.title) add('Title', read.title);
  add('Text', `${plural(read.sections, 'section')}, ${plural(read.characters, 'character')}`);
  for (const part of read.leftOut ?? []) add('Left out', `${part.what}: ${part.why}`);
  details.append(summary, list);
  return details;
}

function documentItem(info) {
  const item = element('li', `document ${info.state}`);
  item.dataset.id = info.id;
  const dot = element('span', 'dot');
  dot.setAttribute('aria-hidden', 'true');
  const words = element('div');
  const slash = info.source.lastIndexOf('/');
  const name = element('a', 'document-name', info.source.slice(slash + 1));
  name.href = `api/documents/${encodeURIComponent(info.id)}/file`;
  name.target = '_blank';
  name.rel = 'noopener';
  name.title = `Opens ${info.source}`;
  name.setAttribute('aria-label', `Open ${info.source}`);
  const origin = isUpload(info) ? ' · uploaded' : slash > 0 ? ` · ${info.source.slice(0, slash)}` : '';
  words.append(name, element('div', 'document-state', STATES[info.state](info) + origin));
  const read = report(info);
  if (read) words.append(read);
  item.append(dot, words, button('remove', '✕', `Delete ${info.source}`, () => confirmDelete(info)));
  if (info.state === 'INGESTING') {
    const progress = element('progress');
    progress.max = Math.max(info.chunks, 1);
    progress.value = info.done;
    progress.setAttribute('aria-label', `Progress of ${info.source}`);
    item.append(progress);
  }
  return item;
}

// ---- the list

export function show() {
  const wanted = $('document-search').value.trim().toLowerCase();
  // What failed comes first, where it is seen.
  const all = [...documents.values()].sort((a, b) =>
    (b.state === 'FAILED') - (a.state === 'FAILED') || a.source.localeCompare(b.source));
  const found = all.filter((d) => d.source.toLowerCase().includes(wanted));
  const focused = focus();
  const open = new Set([...$('documents').querySelectorAll('.report[open]')].map((r) => r.closest('.document').dataset.id));
  $('documents').replaceChildren(...found.slice(0, SHOWN).map(documentItem));
  for (const item of $('documents').children) {
    if (open.has(item.dataset.id)) item.querySelector('.report')?.setAttribute('open', '');
  }
  restoreFocus(focused);
  document.querySelectorAll('[data-count]').forEach((count) => { count.textContent = all.length.toLocaleString(); });
  $('more-documents').hidden = found.length <= SHOWN;
  $('more-documents').textContent = `… and ${plural(found.length - SHOWN, 'document')} more: find them by name`;
  $('document-search-label').hidden = all.length < SEARCH_FROM;
  showNone(all.length, found.length);
  showExcluded();
  showSources(all.filter((d) => d.state !== 'FAILED' || d.chunks > 0));
}

// A store may hold passages that another application has put into it.
function showNone(all, found) {
  $('no-documents').hidden = found > 0;
  if (all > 0) $('no-documents').textContent = 'No document has this in its name.';
  else if (chunks > 0) {
    $('no-documents').textContent = `The store holds ${plural(chunks, 'passage')} that came from another application. `
      + 'Questions are answered from them; what is added here joins them.';
  } else {
    $('no-documents').textContent = 'No documents yet. Choose files above, or set hnsw.ingest.sources to a folder and restart.';
  }
}

export function showStored(count) {
  chunks = count;
  showNone(documents.size, documents.size);
}

// Drawing anew must not take the keyboard focus away: it stays with its control, or goes to the neighbour of a
// document that has gone.
function focus() {
  const active = document.activeElement;
  const item = active?.closest?.('.document');
  if (!item) return null;
  const items = [...$('documents').children];
  return { id: item.dataset.id, index: items.indexOf(item), control: [...item.querySelectorAll('a, summary, button')].indexOf(active) };
}

function restoreFocus(focused) {
  if (!focused) return;
  const items = [...$('documents').children];
  const same = items.find((item) => item.dataset.id === focused.id);
  if (same) same.querySelectorAll('a, summary, button')[focused.control]?.focus();
  else focusNear(focused.index);
}

function focusNear(index) {
  const items = [...$('documents').children];
  const near = items[Math.min(index, items.length - 1)];
  (near ? near.querySelector('.remove') : $('documents')).focus();
}

let drawing = false;
function drawSoon() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    show();
  });
}

// ---- deleting and restoring

function confirmDelete(info) {
  $('confirm-text').textContent = `Delete ${info.source}?`;
  $('confirm-hint').textContent = isUpload(info)
    ? 'The uploaded file and its passages are removed.'
    : 'Its passages are removed; the file in the folder stays. It can be restored below the list.';
  $('confirm').returnValue = 'cancel';
  $('confirm').showModal();
  $('confirm').onclose = async () => {
    if ($('confirm').returnValue !== 'delete') return;
    const index = [...$('documents').children].findIndex((item) => item.dataset.id === info.id);
    try {
      await request(`api/documents/${encodeURIComponent(info.id)}`, { method: 'DELETE' });
      documents.delete(info.id);
      if (!isUpload(info)) excluded = [...excluded.filter((d) => d.id !== info.id), { id: info.id, source: info.source }];
      show();
      focusNear(index);
      message(`${info.source} is deleted.`);
    } catch (error) {
      message(error.message, true);
    }
  };
}

function showExcluded() {
  const focused = document.activeElement?.closest?.('#excluded');
  $('excluded').hidden = excluded.length === 0;
  $('excluded-summary').textContent = `${plural(excluded.length, 'document')} deleted here, still in the folder`;
  $('excluded-list').replaceChildren(...excluded.map((info) => {
    const item = element('li');
    item.append(element('span', '', info.source), button('link', 'Restore', `Restore ${info.source}`, () => restore(info)));
    return item;
  }));
  if (focused && !$('excluded').hidden) $('excluded-summary').focus();
}

async function restore(info) {
  try {
    await request(`api/documents/${encodeURIComponent(info.id)}/restore`, { method: 'POST' });
    excluded = excluded.filter((d) => d.id !== info.id);
    showExcluded();
    if (excluded.length === 0) $('documents').focus();
    message(`${info.source} is being read again.`);
  } catch (error) {
    message(error.message, true);
  }
}

// ---- what the server tells

function showScan(scan) {
  $('scan').hidden = !scan.running;
  $('rescan').disabled = scan.running;
  $('scan-progress').max = Math.max(scan.files, 1);
  $('scan-progress').value = scan.checked;
  $('scan-label').textContent = `Checking the sources: ${scan.checked} of ${plural(scan.files, 'file')}`;
}

export function listen(changed) {
  const events = new EventSource('api/events');
  const on = (name, handle) => events.addEventListener(name, (event) => {
    handle(JSON.parse(event.data));
    drawSoon();
    changed();
  });
  on('documents', (everything) => {
    documents.clear();
    everything.documents.forEach((d) => documents.set(d.id, d));
    excluded = everything.excluded ?? [];
    showScan(everything.scan);
  });
  on('document', (info) => {
    documents.set(info.id, info);
    excluded = excluded.filter((d) => d.id !== info.id);
  });
  on('removed', ({ id }) => documents.delete(id));
  events.addEventListener('scan', (event) => showScan(JSON.parse(event.data)));
  events.addEventListener('error', () => { $('status').textContent = 'Connection lost, trying again…'; });
}

export async function rescan() {
  try {
    await request('api/rescan', { method: 'POST' });
    message('Looking for new, changed and removed files.');
  } catch (error) {
    message(error.message, true);
  }
}

