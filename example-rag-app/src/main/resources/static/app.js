// The page's behaviour. Text from documents is only ever set as text, never as markup.

const $ = (id) => document.getElementById(id);
const documents = new Map();
const selected = new Set();
let asking = null;
let maxBytes = Infinity;

function element(name, className, text) {
  const node = document.createElement(name);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

// ---- messages and errors

function message(text, error = false) {
  const box = element('div', error ? 'message error' : 'message');
  box.append(element('span', '', text));
  const close = element('button', '', '✕');
  close.type = 'button';
  close.setAttribute('aria-label', 'Close this message');
  close.addEventListener('click', () => box.remove());
  box.append(close);
  $('messages').append(box);
  setTimeout(() => box.remove(), error ? 15000 : 5000);
}

async function problemOf(response) {
  try {
    const problem = await response.json();
    return problem.detail || problem.title || `The server answered ${response.status}`;
  } catch {
    return `The server answered ${response.status}`;
  }
}

async function request(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Error('The application cannot be reached. Is it still running?');
  }
  if (!response.ok) throw Object.assign(new Error(await problemOf(response)), { status: response.status });
  return response;
}

// ---- status line

async function showStatus() {
  const status = await (await request('api/status')).json();
  maxBytes = status.maxFileBytes;
  $('file').accept = status.accept.replaceAll(' ', '');
  $('accept').textContent = `${status.accept} up to ${Math.round(maxBytes / 1048576)} MB`;
  const answers = status.answers === 'GENERATED'
    ? `answers written by ${status.chatModel}` : 'extractive answers, no chat model configured';
  const passages = status.chunks === 1 ? 'passage' : 'passages';
  $('status').textContent = `${status.chunks.toLocaleString()} ${passages} in the store · ${answers}`;
}

// ---- documents

const STATES = {
  READY: (d) => `${d.chunks} ${d.chunks === 1 ? 'passage' : 'passages'}`,
  QUEUED: () => 'waiting',
  INGESTING: (d) => `${d.done} of ${d.chunks} passages`,
  FAILED: (d) => d.message || 'failed',
};

function documentItem(info) {
  const item = element('li', `document ${info.state}`);
  item.dataset.id = info.id;
  item.dataset.state = info.state;
  const dot = element('span', 'dot');
  dot.setAttribute('aria-hidden', 'true');
  const words = element('div');
  words.append(element('div', 'document-name', info.source));
  const origin = info.origin === 'UPLOAD' ? ' · uploaded' : '';
  words.append(element('div', 'document-state', STATES[info.state](info) + origin));
  const remove = element('button', 'remove', '✕');
  remove.type = 'button';
  remove.setAttribute('aria-label', `Delete ${info.source}`);
  remove.addEventListener('click', () => confirmDelete(info));
  item.append(dot, words, remove);
  if (info.state === 'INGESTING') {
    const progress = element('progress');
    progress.max = Math.max(info.chunks, 1);
    progress.value = info.done;
    progress.setAttribute('aria-label', `Progress of ${info.source}`);
    item.append(progress);
  }
  return item;
}

function showDocuments() {
  const wanted = $('document-search').value.trim().toLowerCase();
  const all = [...documents.values()].sort((a, b) => a.source.localeCompare(b.source));
  // Rebuilding the list must not take the keyboard focus away.
  const focused = document.activeElement?.closest?.('.document')?.dataset.id;
  $('documents').replaceChildren(
    ...all.filter((d) => d.source.toLowerCase().includes(wanted)).map(documentItem));
  if (focused) $('documents').querySelector(`[data-id="${CSS.escape(focused)}"] button`)?.focus();
  $('document-count').textContent = all.length;
  $('no-documents').hidden = all.length > 0;
  $('document-search-label').hidden = all.length < 9;
  showSources(all);
}

function showSources(all) {
  const sources = [...new Set(all.map((d) => d.source))];
  for (const source of [...selected]) if (!sources.includes(source)) selected.delete(source);
  const options = $('source-options');
  const shown = [...options.querySelectorAll('input')].map((input) => input.value);
  if (shown.join('\n') !== sources.join('\n')) {
    options.replaceChildren(...sources.map((source) => {
      const label = element('label');
      const box = element('input');
      box.type = 'checkbox';
      box.value = source;
      box.checked = selected.has(source);
      box.addEventListener('change', () => {
        if (box.checked) selected.add(source); else selected.delete(source);
        showSelection();
      });
      label.append(box, element('span', '', source));
      return label;
    }));
  }
  showSelection();
}

function showSelection() {
  const names = [...selected];
  $('source-summary').textContent = names.length === 0 ? 'All documents'
    : names.length === 1 ? names[0] : `${names.length} documents`;
  $('source-filter').classList.toggle('active', names.length > 0);
}

function showScan(scan) {
  $('scan').hidden = !scan.running;
  $('rescan').disabled = scan.running;
  $('scan-progress').max = Math.max(scan.files, 1);
  $('scan-progress').value = scan.checked;
  $('scan-label').textContent = `Checking the sources: ${scan.checked} of ${scan.files} files`;
}

let refreshing = 0;
function refreshSoon() {
  clearTimeout(refreshing);
  refreshing = setTimeout(() => showStatus().catch(() => {}), 400);
}

let drawing = false;
function drawSoon() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    showDocuments();
  });
}

function listen() {
  const events = new EventSource('api/events');
  events.addEventListener('documents', (event) => {
    const everything = JSON.parse(event.data);
    documents.clear();
    everything.documents.forEach((d) => documents.set(d.id, d));
    showScan(everything.scan);
    drawSoon();
    refreshSoon();
  });
  events.addEventListener('document', (event) => {
    const info = JSON.parse(event.data);
    documents.set(info.id, info);
    drawSoon();
    refreshSoon();
  });
  events.addEventListener('removed', (event) => {
    documents.delete(JSON.parse(event.data).id);
    drawSoon();
    refreshSoon();
  });
  events.addEventListener('scan', (event) => showScan(JSON.parse(event.data)));
  events.addEventListener('error', () => {
    $('status').textContent = 'Connection lost, trying again…';
  });
}

async function upload(files) {
  for (const file of files) {
    if (file.size > maxBytes) {
      message(`${file.name} is larger than ${Math.round(maxBytes / 1048576)} MB.`, true);
      continue;
    }
    const form = new FormData();
    form.append('file', file);
    try {
      await request('api/documents', { method: 'POST', body: form });
      message(`${file.name} is being ingested.`);
    } catch (error) {
      message(`${file.name}: ${error.message}`, true);
    }
  }
}

function confirmDelete(info) {
  $('confirm-text').textContent = `Delete ${info.source}?`;
  $('confirm-hint').textContent = info.origin === 'UPLOAD'
    ? 'The uploaded file and its passages are removed.'
    : 'Its passages are removed; the file in the folder stays. The document comes back when that file changes.';
  $('confirm').returnValue = 'cancel';
  $('confirm').showModal();
  $('confirm').onclose = async () => {
    if ($('confirm').returnValue !== 'delete') return;
    try {
      await request(`api/documents/${encodeURIComponent(info.id)}`, { method: 'DELETE' });
      message(`${info.source} is deleted.`);
    } catch (error) {
      message(error.message, true);
    }
  };
}

// ---- answers

function citation(number) {
  const link = element('a', 'cite', number);
  link.href = `#passage-${number}`;
  link.setAttribute('aria-label', `Source ${number}`);
  link.addEventListener('click', (event) => {
    event.preventDefault();
    const passage = $(`passage-${number}`);
    if (!passage) return;
    passage.scrollIntoView({ block: 'center', behavior: 'smooth' });
    passage.focus({ preventScroll: true });
    passage.classList.add('flash');
    setTimeout(() => passage.classList.remove('flash'), 1500);
  });
  return link;
}

// `code`, **bold** and [1]: the rest stays as it is.
function inline(parent, text) {
  for (const part of text.split(/(`[^`\n]+`|\*\*[^*\n]+\*\*|\[\d{1,4}\])/)) {
    if (/^`.+`$/.test(part)) parent.append(element('code', '', part.slice(1, -1)));
    else if (/^\*\*.+\*\*$/.test(part)) parent.append(element('strong', '', part.slice(2, -2)));
    else if (/^\[\d+\]$/.test(part)) parent.append(citation(part.slice(1, -1)));
    else if (part) parent.append(part);
  }
}

function showText(text) {
  const blocks = [];
  for (const block of text.split(/(```[\s\S]*?(?:```|$))|\n{2,}/)) {
    if (!block || !block.trim()) continue;
    if (block.startsWith('```')) {
      const pre = element('pre');
      pre.append(element('code', '', block.replace(/^```\w*\n?/, '').replace(/```$/, '')));
      blocks.push(pre);
      continue;
    }
    const lines = block.trim().split('\n');
    if (lines.every((line) => /^\s*[-*•] /.test(line))) {
      const list = element('ul');
      for (const line of lines) {
        const item = element('li');
        inline(item, line.replace(/^\s*[-*•] /, ''));
        list.append(item);
      }
      blocks.push(list);
    } else {
      const paragraph = element('p');
      inline(paragraph, block.trim());
      blocks.push(paragraph);
    }
  }
  $('answer-text').replaceChildren(...blocks);
}

function showNote(text, warn) {
  $('answer-note').hidden = !text;
  $('answer-note').textContent = text || '';
  $('answer-note').classList.toggle('warn', warn);
}

let shownPassages = '';

function showPassages(passages) {
  // The end of an answer repeats them; drawing again would take the keyboard focus away.
  const shown = JSON.stringify(passages);
  if (shown === shownPassages) return;
  shownPassages = shown;
  $('passages-section').hidden = passages.length === 0;
  $('passages').replaceChildren(...passages.map((passage) => {
    const item = element('li', 'card passage');
    item.id = `passage-${passage.number}`;
    item.tabIndex = -1;
    const head = element('div', 'passage-head');
    head.append(element('span', 'passage-number', passage.number));
    head.append(element('span', 'passage-source', passage.source + (passage.page ? `, page ${passage.page}` : '')));
    const score = element('span', 'passage-score');
    const meter = element('meter');
    meter.min = 0;
    meter.max = 1;
    meter.value = Math.max(0, passage.score);
    meter.setAttribute('aria-hidden', 'true');
    score.title = 'Cosine similarity to the question';
    score.append(meter, passage.score.toFixed(3));
    head.append(score);
    if (passage.section) head.append(element('span', 'passage-section', passage.section));
    const text = element('div', 'passage-text clamped', passage.text);
    item.append(head, text);
    const more = element('button', 'link', 'Show all');
    more.type = 'button';
    more.setAttribute('aria-expanded', 'false');
    more.addEventListener('click', () => {
      const clamped = text.classList.toggle('clamped');
      more.textContent = clamped ? 'Show all' : 'Show less';
      more.setAttribute('aria-expanded', String(!clamped));
    });
    item.append(more);
    return item;
  }));
  for (const item of $('passages').children) {
    const text = item.querySelector('.passage-text');
    item.querySelector('button').hidden = text.scrollHeight <= text.clientHeight + 2;
  }
}

function showDone(answer) {
  showText(answer.text);
  showPassages(answer.passages);
  const generated = answer.mode === 'GENERATED';
  $('answer-mode').textContent = generated ? 'Generated' : 'Extractive';
  showNote(answer.note, generated);
  answer.citations.forEach((number) => $(`passage-${number}`)?.classList.add('cited'));
}

function showFailure(text) {
  $('answer-text').classList.add('failed');
  const partial = $('answer-text').textContent.trim();
  if (!partial) $('answer-text').replaceChildren(element('p', '', text));
  else showNote(text, true);
}

// Server-sent events over POST, which EventSource cannot do.
async function* eventsOf(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    buffer += value;
    let end;
    while ((end = buffer.indexOf('\n\n')) >= 0) {
      const lines = buffer.slice(0, end).split('\n');
      buffer = buffer.slice(end + 2);
      const field = (name) => lines.filter((line) => line.startsWith(`${name}:`))
        .map((line) => line.slice(name.length + 1).replace(/^ /, '')).join('\n');
      if (field('event')) yield { event: field('event'), data: JSON.parse(field('data')) };
    }
  }
}

// A question that takes another one's place may come before the server has noticed that
// the other one is no longer wanted.
async function requestAnswer(body, signal, replaces) {
  for (let left = replaces ? 4 : 0; ; left--) {
    try {
      return await request('api/ask', {
        method: 'POST',
        signal,
        headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' },
        body,
      });
    } catch (error) {
      if (error.status !== 429 || left === 0 || signal.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

function showAsking(running) {
  $('answer-text').setAttribute('aria-busy', String(running));
  const focused = document.activeElement === $('stop-button');
  $('stop-button').hidden = !running;
  if (!running && focused) $('question').focus();
}

// Leaving closes the connection, and that ends the request to the model.
function stop() {
  if (!asking) return;
  asking.abort();
  asking = null;
  showAsking(false);
  showNote('Stopped: this answer is not complete, and its citations are not checked.', true);
}

async function ask(question) {
  const replaces = asking !== null;
  asking?.abort();
  const attempt = asking = new AbortController();
  $('welcome').hidden = true;
  $('answer').hidden = false;
  $('answer-mode').textContent = '';
  $('answer-text').classList.remove('failed');
  $('answer-text').replaceChildren();
  $('passages-section').hidden = true;
  shownPassages = '';
  showAsking(true);
  showNote('', false);
  let text = '';
  let finished = false;
  try {
    const body = JSON.stringify({ question, topK: Number($('top-k').value), sources: [...selected] });
    const response = await requestAnswer(body, attempt.signal, replaces);
    for await (const { event, data } of eventsOf(response)) {
      if (attempt.signal.aborted) return;
      if (event === 'sources') showPassages(data);
      else if (event === 'text') showText(text += data.text);
      else if (event === 'done') showDone(data);
      else if (event === 'problem') showFailure(data.detail);
      finished ||= event === 'done' || event === 'problem';
    }
    if (!finished) showFailure('The connection broke before the answer was complete.');
  } catch (error) {
    if (!attempt.signal.aborted) showFailure(error.message);
  } finally {
    if (asking === attempt) {
      asking = null;
      showAsking(false);
    }
  }
}

// ---- wiring

$('ask-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const question = $('question').value.trim();
  $('source-filter').open = false;
  if (question) ask(question);
});

$('stop-button').addEventListener('click', stop);

// A browser may keep a page that was left, with its connections, in case somebody comes back.
addEventListener('pagehide', stop);

$('question').addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $('ask-form').requestSubmit();
  }
});

document.querySelectorAll('.chip').forEach((chip) => chip.addEventListener('click', () => {
  $('question').value = chip.textContent;
  $('ask-form').requestSubmit();
}));

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
  if (!$('source-filter').contains(event.target)) $('source-filter').open = false;
});

$('source-clear').addEventListener('click', () => {
  selected.clear();
  $('source-options').querySelectorAll('input').forEach((input) => { input.checked = false; });
  showSelection();
});

$('file').addEventListener('change', async () => {
  await upload([...$('file').files]);
  $('file').value = '';
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
document.addEventListener('drop', (event) => upload([...event.dataTransfer.files]));

$('document-search').addEventListener('input', showDocuments);

$('rescan').addEventListener('click', async () => {
  try {
    await request('api/rescan', { method: 'POST' });
    message('Looking for new, changed and removed files.');
  } catch (error) {
    message(error.message, true);
  }
});

showStatus().catch((error) => message(error.message, true));
listen();
