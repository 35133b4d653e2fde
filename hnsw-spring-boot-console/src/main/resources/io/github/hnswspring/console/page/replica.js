// What a replica answers with, how far it is, and whether anything has to be done.

import { el, fact, number, plural, progress } from './dom.js';

const seconds = (value) => (value < 10 ? `${value.toFixed(1)} s` : value < 120 ? `${Math.round(value)} s` : value < 7200 ? `${Math.round(value / 60)} min` : `${Math.round(value / 3600)} h`);

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

export function replica(found) {
  return el('div', { class: 'replica' },
    el('p', {}, 'A replica of ', el('strong', { text: found.truth }), ': ', el('span', { class: `state ${found.following ? 'ready' : 'rebuilding'}`, text: found.state })),
    el('p', { class: 'muted', text: FOLLOWS[found.state] ?? '' }),
    found.failure ? el('p', { class: 'problem', text: found.failure }) : null,
    found.copyOf ? progress(`The copy: ${number(found.copied)} of ${plural(found.copyOf, 'document')}`, found.copied / found.copyOf) : null,
    el('dl', { class: 'facts' },
      fact('Position', found.position ?? 'none yet'),
      fact('Behind', plural(found.behind, 'document'), 'known to have changed'),
      fact('Age', found.age === null ? 'never had all' : seconds(found.age), found.age === null ? undefined : 'since it had all'),
      fact('Lag', seconds(found.lagMillis / 1000), 'of the last change'),
      fact('Last resync', found.lastResyncAt ? new Date(found.lastResyncAt).toLocaleString() : 'none', found.lastResync ?? undefined),
      fact('Resyncs', number(found.resyncs), 'since the start'),
      found.leftOut ? fact('Left out', plural(found.leftOut, 'document'), 'the health endpoint says why') : null));
}

// While it does this most questions wait.
export const isFilled = (store) => ['refilling', 'answering meanwhile'].includes(store.replica?.state);

// Whether it has no document because they are on their way.
export const isAwaited = (store) => store.documents === 0 && COPIES.includes(store.replica?.state);

// What to say of a store without documents; what is theirs to do once they are here stands behind.
export function nothing(store, then) {
  if (!store?.replica) return `The store is empty. Add documents to it, and ${then}.`;
  return isAwaited(store) ? `No document is here yet: they are on their way from what the store follows. Once they are here, ${then}.`
    : 'The store is empty: documents come from what it follows.';
}
