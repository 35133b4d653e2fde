// Puts the parts of the page together. Text from documents is only ever set as text, never as markup.

import { $, button, element, message, plural, request } from './dom.js';
import * as conversation from './conversation.js';
import * as documents from './documents.js';
import * as sources from './sources.js';
import * as uploads from './uploads.js';

let status = { answers: 'EXTRACTIVE', chatModelName: '', chunks: 0 };

// ---- status line and welcome

async function showStatus() {
  status = await (await request('api/status')).json();
  const extensions = status.accept.split(',').map((extension) => extension.trim()).filter(Boolean);
  uploads.configure({ maxBytes: status.maxFileBytes, extensions });
  $('file').accept = extensions.join(',');
  $('accept').textContent = `${extensions.join(', ')} up to ${Math.round(status.maxFileBytes / 1048576)} MB`;
  const answers = status.answers === 'GENERATED'
    ? `answers written by ${modelName()}` : 'answers are quotations, no chat model is configured';
  $('status').textContent = `${plural(status.chunks, 'passage')} · ${answers}`;
  documents.showStored(status.chunks);
  conversation.showEmpty();
  await showWelcome();
}

const modelName = () => status.chatModelName || status.chatModel;

let topicsFor = -1;

// What can be asked depends on what there is: headings of the documents themselves.
async function showWelcome() {
  $('welcome-text').textContent = status.chunks === 0
    ? 'There is nothing to ask yet. Add documents, then ask about them.'
    : status.answers === 'GENERATED'
      ? 'Answers come from your documents alone, with the passages they rest on. Further questions may refer to them.'
      : 'The sentences that answer best are quoted, with the passages they come from. For example, about:';
  if (topicsFor === status.chunks || $('welcome').hidden) return;
  topicsFor = status.chunks;
  const topics = status.chunks === 0 ? [] : await (await request('api/topics')).json();
  $('topics').hidden = topics.length === 0;
  $('topics').replaceChildren(...topics.map((topic) => {
    const item = element('li');
    item.append(button('chip', topic, `Ask about: ${topic}`, () => conversation.ask(topic)));
    return item;
  }));
}

let refreshing = 0;
function refreshSoon() {
  clearTimeout(refreshing);
  refreshing = setTimeout(() => showStatus().catch(() => {}), 400);
}

// ---- wiring

conversation.configure({
  mode: () => status.answers,
  describe: (mode) => (mode === 'GENERATED' ? `Written by ${modelName()}` : 'Quoted'),
  canOpen: documents.has,
  sources: sources.chosen,
});

$('ask-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const question = $('question').value.trim();
  $('source-filter').open = false;
  if (question) conversation.ask(question);
});

$('stop-button').addEventListener('click', conversation.stop);
$('new-conversation').addEventListener('click', () => {
  conversation.beginAnew();
  showWelcome().catch(() => {});
});

// A browser may keep a page that was left, with its connections, in case somebody comes back.
addEventListener('pagehide', conversation.stop);

$('question').addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $('ask-form').requestSubmit();
  }
});

document.addEventListener('keydown', (event) => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? '');
  if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    $('question').focus();
    $('question').select();
  }
  if (event.key === 'Escape' && $('source-filter').open) {
    $('source-filter').open = false;
    $('source-filter').querySelector('summary').focus();
  }
});

document.addEventListener('click', (event) => {
  if (event.target.isConnected && !$('source-filter').contains(event.target)) $('source-filter').open = false;
});

$('source-search').addEventListener('input', sources.draw);
$('source-clear').addEventListener('click', sources.askAll);

$('documents-toggle').addEventListener('click', () => {
  const open = document.body.classList.toggle('documents-open');
  $('documents-toggle').setAttribute('aria-expanded', String(open));
  if (open) $('documents-panel').scrollIntoView({ block: 'start' });
});

$('file').addEventListener('change', () => {
  const files = [...$('file').files];
  $('file').value = '';
  uploads.upload(files);
});
$('uploads-close').addEventListener('click', () => {
  $('uploads').hidden = true;
  $('file').focus();
});

for (const type of ['dragenter', 'dragover']) {
  document.addEventListener(type, (event) => {
    event.preventDefault();
    $('drop').classList.add('over');
  });
}
for (const type of ['dragleave', 'drop']) {
  document.addEventListener(type, (event) => {
    event.preventDefault();
    if (type === 'drop' || !event.relatedTarget) $('drop').classList.remove('over');
  });
}
document.addEventListener('drop', (event) => uploads.dropped(event.dataTransfer));

$('document-search').addEventListener('input', documents.show);
$('rescan').addEventListener('click', documents.rescan);

conversation.restore();
showStatus().catch((error) => message(error.message, true));
documents.listen(refreshSoon);
