// What all parts of the page use: elements, requests, and messages for people.

export const $ = (id) => document.getElementById(id);

export function element(name, className, text) {
  const node = document.createElement(name);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

export function button(className, text, label, onClick) {
  const node = element('button', className, text);
  node.type = 'button';
  if (label) node.setAttribute('aria-label', label);
  node.addEventListener('click', onClick);
  return node;
}

export const plural = (count, one, many = `${one}s`) => `${count.toLocaleString()} ${count === 1 ? one : many}`;

// Read out by screen readers; shown nowhere.
export function announce(text) {
  $('announcement').textContent = '';
  requestAnimationFrame(() => { $('announcement').textContent = text; });
}

export function message(text, error = false) {
  const box = element('div', error ? 'message error' : 'message');
  box.append(element('span', '', text), button('', '✕', `Close the message: ${text}`, () => box.remove()));
  $('messages').append(box);
  announce(text);
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

export async function request(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Error('The application cannot be reached. Is it still running?');
  }
  if (!response.ok) {
    const retry = Number(response.headers.get('Retry-After')) || 0;
    throw Object.assign(new Error(await problemOf(response)), { status: response.status, retry });
  }
  return response;
}

export const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

export const wordsOf = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
