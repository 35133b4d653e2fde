// Each store at a glance, and what is wrong with it.

import { $, bytes, button, el, fill, number, percent, plural } from './dom.js';

const EVERY = 3000;

const STATES = {
  EMPTY: 'empty', READY: 'ready', REBUILDING: 'index is being built', CLOSED: 'not open',
};

function fact(name, value, hint, wide) {
  return el('div', { class: wide ? 'fact wide' : 'fact' }, el('dt', { text: name }), el('dd', {}, value, hint ? el('small', { class: 'muted', text: hint }) : null));
}

function meter(recall) {
  if (recall.measured === null) return el('p', { class: 'muted', text: 'Nothing was measured yet.' });
  const words = recall.everything ? 'every search is compared with all vectors'
    : `list of ${recall.efSearch} candidates for ten results`;
  const label = `Recall measured: ${percent(recall.measured)}${recall.target === null ? '' : `, target: ${percent(recall.target)}`}`;
  const bar = el('div', { class: `meter ${recall.target === null || recall.measured >= recall.target ? 'good' : 'low'}`, role: 'img', 'aria-label': label }, el('span', { class: 'level' }));
  // What differs are the last percents.
  const place = (share) => `${Math.max(0, Math.min(100, 1000 * (share - 0.9)))}%`;
  bar.firstChild.style.width = place(recall.measured);
  if (recall.target !== null) {
    const target = el('span', { class: 'target' });
    target.style.left = place(recall.target);
    bar.append(target);
  }
  return el('div', { class: 'recall' },
    el('p', {}, el('strong', { class: 'figure', text: percent(recall.measured) }), ' of the true nearest are found',
      recall.target === null ? '' : `; the target is ${percent(recall.target)}`),
    bar, el('p', { class: 'scale muted' }, el('span', { text: '90 %' }), el('span', { text: words }), el('span', { text: '100 %' })));
}

function progress(label, share) {
  return el('div', { class: 'progress' }, el('span', { text: `${label}: ${percent(share)}` }), el('progress', { max: 1, value: share, 'aria-label': label }));
}

function card(store, session) {
  const parameters = store.parameters;
  const asked = store.embeddingsComputed + store.embeddingsReused;
  return el('section', { class: 'card', 'aria-label': `Store ${store.name}` },
    el('div', { class: 'card-head' }, el('h3', { text: store.name }),
      el('span', { class: `state ${store.state.toLowerCase()}`, text: STATES[store.state] }),
      store.readOnly ? el('span', { class: 'state', text: 'read-only' }) : null,
      button('Documents', () => { $('store').value = store.name; session.store = store.name; session.show('documents'); },
        { class: 'quiet', 'aria-label': `Documents of ${store.name}` })),
    store.problems.length ? el('ul', { class: 'problems' }, store.problems.map((text) => el('li', { class: 'problem', text }))) : el('p', { class: 'fine', text: 'No damage is known, and nothing has failed.' }),
    meter(store.recall),
    store.state === 'REBUILDING' ? progress('Index', store.progress) : null,
    store.textState === 'BUILDING' ? progress('Text index', store.textProgress) : null,
    store.activities.length ? el('ul', { class: 'activities' }, store.activities.map((text) => el('li', { text }))) : null,
    el('dl', { class: 'facts' },
      fact('Documents', number(store.documents)),
      fact('Dimensions', store.dimensions === null ? 'unknown yet' : number(store.dimensions), store.metric?.toLowerCase().replace('_', ' ')),
      fact('Embedding model', store.model ?? 'does not tell its name'),
      fact('Searches', store.mode.toLowerCase(), store.textState === 'OFF' ? 'no text index' : 'with a text index'),
      fact('Index', parameters ? `M ${parameters.m}, efConstruction ${parameters.efConstruction}` : 'none yet', parameters ? `codes: ${parameters.quantization}` : undefined),
      fact('Layers', parameters ? [...parameters.nodesPerLayer].reverse().map(number).join(' · ') : '–', 'nodes, from the top'),
      fact('Bytes', bytes(store.heapBytes), `heap; ${bytes(store.mappedBytes)} mapped, ${bytes(store.diskBytes)} on disk`),
      fact('Embeddings since the start', number(store.embeddingsComputed), asked ? `asked of the model; ${number(store.embeddingsReused)} not paid again` : 'asked of the model'),
      fact('Behind the saved index', plural(store.pendingChanges, 'change'), store.pendingChanges ? 'a start replays them' : 'a start replays nothing'),
      fact('Vectors compared by', store.simd, undefined, true),
      fact('Directory', store.directory ?? 'none yet', store.temporary ? 'temporary: goes with the application' : undefined, true)));
}

export function overview(box, session) {
  let shown = '';
  const refresh = async () => {
    if (document.hidden) return;
    const stores = await session.refresh();
    const now = JSON.stringify(stores);
    // Whoever is on a button here stays there.
    if (now === shown || box.contains(document.activeElement)) return;
    shown = now;
    box.replaceChildren(...stores.map((store) => card(store, session)));
  };
  fill(box, session.refresh(), (stores) => {
    shown = JSON.stringify(stores);
    return stores.map((store) => card(store, session));
  });
  const timer = setInterval(() => refresh().catch(() => {}), EVERY);
  return () => clearInterval(timer);
}
