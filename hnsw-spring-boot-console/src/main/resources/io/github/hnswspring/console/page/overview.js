// Each store at a glance, and what is wrong with it.

import { api, bytes, button, el, fill, number, percent, plural, problem } from './dom.js';

const EVERY = 3000;

const STATES = {
  EMPTY: 'empty', READY: 'ready', REBUILDING: 'index is being built', CLOSED: 'not open',
};

function fact(name, value, hint, wide) {
  return el('div', { class: wide ? 'fact wide' : 'fact' }, el('dt', { text: name }), el('dd', {}, value, hint ? el('small', { class: 'muted', text: hint }) : null));
}

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

function nothing({ replica: found }) {
  if (!found) return 'The store is empty. Add documents to it, and what searches find of them is measured here.';
  return COPIES.includes(found.state) ? 'No document is here yet: they are on their way from what the store follows, and what searches find of them is measured once they are here.'
    : 'The store is empty: documents come from what it follows.';
}

// As measured while documents were added, and over samples that are asked now.
function meter(store, session) {
  if (store.documents === 0) return el('p', { class: 'muted', text: nothing(store) });
  const { recall } = store;
  const words = recall.everything ? 'every search is compared with all vectors'
    : `list of ${recall.efSearch} candidates for ten results`;
  return el('div', { class: 'recall' },
    recall.measured === null ? el('p', { class: 'muted', text: 'Recall was not measured yet: that needs more documents.' })
      : [el('p', {}, el('strong', { class: 'figure', text: percent(recall.measured) }), ' of the true nearest are found',
        recall.target === null ? '' : `; the target is ${percent(recall.target)}`),
      bar(`Recall measured: ${percent(recall.measured)}${against(recall.target)}`, recall.measured, recall.target, recall.target === null || recall.measured >= recall.target)],
    el('p', { class: 'scale muted' }, el('span', { text: '90 %' }), el('span', { text: words }), el('span', { text: '100 %' })),
    store.dimensions === null ? null : samples(store, session));
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

const seconds = (value) => (value < 10 ? `${value.toFixed(1)} s` : value < 120 ? `${Math.round(value)} s` : value < 7200 ? `${Math.round(value / 60)} min` : `${Math.round(value / 3600)} h`);

// What a replica answers with, and whether anything has to be done.
const FOLLOWS = {
  following: 'It had all of it a moment ago.',
  refilling: 'It is being filled and has not all of it yet; it goes on by itself, and searches wait for it.',
  'answering meanwhile': 'It is being filled and has not all of it yet; it goes on by itself. Until then searches by meaning without a filter, and documents asked for by their ids, are answered from what it follows. All else waits.',
  resyncing: 'It compares itself with all of it, and answers with what it has meanwhile. Nothing has to be done.',
  disconnected: 'It answers with what it has, and tries again by itself: see that what it follows can be reached.',
  broken: 'It answers with what it has, and does not go on before the reason below is mended.',
  stopped: 'It does not follow, because the store is not open.',
};

// While it does this, having no documents is no reason to say that there are none.
const COPIES = ['refilling', 'answering meanwhile', 'resyncing'];

function replica(found) {
  return el('div', { class: 'replica' },
    el('p', {}, 'A replica of ', el('strong', { text: found.truth }), ': ', el('span', { class: `state ${found.following ? 'ready' : 'rebuilding'}`, text: found.state })),
    el('p', { class: 'muted', text: FOLLOWS[found.state] ?? '' }),
    found.failure ? el('p', { class: 'problem', text: found.failure }) : null,
    el('dl', { class: 'facts' },
      fact('Position', found.position ?? 'none yet'),
      fact('Behind', plural(found.behind, 'document'), 'known to have changed'),
      fact('Age', found.age === null ? 'never had all' : seconds(found.age), found.age === null ? undefined : 'since it had all'),
      fact('Lag', seconds(found.lagMillis / 1000), 'of the last change'),
      fact('Last resync', found.lastResyncAt ? new Date(found.lastResyncAt).toLocaleString() : 'none', found.lastResync ?? undefined),
      fact('Resyncs', number(found.resyncs), 'since the start'),
      found.leftOut ? fact('Left out', plural(found.leftOut, 'document'), 'the health endpoint says why') : null));
}

function progress(label, share) {
  return el('div', { class: 'progress' }, el('span', { text: `${label}: ${percent(share)}` }), el('progress', { max: 1, value: share, 'aria-label': label }));
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
      el('span', { class: `state ${store.state.toLowerCase()}`, text: STATES[store.state] }),
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
      fact('Embedding model', store.model ?? 'does not tell its name'),
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
