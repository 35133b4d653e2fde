// Each store at a glance, and what is wrong with it.

import { api, bytes, button, el, fact, fill, number, percent, plural, problem, progress } from './dom.js';
import { isFilled, nothing, replica } from './replica.js';

const EVERY = 3000;

const STATES = {
  EMPTY: 'empty', READY: 'ready', REBUILDING: 'index is being built', CLOSED: 'not open',
};

function bar(label, measured, target, good) {
  const box = el('div', { class: `meter ${good ? 'good' : 'low'}`, role: 'img', 'aria-label': label }, el('span', { class: 'level' }));
  // What differs are the last percents.
  const place = (share) => `${Math.max(0, Math.min(100, 1000 * (share - 0.9)))}%`;
  box.firstChild.style.width = place(measured);
  if (target !== null) {
    const mark = el('span', { class: 'target' });
    mark.style.left = place(target);
    box.append(mark);
  }
  return box;
}

const against = (target) => (target === null ? '' : `, target: ${percent(target)}`);

// As measured while documents were added, and over samples that are asked now.
function meter(store, session) {
  if (store.documents === 0) return el('p', { class: 'muted', text: nothing(store, 'what searches find of them is measured here') });
  const { recall } = store;
  const words = recall.everything ? 'every search is compared with all vectors'
    : `list of ${recall.efSearch} candidates for ten results`;
  return el('div', { class: 'recall' },
    recall.measured === null ? el('p', { class: 'muted', text: 'Recall was not measured yet: that needs more documents.' })
      : [el('p', {}, el('strong', { class: 'figure', text: percent(recall.measured) }), ' of the true nearest are found',
        recall.target === null ? '' : `; the target is ${percent(recall.target)}`),
      bar(`Recall measured: ${percent(recall.measured)}${against(recall.target)}`, recall.measured, recall.target, recall.target === null || recall.measured >= recall.target)],
    el('p', { class: 'scale muted' }, el('span', { text: '90 %' }), el('span', { text: words }), el('span', { text: '100 %' })),
    store.dimensions === null || isFilled(store) ? null : samples(store, session));
}

// As many questions as a sample takes, and as documents may be compared with them unasked.
const QUESTIONS = 104;
const UNASKED = 50_000;

function samples(store, session) {
  const box = el('div', { class: 'samples' });
  const measure = () => {
    const measured = session.recalls[store.name] = api('recall', { store: store.name });
    measured.catch(() => { delete session.recalls[store.name]; });
    show(measured);
  };
  const again = () => button('Measure again', measure, { class: 'quiet', 'aria-label': `Measure the recall of ${store.name} again` });
  const show = (measured) => fill(box, measured, (found) => [
    ...found.samples.map((sample) => (sample.queries === 0
      ? el('p', { class: 'muted small', text: `${sample.name}: none were asked yet.` })
      : el('div', {}, el('p', { class: 'name' }, el('span', { text: `${sample.name}, ${number(sample.queries)} asked now` }), el('strong', { text: `${percent(sample.at10)} ± ${percent(sample.error)}` })),
        bar(`${sample.name}: ${percent(sample.at10)}${against(found.target)}`, sample.at10, found.target, sample.onTarget)))),
    found.samples.some((sample) => !sample.onTarget) ? el('p', { class: 'problem', text: 'Searches miss the target, more clearly than chance explains. Health audits the index.' }) : null,
    el('div', { class: 'row' }, again()),
  ]);
  if (session.recalls[store.name]) show(session.recalls[store.name]);
  else if (store.documents <= UNASKED) session.turn = (session.turn ?? Promise.resolve()).then(() => { if (box.isConnected) measure(); return session.recalls[store.name]; }).catch(() => {});
  else box.append(el('p', { class: 'muted small', text: `With random documents and the last questions it is measured on demand: about ${number(QUESTIONS * store.documents)} comparisons.` }), el('div', { class: 'row' }, button('Measure now', measure, { class: 'quiet', 'aria-label': `Measure the recall of ${store.name}` })));
  return box;
}

function shared({ sharing, nodesPerLayer }) {
  return `The graph has ${plural(nodesPerLayer[0], 'node')} for ${plural(nodesPerLayer[0] + sharing, 'vector')}: equal vectors, mostly of documents with the same text, share one. Each of these documents is found all the same.`;
}

function card(store, session) {
  const parameters = store.parameters;
  const opened = store.state !== 'CLOSED';
  const failed = store.problems.length > 0 || store.replica?.failure;
  const asked = store.embeddingsComputed + store.embeddingsReused;
  return el('section', { class: 'card', 'aria-label': `Store ${store.name}` },
    el('div', { class: 'card-head' }, el('h3', { text: store.name }),
      isFilled(store) ? el('span', { class: 'state rebuilding', text: 'documents on their way' }) : el('span', { class: `state ${store.state.toLowerCase()}`, text: STATES[store.state] }),
      store.readOnly ? el('span', { class: 'state', text: 'read-only' }) : null,
      button('Documents', () => { session.choose(store.name); session.show('documents'); },
        { class: 'quiet', 'aria-label': `Documents of ${store.name}` })),
    store.problems.length ? el('ul', { class: 'problems' }, store.problems.map((text) => el('li', { class: 'problem', text }))) : failed ? null : el('p', { class: 'fine', text: 'No damage is known, and nothing has failed.' }),
    opened ? meter(store, session) : null,
    store.state === 'REBUILDING' ? progress('Index', store.progress) : null,
    store.textState === 'BUILDING' ? progress('Text index', store.textProgress) : null,
    store.activities.length ? el('ul', { class: 'activities' }, store.activities.map((text) => el('li', { text }))) : null,
    parameters?.sharing ? el('p', { class: 'muted sharing', text: shared(parameters) }) : null,
    el('dl', { class: 'facts' }, opened ? [
      fact('Documents', number(store.documents)),
      fact('Dimensions', store.dimensions === null ? 'unknown yet' : number(store.dimensions), store.metric?.toLowerCase().replace('_', ' ')),
      fact('Embedding model', store.model ?? (store.dimensions === null ? 'unknown yet' : 'does not tell its name')),
      fact('Searches', store.mode.toLowerCase(), store.textState === 'OFF' ? 'no text index' : 'with a text index'),
      fact('Index', parameters ? `M ${parameters.m}, efConstruction ${parameters.efConstruction}` : 'none yet', parameters ? `codes: ${parameters.quantization}` : undefined),
      fact('Layers', parameters ? [...parameters.nodesPerLayer].reverse().map(number).join(' · ') : '–', 'nodes, from the top'),
      fact('Bytes', bytes(store.heapBytes), `heap; ${bytes(store.mappedBytes)} mapped, ${bytes(store.diskBytes)} on disk`),
      fact('Embeddings since the start', number(store.embeddingsComputed), asked ? `asked of the model; ${number(store.embeddingsReused)} not paid again` : 'asked of the model'),
      fact('Behind the saved index', plural(store.pendingChanges, 'change'), store.pendingChanges ? 'a start replays them' : 'a start replays nothing'),
      fact('Vectors compared by', store.simd, undefined, true)] : null,
      fact('Directory', store.directory ?? 'none yet', store.temporary ? 'temporary: goes with the application' : undefined, true)),
    store.replica ? replica(store.replica) : null);
}

export function overview(box, session) {
  let shown = '';
  const lost = el('div', { class: 'lost' });
  const cards = el('div', { class: 'cards' });
  box.append(lost, cards);
  const show = (stores) => stores.map((store) => card(store, session));
  const refresh = async () => {
    if (document.hidden) return;
    const stores = await session.refresh();
    lost.replaceChildren();
    const now = JSON.stringify(stores);
    // Whoever is on a button here stays there.
    if (now === shown || cards.contains(document.activeElement)) return;
    shown = now;
    cards.replaceChildren(...show(stores));
  };
  // Told once; it goes as soon as the application answers again.
  const fail = (error) => {
    if (lost.hasChildNodes() || shown === '') return;
    lost.replaceChildren(problem(new Error(`${error.message} What is below was so at ${new Date().toLocaleTimeString()}; the page goes on by itself.`)));
  };
  fill(cards, session.refresh(), (stores) => {
    shown = JSON.stringify(stores);
    return show(stores);
  });
  const timer = setInterval(() => refresh().catch(fail), EVERY);
  return () => clearInterval(timer);
}
