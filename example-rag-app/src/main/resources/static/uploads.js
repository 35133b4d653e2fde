// Many files as one progress. What fails is grouped by reason.

import { $, announce, element, pause, plural, request } from './dom.js';

const AT_ONCE = 2;
const NAMES_SHOWN = 5;
const BUSY_MILLIS = 120_000;

let limits = { maxBytes: Infinity, extensions: [] };
let waiting = [];
let round = null;

export function configure(settings) {
  limits = settings;
}

// What is known without sending it.
function reasonAgainst(file) {
  if (file.size > limits.maxBytes) return `Larger than ${Math.round(limits.maxBytes / 1048576)} MB`;
  const name = file.name.toLowerCase();
  if (limits.extensions.length > 0 && !limits.extensions.some((extension) => name.endsWith(extension))) {
    return `Not read here; accepted are ${limits.extensions.join(', ')}`;
  }
  return null;
}

function failed(name, reason) {
  if (!round.failures.has(reason)) round.failures.set(reason, []);
  round.failures.get(reason).push(name);
}

// More than the server takes at once is a matter of time.
async function send(file) {
  const until = Date.now() + BUSY_MILLIS;
  for (;;) {
    const form = new FormData();
    form.append('file', file);
    try {
      await request('api/documents', { method: 'POST', body: form });
      return;
    } catch (error) {
      if ((error.status !== 429 && error.status !== 503) || Date.now() > until) throw error;
      await pause(Math.min(error.retry || 1, 5) * 1000);
    }
  }
}

async function work() {
  for (let file = waiting.shift(); file; file = waiting.shift()) {
    const reason = reasonAgainst(file);
    try {
      if (reason) failed(file.name, reason);
      else {
        await send(file);
        round.taken++;
      }
    } catch (error) {
      failed(file.name, error.message);
    }
    round.done++;
    show();
  }
}

function failureItem(reason, names) {
  const shown = names.slice(0, NAMES_SHOWN).join(', ');
  const more = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : '';
  const item = element('li');
  item.append(element('strong', '', `${plural(names.length, 'file')}: ${reason}`), element('span', 'muted', shown + more));
  item.title = names.join('\n');
  return item;
}

function summary() {
  const not = round.all - round.taken;
  return `${plural(round.taken, 'file')} taken in${not ? `, ${not} not` : ''}`;
}

function show() {
  const over = round.done === round.all;
  $('uploads').hidden = false;
  $('uploads-text').textContent = over ? summary() : `Sending ${round.done + 1} of ${plural(round.all, 'file')}`;
  $('uploads-progress').hidden = over;
  $('uploads-progress').max = round.all;
  $('uploads-progress').value = round.done;
  $('uploads-close').hidden = !over;
  $('uploads-failures').replaceChildren(...[...round.failures].map(([reason, names]) => failureItem(reason, names)));
}

// Files that come while others are being sent join them.
export async function upload(files) {
  if (files.length === 0) return;
  const running = round !== null && round.done < round.all;
  if (!running) round = { all: 0, done: 0, taken: 0, failures: new Map() };
  round.all += files.length;
  waiting.push(...files);
  show();
  if (running) return;
  announce(`Sending ${plural(files.length, 'file')}.`);
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  announce(`${summary()}. ${[...round.failures].map(([reason, names]) => `${plural(names.length, 'file')}: ${reason}`).join('. ')}`);
}

// A dropped folder is its files.
export async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (entries.length === 0) return upload([...transfer.files]);
  const files = [];
  const walk = async (entry) => {
    if (entry.isFile) files.push(await new Promise((resolve, reject) => entry.file(resolve, reject)));
    else {
      const reader = entry.createReader();
      for (;;) {
        const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
        if (some.length === 0) return;
        for (const child of some) if (!child.name.startsWith('.')) await walk(child);
      }
    }
  };
  for (const entry of entries) await walk(entry);
  return upload(files);
}
