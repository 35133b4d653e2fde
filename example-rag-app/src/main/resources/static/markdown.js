// An answer's text as elements. What a chat model writes is Markdown: marked reads it, DOMPurify lets through
// what the list below names. Quotations from documents are text and stay text.

import DOMPurify from './webjars/dompurify/dist/purify.es.mjs';
import { Marked } from './webjars/marked/lib/marked.esm.js';
import { button, element, message } from './dom.js';

const TAGS = ['p', 'br', 'hr', 'strong', 'em', 'del', 'code', 'pre', 'ul', 'ol', 'li', 'blockquote', 'h1', 'h2',
  'h3', 'h4', 'h5', 'h6', 'table', 'thead', 'tbody', 'tr', 'th', 'td'];

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const marked = new Marked({
  gfm: true,
  // [1] is a citation, never a reference to an address.
  tokenizer: { def: () => undefined },
  renderer: {
    html: ({ text }) => escaped(text),
    image: ({ text }) => escaped(text),
    // A document could have the model write an address that tells others what was asked.
    link({ tokens, href }) {
      const words = this.parser.parseInline(tokens);
      return words === escaped(href) ? words : `${words} (${escaped(href)})`;
    },
    checkbox: ({ checked }) => (checked ? '☑ ' : '☐ '),
  },
});

export function fromMarkdown(text) {
  const fragment = DOMPurify.sanitize(marked.parse(text),
    { ALLOWED_TAGS: TAGS, ALLOWED_ATTR: ['align', 'start'], RETURN_DOM_FRAGMENT: true });
  nestHeadings(fragment);
  fragment.querySelectorAll('pre').forEach((pre, index) => addCopy(pre, index + 1));
  fragment.querySelectorAll('table').forEach((table, index) => scrollable(table, `Table ${index + 1}`));
  return fragment;
}

// Whatever an answer begins with, its headings stand below that of the question, without leaving out a level.
function nestHeadings(fragment) {
  const headings = [...fragment.querySelectorAll('h1, h2, h3, h4, h5, h6')];
  const levels = [...new Set(headings.map((heading) => heading.localName))].sort();
  for (const heading of headings) {
    const nested = element(`h${Math.min(6, 4 + levels.indexOf(heading.localName))}`);
    nested.append(...heading.childNodes);
    heading.replaceWith(nested);
  }
}

// What documents say, as text; `names` in backticks are set as code. Lists, tables and listings look like such.
export function fromQuotations(text) {
  const fragment = document.createDocumentFragment();
  for (const block of text.split(/\n{2,}/)) {
    if (block.trim()) fragment.append(paragraph(block.trim()));
  }
  return fragment;
}

export function fromQuotes(quotes) {
  const fragment = document.createDocumentFragment();
  for (const quote of quotes) {
    const box = element('div', 'quote');
    if (quote.kind === 'CODE') {
      const pre = element('pre');
      pre.append(element('code', '', quote.text));
      box.append(pre);
      addCopy(pre, fragment.childElementCount + 1);
    } else if (quote.kind === 'TABLE') box.append(...tableOf(quote.text, fragment.childElementCount + 1));
    else box.append(...fromQuotations(quote.text).childNodes);
    const last = quote.kind === 'PROSE' ? box.lastElementChild : box.appendChild(element('p'));
    last.append(` [${quote.passage}]`);
    fragment.append(box);
  }
  return fragment;
}

function paragraph(text) {
  const node = element('p', 'quotation');
  for (const part of text.split(/(`[^`\n]+`)/)) {
    if (/^`.+`$/.test(part)) node.append(element('code', '', part.slice(1, -1)));
    else if (part) node.append(part);
  }
  return node;
}

function tableOf(text, number) {
  const rows = text.split('\n').map((line) => line.trim()).filter((line) => line && !/^\|?[\s:|-]+\|?$/.test(line))
    .map((line) => line.replace(/^\||\|$/g, '').split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|')));
  if (rows.length < 2 || rows.some((row) => row.length < 2)) return fromQuotations(text).childNodes;
  const table = element('table');
  rows.forEach((cells, index) => {
    const row = table.insertRow();
    row.append(...cells.map((cell) => {
      const node = element(index === 0 ? 'th' : 'td');
      node.append(...paragraph(cell).childNodes);
      return node;
    }));
  });
  const holder = element('div');
  holder.append(table);
  scrollable(table, `Table ${number}`);
  return holder.childNodes;
}

// Reached by keyboard, because what does not fit is scrolled.
function scrollable(node, label) {
  const box = element('div', 'scrollable');
  box.tabIndex = 0;
  box.setAttribute('role', 'group');
  box.setAttribute('aria-label', label);
  node.replaceWith(box);
  box.append(node);
  return box;
}

export function addCopy(pre, number) {
  const code = pre.textContent;
  const box = scrollable(pre, `Code ${number}`);
  const frame = element('div', 'code');
  box.replaceWith(frame);
  frame.append(box);
  if (!navigator.clipboard) return;
  frame.prepend(button('copy', 'Copy', `Copy code ${number}`, async (event) => {
    const copy = event.currentTarget;
    try {
      await navigator.clipboard.writeText(code);
      copy.textContent = 'Copied';
      setTimeout(() => { copy.textContent = 'Copy'; }, 2000);
    } catch {
      message('The browser does not allow copying here; select the text instead.', true);
    }
  }));
}

// Replaces [1] by what make(1) returns, outside of code.
export function linkCitations(root, make) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) {
    if (!walker.currentNode.parentElement?.closest('code, pre')) texts.push(walker.currentNode);
  }
  for (const text of texts) {
    const parts = text.data.split(/(\[\d{1,4}\])/);
    if (parts.length > 1) {
      text.replaceWith(...parts.filter(Boolean).map((part) =>
        (/^\[\d+\]$/.test(part) && make(Number(part.slice(1, -1)))) || part));
    }
  }
}
