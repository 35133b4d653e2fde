// An answer's text as elements. What a chat model writes is Markdown: marked reads it, DOMPurify lets through
// what the list below names. Quotations from documents are text and stay text.

import DOMPurify from './webjars/dompurify/dist/purify.es.mjs';
import { Marked } from './webjars/marked/lib/marked.esm.js';
import { button, element, message } from './dom.js';

const TAGS = ['p', 'br', 'hr', 'strong', 'em', 'del', 'code', 'pre', 'ul', 'ol', 'li', 'blockquote', 'h4', 'h5', 'h6',
  'table', 'thead', 'tbody', 'tr', 'th', 'td'];

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
    heading({ tokens, depth }) {
      const level = Math.min(6, depth + 3);
      return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>`;
    },
    checkbox: ({ checked }) => (checked ? '☑ ' : '☐ '),
  },
});

export function fromMarkdown(text) {
  const fragment = DOMPurify.sanitize(marked.parse(text),
    { ALLOWED_TAGS: TAGS, ALLOWED_ATTR: ['align', 'start'], RETURN_DOM_FRAGMENT: true });
  fragment.querySelectorAll('pre').forEach((pre, index) => addCopy(pre, index + 1));
  fragment.querySelectorAll('table').forEach((table, index) => scrollable(table, `Table ${index + 1}`));
  return fragment;
}

export function fromQuotations(text) {
  const fragment = document.createDocumentFragment();
  for (const block of text.split(/\n{2,}/)) {
    if (block.trim()) fragment.append(element('p', 'quotation', block.trim()));
  }
  return fragment;
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
  frame.append(button('copy', 'Copy', `Copy code ${number}`, async (event) => {
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
