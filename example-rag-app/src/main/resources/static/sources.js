// Which documents are asked: found by name, grouped by folder.

import { $, button, element, plural } from './dom.js';

const SHOWN = 300;
const MOST = 100;

const selected = new Set();
let all = [];

export const chosen = () => [...selected];

export const isUpload = (info) => info.origin === 'uploads';

const folderOf = (info) => (isUpload(info) ? 'Uploaded'
  : info.source.includes('/') ? info.source.slice(0, info.source.lastIndexOf('/')) : 'Files');

export function showSources(documents) {
  const before = JSON.stringify(all);
  all = [...new Map(documents.map((info) => [info.source, folderOf(info)]))];
  const names = new Set(all.map(([source]) => source));
  for (const source of [...selected]) if (!names.has(source)) selected.delete(source);
  if (JSON.stringify(all) !== before) draw();
  showSelection();
}

function option(source, folder) {
  const label = element('label');
  const box = element('input');
  box.type = 'checkbox';
  box.value = source;
  box.checked = selected.has(source);
  box.addEventListener('change', () => {
    if (box.checked) selected.add(source); else selected.delete(source);
    showSelection();
  });
  // The folder stands above.
  label.append(box, element('span', '', source.startsWith(`${folder}/`) ? source.slice(folder.length + 1) : source));
  box.setAttribute('aria-label', source);
  return label;
}

export function draw() {
  const wanted = $('source-search').value.trim().toLowerCase();
  const found = all.filter(([source]) => source.toLowerCase().includes(wanted)).slice(0, SHOWN);
  const groups = new Map();
  for (const [source, folder] of found) {
    if (!groups.has(folder)) groups.set(folder, []);
    groups.get(folder).push(source);
  }
  $('source-none').hidden = found.length > 0;
  $('source-options').replaceChildren(...[...groups].map(([folder, sources]) => {
    const group = element('fieldset');
    group.append(element('legend', '', folder));
    if (sources.length > 1) {
      group.append(button('link', `Choose these ${sources.length}`, `Choose these ${sources.length} of ${folder}`, () => {
        sources.forEach((source) => selected.add(source));
        draw();
        showSelection();
      }));
    }
    group.append(...sources.map((source) => option(source, folder)));
    return group;
  }));
}

function showSelection() {
  const names = chosen();
  const tooMany = names.length > MOST ? ` (at most ${MOST} can be asked)` : '';
  $('source-summary').textContent = names.length === 0 ? 'All documents'
    : names.length === 1 ? names[0] : plural(names.length, 'document') + tooMany;
  $('source-filter').classList.toggle('active', names.length > 0);
}

export function askAll() {
  selected.clear();
  draw();
  showSelection();
}
