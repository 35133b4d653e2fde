// Which screen of which store is shown: the address says so, so the browser's buttons work.

import { $, announce, api, el, problem } from './dom.js';
import { forgetSeen } from './names.js';
import { overview } from './overview.js';
import { documents } from './documents.js';
import { search } from './search.js';
import { why } from './why.js';
import { graph } from './graph.js';
import { health } from './health.js';

const SCREENS = { overview, documents, search, why, graph, health };

// What several screens share: the search that is being looked at, and a document.
const session = {
  stores: [],
  store: null,
  request: { query: '', mode: '', topK: '10', threshold: '', filter: '', efSearch: '' },
  document: '',
  recalls: {},
  show(screen, parameters = {}) {
    const query = new URLSearchParams(parameters).toString();
    const address = `#${screen}${query ? `?${query}` : ''}`;
    if (location.hash === address) render();
    else location.hash = address;
  },
  // The address keeps it, so that the page has the same store when it is loaded again.
  choose(store) {
    session.store = store;
    forgetSeen();
    $('store').value = store;
    history.replaceState(null, '', `?${new URLSearchParams({ store })}${location.hash}`);
  },
  async refresh() {
    session.stores = (await api('stores')).stores;
    return session.stores;
  },
  current: () => session.stores.find((store) => store.name === session.store),
};

let leave = () => {};

function render() {
  leave();
  leave = () => {};
  const [name, query] = location.hash.slice(1).split('?');
  const screen = SCREENS[name] ? name : 'overview';
  for (const link of document.querySelectorAll('nav a')) {
    if (link.getAttribute('href') === `#${screen}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  const heading = document.querySelector(`nav a[href="#${screen}"]`).textContent;
  document.title = `${heading} · HNSW console`;
  const box = el('div', { class: `screen ${screen}` });
  $('screen').replaceChildren(el('h2', { text: heading }), box);
  leave = SCREENS[screen](box, session, new URLSearchParams(query ?? '')) ?? leave;
}

async function start() {
  try {
    await session.refresh();
  } catch (error) {
    $('screen').replaceChildren(problem(error));
    return;
  }
  if (session.stores.length === 0) {
    $('screen').replaceChildren(el('p', { text: 'This application has no HNSW store; declare one, and start it again.' }));
    return;
  }
  $('store').replaceChildren(...session.stores.map((store) => el('option', { value: store.name, text: store.name })));
  const known = new URLSearchParams(location.search).get('store');
  session.store = (session.stores.find((store) => store.name === known) ?? session.stores[0]).name;
  $('store').value = session.store;
  $('store').addEventListener('change', () => {
    session.choose($('store').value);
    session.document = '';
    session.request.filter = '';
    render();
    announce(`Store ${session.store}`);
  });
  window.addEventListener('hashchange', () => {
    render();
    $('screen').focus();
  });
  $('skip').addEventListener('click', (event) => {
    event.preventDefault();
    $('screen').focus();
  });
  render();
}

start();
