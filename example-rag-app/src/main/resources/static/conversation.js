// Questions and answers, one after the other. The page keeps the conversation and sends it along with the next
// question; the server keeps nothing.

import { $, announce, button, element, pause, plural, request } from './dom.js';
import { fromMarkdown, fromQuotations, fromQuotes, linkCitations } from './markdown.js';
import { highlight, offerMore, passageItem, sentenceFor, statementBefore } from './passages.js';

const KEPT = 'conversation';
const MAX_TURNS = 10;
const MAX_CHARACTERS = 20_000;

let turns = [];
let asking = null;
let settings = {
  mode: () => 'EXTRACTIVE',
  describe: (mode) => mode,
  canOpen: () => false,
  sources: () => [],
};

// How answers are made and labelled, whether a document's file can be opened, and which documents are asked.
export function configure(more) {
  settings = { ...settings, ...more };
}

// ---- one turn

class Turn {
  constructor(data, number) {
    this.data = data;
    this.number = number;
    this.item = element('li', 'turn');
    this.item.append(element('h3', 'asked', data.question));
    this.rewritten = element('p', 'rewritten muted');
    this.rewritten.hidden = true;
    const card = element('article', 'card answer');
    card.setAttribute('aria-label', `Answer to: ${data.question}`);
    const head = element('div', 'card-head');
    this.badge = element('span', 'badge');
    head.append(element('span', 'answer-word', 'Answer'), this.badge);
    this.text = element('div', 'prose');
    this.text.setAttribute('aria-busy', 'false');
    this.note = element('p', 'note');
    this.note.hidden = true;
    this.details = element('details', 'sources');
    this.details.hidden = true;
    this.summary = element('summary');
    this.passages = element('ol', 'passages');
    this.details.append(this.summary, this.passages);
    this.details.addEventListener('toggle', () => offerMore(this.passages));
    card.append(head, this.text, this.note, this.details);
    this.item.append(this.rewritten, card);
  }

  busy(running) {
    this.text.setAttribute('aria-busy', String(running));
  }

  showRewritten(question) {
    this.data.rewritten = question;
    this.rewritten.hidden = !question;
    this.rewritten.textContent = question ? `Searched for: ${question}` : '';
  }

  showText(text) {
    this.data.answer = text;
    this.text.replaceChildren(this.data.mode === 'EXTRACTIVE' ? this.quotations(text) : fromMarkdown(text));
    linkCitations(this.text, (number) => this.citation(number));
  }

  quotations(text) {
    return this.data.quotes?.length ? fromQuotes(this.data.quotes) : fromQuotations(text);
  }

  showPassages(passages) {
    // The end of an answer repeats them; drawing again would take the keyboard focus away.
    if (JSON.stringify(passages) === this.shown) return;
    this.shown = JSON.stringify(passages);
    this.data.passages = passages;
    this.details.hidden = passages.length === 0;
    this.summary.textContent = plural(passages.length, 'passage');
    this.summary.append(element('span', 'visually-hidden', ` for answer ${this.number}`));
    this.passages.replaceChildren(...passages.map((passage) =>
      passageItem(passage, this.passageId(passage.number), this.number, settings.canOpen(passage.documentId))));
    offerMore(this.passages);
  }

  showDone(answer) {
    this.data.mode = answer.mode;
    this.data.complete = true;
    this.data.quotes = answer.quotes;
    this.showPassages(answer.passages);
    this.showText(answer.text);
    this.badge.textContent = settings.describe(answer.mode);
    this.showNote(answer.note, answer.mode === 'GENERATED');
    this.data.citations = answer.citations;
    for (const number of answer.citations) $(this.passageId(number))?.classList.add('cited');
  }

  // What was said before it broke off stays.
  showFailure(text) {
    if (this.text.textContent.trim()) this.showNote(text, true);
    else {
      this.text.classList.add('failed');
      this.text.replaceChildren(element('p', '', text));
      this.item.querySelector('.card-head').after(button('quiet again', 'Ask again', `Ask again: ${this.data.question}`,
        () => ask(this.data.question)));
    }
    announce(text);
  }

  showNote(text, warn) {
    this.data.note = text || null;
    this.note.hidden = !text;
    this.note.textContent = text || '';
    this.note.classList.toggle('warn', warn);
  }

  passageId(number) {
    return `passage-${this.number}-${number}`;
  }

  citation(number) {
    const passage = this.data.passages?.[number - 1];
    if (!passage) return null;
    const link = element('a', 'cite', number);
    link.href = `#${this.passageId(number)}`;
    link.setAttribute('aria-label', `Source ${number}: ${passage.source}`);
    link.addEventListener('click', (event) => {
      event.preventDefault();
      this.openPassage(link, number);
    });
    return link;
  }

  // Quotations say where they stand; for what a model wrote, it is found.
  placesIn(number, link) {
    const quoted = this.data.quotes?.filter((quote) => quote.passage === number).flatMap((quote) => quote.spans);
    if (quoted?.length) return quoted.map((span) => [span.start, span.end]).sort((a, b) => a[0] - b[0]);
    const place = sentenceFor(this.data.passages[number - 1].text, statementBefore(link));
    return place ? [place] : [];
  }

  openPassage(link, number) {
    const item = $(this.passageId(number));
    this.details.open = true;
    const mark = highlight(item, this.placesIn(number, link));
    (mark || item).scrollIntoView({ block: 'center', behavior: 'smooth' });
    item.focus({ preventScroll: true });
    item.classList.add('flash');
    setTimeout(() => item.classList.remove('flash'), 1500);
  }
}

// ---- the conversation

function add(data) {
  const turn = new Turn(data, turns.length + 1);
  turns.at(-1)?.details.removeAttribute('open');
  turns.push(turn);
  $('turns').append(turn.item);
  showEmpty();
  return turn;
}

export function showEmpty() {
  $('ask').classList.toggle('empty', turns.length === 0);
  $('welcome').hidden = turns.length > 0;
  $('new-conversation').hidden = turns.length === 0;
  $('follow-up').hidden = turns.length === 0 || settings.mode() !== 'EXTRACTIVE';
  $('question').placeholder = turns.length === 0 ? 'Ask a question in plain words' : 'Ask something else';
}

function keep() {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(turns.slice(-MAX_TURNS).map((turn) => turn.data)));
  } catch {
    // Too much, or not allowed: then a reload begins anew.
  }
}

export function restore() {
  try {
    for (const data of JSON.parse(sessionStorage.getItem(KEPT) ?? '[]')) {
      const turn = add(data);
      const note = data.note;
      turn.showRewritten(data.rewritten);
      if (data.passages) turn.showPassages(data.passages);
      if (data.answer) turn.showText(data.answer);
      if (data.complete) turn.badge.textContent = settings.describe(data.mode);
      turn.showNote(note, data.mode !== 'EXTRACTIVE');
      for (const number of data.citations ?? []) $(turn.passageId(number))?.classList.add('cited');
    }
  } catch {
    sessionStorage.removeItem(KEPT);
  }
  showEmpty();
}

export function beginAnew() {
  stop();
  turns = [];
  $('turns').replaceChildren();
  sessionStorage.removeItem(KEPT);
  showEmpty();
  $('question').focus();
  announce('A new conversation has begun.');
}

// The latest turns, as many as fit.
function history() {
  const said = [];
  let characters = 0;
  for (const { data } of [...turns].reverse()) {
    const answer = data.answer ?? '';
    characters += data.question.length + answer.length;
    if (said.length === MAX_TURNS || characters > MAX_CHARACTERS) break;
    if (answer) said.unshift({ question: data.question, answer });
  }
  return said;
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

// A question that takes another one's place may come before the server has noticed that the other one is no
// longer wanted.
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
      await pause(500);
    }
  }
}

function showAsking(turn, running) {
  turn.busy(running);
  const focused = document.activeElement === $('stop-button');
  $('stop-button').hidden = !running;
  if (!running && focused) $('question').focus();
}

// Leaving closes the connection, and that ends the request to the model.
export function stop() {
  if (!asking) return;
  const { attempt, turn } = asking;
  attempt.abort();
  asking = null;
  showAsking(turn, false);
  turn.showNote('Stopped: this answer is not complete, and its citations are not checked.', true);
  announce('Stopped.');
  keep();
}

export async function ask(question) {
  const replaces = asking !== null;
  stop();
  const attempt = new AbortController();
  const body = JSON.stringify({ question, topK: Number($('top-k').value), sources: settings.sources(), history: history() });
  const turn = add({ question, mode: settings.mode() });
  asking = { attempt, turn };
  $('question').value = '';
  turn.item.scrollIntoView({ block: 'start', behavior: 'smooth' });
  showAsking(turn, true);
  announce('Looking for an answer.');
  let text = '';
  let finished = false;
  try {
    const response = await requestAnswer(body, attempt.signal, replaces);
    for await (const { event, data } of eventsOf(response)) {
      if (attempt.signal.aborted) return;
      if (event === 'rewritten') turn.showRewritten(data.question);
      else if (event === 'sources') turn.showPassages(data);
      else if (event === 'text') turn.showText(text += data.text);
      else if (event === 'done') turn.showDone(data);
      else if (event === 'problem') turn.showFailure(data.detail);
      finished ||= event === 'done' || event === 'problem';
    }
    if (!finished) turn.showFailure('The connection broke before the answer was complete.');
    else if (turn.data.complete) announce(`Answer: ${turn.text.textContent} ${turn.data.note ?? ''}`);
  } catch (error) {
    if (!attempt.signal.aborted) turn.showFailure(error.message);
  } finally {
    if (asking?.attempt === attempt) {
      asking = null;
      showAsking(turn, false);
      keep();
    }
  }
}
