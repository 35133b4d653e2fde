// The graph in layers, and a walk through it or an insertion into it, step by step.

import { api, button, el, field, fill, number, plural, select } from './dom.js';
import { chooser } from './chooser.js';
import { reasons, remedy } from './explanation.js';
import { filterEditor } from './filter.js';
import { histogram } from './histogram.js';
import { showInsertion } from './insertion.js';
import { distance, line, player, shortName } from './player.js';
import { replay, wasMet, wasStoodAt } from './walk.js';

const SHOWN = [['question', 'a search for a question'], ['document', 'a search with the vector of a document'], ['missing', 'a search, and a document it should find'], ['insertion', 'the insertion of a document']];

export function graph(box, session, parameters) {
  const { request } = session;
  const what = select(SHOWN, parameters.get('show') ?? (parameters.get('id') ? 'document' : 'question'));
  const query = el('input', { type: 'search', maxlength: 1000, autocomplete: 'off', placeholder: 'What somebody asks', class: 'query' });
  query.value = request.query;
  const list = el('input', { type: 'number', min: 1, max: 100 });
  list.value = '16';
  const document = chooser(session, 'The document', false);
  document.put(parameters.get('id') ?? session.document);
  const editor = filterEditor(session, request.filter, () => {});
  const question = field('Question', query);
  const candidates = field('Candidates', list);
  const settings = el('p', { class: 'muted small' });
  const submit = button('Walk', undefined, { type: 'submit', class: 'primary' });
  const result = el('div', { class: 'result' });
  const asks = () => what.value === 'question' || what.value === 'missing';
  const arrange = () => {
    question.hidden = !asks();
    document.box.hidden = what.value === 'question';
    candidates.hidden = what.value === 'insertion' || what.value === 'missing';
    editor.box.hidden = what.value === 'insertion';
    settings.hidden = what.value !== 'missing';
    settings.textContent = `As on the screens Search and Why not found?: ${request.topK || 10} results, ${request.mode ? request.mode.toLowerCase() : 'mode of the store'}, ${request.efSearch ? `efSearch ${request.efSearch}` : 'candidates by the target'}.`;
    submit.textContent = what.value === 'insertion' ? 'Replay' : 'Walk';
  };
  let stop = () => {};
  const run = () => {
    stop();
    stop = () => {};
    request.query = query.value.trim();
    request.filter = editor.text.value.trim();
    session.document = document.id.value.trim();
    const { store } = session;
    if (asks() && !request.query) return tell('Type a question to see the walk to its answer.');
    if (what.value !== 'question' && !session.document) return tell('Choose a document: type its id, or find it by words of its text.');
    const { query: text, filter } = request;
    const id = session.document;
    const show = (promise, view) => fill(result, promise, (found) => {
      const shown = view(found);
      stop = shown.stop;
      return shown.elements;
    });
    if (what.value === 'insertion') return show(api('insertion', { store, id }), showInsertion);
    if (what.value === 'missing') {
      return show(Promise.all([api('graph', { store, ...request, list: 0, missing: id }), api('explanation', { store, ...request, id })]),
        ([found, explanation]) => showWalk(found, session, explanation));
    }
    return show(api('graph', { store, list: list.value, filter, ...(asks() ? { query: text } : { id }) }), (found) => showWalk(found, session));
  };
  const tell = (text) => result.replaceChildren(el('p', { class: 'muted', text }));
  what.addEventListener('change', () => { arrange(); run(); });
  arrange();
  box.append(el('form', { class: 'card tools', onsubmit: (event) => { event.preventDefault(); run(); } },
    el('div', { class: 'row' }, field('Show', what), question, candidates, submit), document.box, editor.box, settings), result);
  run();
  return () => stop();
}

function showWalk(found, session, explanation) {
  if (found.levels.length === 0) return { elements: [el('p', { text: 'The index is empty, so there is no graph yet.' })], stop() {} };
  const states = replay(found);
  const met = found.marks ? states[0].met[found.marks.node] : Infinity;
  const shown = player(found, states, {
    title: 'Candidate list', slider: 'Step of the walk',
    first: explanation ? states.length - 1 : 0,
    jumps: explanation && met > 0 && met < states.length ? [['Where it is met', met]] : [],
    legend: [['here', 'where the walk stands'], ['stood', 'its links were followed'], ['listed', 'in the candidate list'], ['seen', 'was compared'], ['other', 'not met'],
      ...(found.marks ? [['expected', 'the document'], ['because', 'links that lead to it']] : []), ...(found.filteredOut.length ? [['out', 'the filter leaves it out']] : [])],
    words: (at) => stepWords(found, states, at),
    beside: (box, note, at) => {
      note.textContent = `The nearest that the walk knows${found.filtered ? ' and the filter lets through' : ''}, at most ${found.list}. It ${found.filtered ? 'stands at the nearest it knows next, let through or not' : 'stands at the nearest of the blue ones next'}.`;
      box.replaceChildren(...states[at].candidates.slice(0, 60).map((node) => line(found, node, `${node === states[at].at ? 'here' : ''} ${states[at].layer === 0 && wasStoodAt(states[at], node) ? 'stood' : ''}`, distance(found, node))));
    },
  });
  return {
    elements: [
      explanation ? reason(found, states, session, explanation) : null,
      el('p', { class: 'summary', text: summary(found, states) }), shown.stage,
      el('section', { class: 'card explain', 'aria-label': 'What one sees' }, el('h3', { text: 'What one sees' }), ...sentences(found)),
      el('section', { class: 'card' }, histogram('Links of a node on layer 0', found.degrees)),
    ],
    stop: shown.stop,
  };
}

// The explanation, and where the document is in the picture.
function reason(found, states, session, explanation) {
  return el('section', { class: `card verdict ${explanation.found ? 'good' : 'bad'}`, 'aria-label': 'Explanation' },
    reasons(explanation),
    el('p', { class: 'where', text: whereWords(found, states) }),
    found.marks?.linkedFrom.length ? linkedFrom(found, states, explanation) : null,
    remedy(explanation, session));
}

// Those that link to it, the nearest to the question first; ranks are known of some, if the walk missed the document.
function linkedFrom(found, states, explanation) {
  const last = states[states.length - 1];
  const ranks = new Map(explanation.linkedFrom.map((link) => [link.documentId, link.rank]));
  const place = (node) => {
    const rank = ranks.get(found.labels[node]?.id);
    if (rank) return `number ${number(rank)} of all`;
    const at = last.candidates.indexOf(node);
    return at < 0 ? `farther than the ${number(last.candidates.length)} of the list` : `number ${at + 1} of the list`;
  };
  const came = (node) => (wasStoodAt(last, node) ? `stood there at step ${last.stood[node]}` : wasMet(last, node) ? `compared it at step ${last.met[node]}, but did not follow its links` : 'did not come by');
  const rows = found.marks.linkedFrom.toSorted((a, b) => found.distances[a] - found.distances[b]);
  return el('details', {}, el('summary', { text: 'Who links to it, and where those rank' }),
    el('table', {}, el('thead', {}, el('tr', {}, ['Document', 'Distance to the question', 'Rank', 'The walk'].map((text) => el('th', { scope: 'col', text })))),
      el('tbody', {}, rows.map((node) => el('tr', {}, el('th', { scope: 'row', text: shortName(found, node) }),
        el('td', { text: found.distances[node]?.toFixed(4) ?? '–' }), el('td', { text: place(node) }), el('td', { text: came(node) }))))),
    found.marks.others ? el('p', { class: 'muted', text: `and ${plural(found.marks.others, 'other')}` }) : null);
}

function whereWords(found, states) {
  if (!found.marks) return 'Its vector is not in the index, so it is not in the picture.';
  const { node, linkedFrom, others } = found.marks;
  const last = states[states.length - 1];
  const count = linkedFrom.length + others;
  const walked = linkedFrom.filter((one) => wasStoodAt(last, one)).length;
  const links = `${plural(count, 'document')} ${count === 1 ? 'links' : 'link'} to it (the dotted lines)`;
  if (found.filteredOut.includes(node)) return `It is the one in a ring. The filter leaves it out, so it cannot get into the list, wherever the walk comes by. ${links}.`;
  if (last.met[node] >= states.length) return `It is the one in a ring. ${links}, and the walk stood at none of them, so it never met it.`;
  const seen = `It is the one in a ring, met at step ${last.met[node]} of ${states.length - 1}. ${links}; the walk stood at ${number(walked)} of them.`;
  const rank = last.candidates.indexOf(node);
  return rank < 0 ? `${seen} ${found.byCode ? 'By its code it' : 'It'} was farther than the ${number(found.list)} nearest, so it is not in the list.` : `${seen} It is number ${rank + 1} of the candidate list: the walk found it.`;
}

function stepWords(found, states, at) {
  const state = states[at];
  if (state.step === null) return `Start: the walk begins at the entry point, ${shortName(found, 0)}, on layer ${state.layer}.`;
  const where = `Step ${at} of ${states.length - 1}, layer ${state.layer}: at ${shortName(found, state.at)} (${distance(found, state.at)}), ${plural(state.step.met.length, 'linked node')} compared`;
  if (state.layer > 0) return `${where}; ${state.entered ? `${shortName(found, state.candidates[0])} is nearer, so it goes there.` : 'none is nearer, so it goes down a layer.'}`;
  const end = at === states.length - 1 ? ' Every candidate has been stood at: the walk ends.' : '';
  const entered = state.entered === 0 ? 'none of them' : state.entered === 1 ? 'one of them' : `${number(state.entered)} of them`;
  return `${where}; ${entered} got into the list.${end}`;
}

function summary(found, states) {
  return `${plural(found.size, 'vector')} on ${plural(found.nodesPerLayer.length, 'layer')}; the walk took ${plural(states.length - 1, 'step')} and compared ${number(states[states.length - 1].compared)} of them${found.byCode ? ', by their codes' : ''}. ${found.whole ? 'All of the graph is drawn.' : `Drawn are ${number(found.levels.length)} nodes: those of the walk, and of the upper layers as many as there is room for.`}`;
}

function sentences(found) {
  return [
    'Every dot is a vector, every line a link (of very many a part is drawn); the cross in the middle of each layer is the question, and what is nearer to the question is nearer to the cross.',
    `Each vector is on layer 0; chance lifts few of them to the layers above, so that the top one has only ${plural(found.nodesPerLayer[found.nodesPerLayer.length - 1], 'node')} and its links are long ways.`,
    'A search begins at the entry point at the top, goes to whatever linked node is nearer, and where none is, goes down a layer: so it comes near quickly.',
    `On layer 0 it keeps the ${number(found.list)} nearest it knows, follows the links of the nearest it has not stood at, and ends when it has stood at all of them.`,
    'A document is missed if no link leads to it from where the walk came by; a longer candidate list goes further, and takes more time.',
  ].map((text) => el('p', { text }));
}
