// Retrieved passages, and the sentence in them that a statement of the answer rests on.

import { button, element, wordsOf } from './dom.js';

function sentencesOf(text) {
  if (!Intl.Segmenter) return [text];
  return [...new Intl.Segmenter(undefined, { granularity: 'sentence' }).segment(text)].map((part) => part.segment);
}

// The sentence with which a citation ends; citations before it do not count.
export function statementBefore(link) {
  const block = link.closest('p, li, td, th, blockquote, h4, h5, h6') ?? link.parentElement;
  const range = document.createRange();
  range.setStart(block, 0);
  range.setEndBefore(link);
  const before = range.cloneContents();
  before.querySelectorAll('.cite').forEach((other) => other.remove());
  return sentencesOf(before.textContent).filter((sentence) => wordsOf(sentence).length > 0).pop()?.trim() ?? '';
}

// The sentence of a passage that shares most with a statement; words that are everywhere count little.
export function sentenceFor(passage, statement) {
  const exact = passage.indexOf(statement);
  if (statement && exact >= 0) return [exact, exact + statement.length];
  const wanted = new Set(wordsOf(statement));
  let at = 0;
  const sentences = sentencesOf(passage).map((text) => {
    const start = at;
    at += text.length;
    return { start, text, words: new Set(wordsOf(text)) };
  });
  const rarity = (word) => 1 / sentences.filter((sentence) => sentence.words.has(word)).length;
  let best = null;
  for (const sentence of sentences) {
    const shared = [...sentence.words].filter((word) => wanted.has(word));
    const score = shared.reduce((sum, word) => sum + rarity(word), 0) / Math.sqrt(4 + sentence.words.size);
    if (shared.length >= 2 && score > (best?.score ?? 0)) best = { ...sentence, score };
  }
  return best && [best.start, best.start + best.text.trimEnd().length];
}

export function highlight(item, places) {
  showAll(item, true);
  const box = item.querySelector('.passage-text');
  const text = box.textContent;
  const parts = [];
  let at = 0;
  for (const [start, end] of places.filter(([start, end]) => start >= 0 && end <= text.length)) {
    if (start < at) continue;
    parts.push(text.slice(at, start), element('mark', '', text.slice(start, end)));
    at = end;
  }
  box.replaceChildren(...parts, text.slice(at));
  const mark = box.querySelector('mark');
  const open = item.querySelector('.open-file');
  if (mark && open) open.href = addressOf(open.dataset.document, open.dataset.page, mark.textContent);
  return mark;
}

// A PDF opens at the page; text at the words, in browsers that look for them.
function addressOf(documentId, page, sentence) {
  const file = `api/documents/${encodeURIComponent(documentId)}/file`;
  if (page) return `${file}#page=${page}`;
  const words = sentence.trim().split('\n')[0].split(/\s+/).slice(0, 6).join(' ');
  return words ? `${file}#:~:text=${encodeURIComponent(words).replaceAll('-', '%2D')}` : file;
}

function showAll(item, all) {
  const more = item.querySelector('.more');
  item.querySelector('.passage-text').classList.toggle('clamped', !all);
  if (more) {
    more.firstChild.data = all ? 'Show less' : 'Show all';
    more.setAttribute('aria-expanded', String(all));
  }
}

// "Show all" is of use only where something is cut off, which is known once it is shown.
export function offerMore(list) {
  for (const item of list.children) {
    const text = item.querySelector('.passage-text');
    const more = item.querySelector('.more');
    if (text.classList.contains('clamped')) more.hidden = text.scrollHeight <= text.clientHeight + 2;
  }
}

export function passageItem(passage, id, answer, canOpen) {
  const item = element('li', 'passage');
  item.id = id;
  item.tabIndex = -1;
  const place = `passage ${passage.number} of answer ${answer}, ${passage.source}`;
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
  score.append(meter, passage.score.toFixed(2));
  head.append(score);
  if (passage.section) head.append(element('span', 'passage-section', passage.section));
  const actions = element('div', 'passage-actions');
  const more = button('link more', 'Show all', '', () =>
    showAll(item, item.querySelector('.passage-text').classList.contains('clamped')));
  more.append(element('span', 'visually-hidden', ` of ${place}`));
  more.setAttribute('aria-expanded', 'false');
  actions.append(more);
  if (canOpen) {
    const open = element('a', 'open-file', 'Open the file');
    open.append(element('span', 'visually-hidden', ` of ${place}`));
    open.dataset.document = passage.documentId;
    open.dataset.page = passage.page ?? '';
    open.href = addressOf(passage.documentId, passage.page, passage.text);
    open.target = '_blank';
    open.rel = 'noopener';
    actions.append(open);
  }
  item.append(head, element('div', 'passage-text clamped', passage.text), actions);
  return item;
}
