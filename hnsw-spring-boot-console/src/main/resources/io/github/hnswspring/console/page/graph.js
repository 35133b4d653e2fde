// The graph in layers, and a walk through it or an insertion into it, step by step.

import { api, button, el, field, fill, number, plural, select } from './dom.js';
import { chooser } from './chooser.js';
import { histogram } from './histogram.js';
import { showInsertion } from './insertion.js';
import { distance, line, player, shortName } from './player.js';
import { replay, wasStoodAt } from './walk.js';

export function graph(box, session, parameters) {
  const what = select([['question', 'a search for a question'], ['document', 'a search with the vector of a document'], ['insertion', 'the insertion of a document']],
    parameters.get('show') ?? (parameters.get('id') ? 'document' : 'question'));
  const query = el('input', { type: 'search', maxlength: 1000, autocomplete: 'off', placeholder: 'What somebody asks', class: 'query' });
  query.value = session.request.query;
  const list = el('input', { type: 'number', min: 1, max: 100 });
  list.value = '16';
  const document = chooser(session, 'The document', false);
  document.id.value = parameters.get('id') ?? session.document;
  const question = field('Question', query);
  const candidates = field('Candidates', list);
  const submit = button('Walk', undefined, { type: 'submit', class: 'primary' });
  const result = el('div', { class: 'result' });
  const arrange = () => {
    question.hidden = what.value !== 'question';
    document.box.hidden = what.value === 'question';
    candidates.hidden = what.value === 'insertion';
    submit.textContent = what.value === 'insertion' ? 'Replay' : 'Walk';
  };
  let stop = () => {};
  const run = () => {
    stop();
    stop = () => {};
    session.request.query = query.value.trim();
    session.document = document.id.value.trim();
    const ask = what.value === 'question' ? { query: session.request.query } : { id: session.document };
    if (!ask.query && !ask.id) {
      result.replaceChildren(el('p', { class: 'muted', text: what.value === 'question' ? 'Type a question to see the walk to its answer.' : 'Choose a document: type its id, or find it by words of its text.' }));
      return;
    }
    const inserts = what.value === 'insertion';
    fill(result, inserts ? api('insertion', { store: session.store, ...ask }) : api('graph', { store: session.store, list: list.value, ...ask }), (found) => {
      const shown = inserts ? showInsertion(found) : show(found);
      stop = shown.stop;
      return shown.elements;
    });
  };
  what.addEventListener('change', () => { arrange(); run(); });
  arrange();
  box.append(el('form', { class: 'card tools', onsubmit: (event) => { event.preventDefault(); run(); } },
    el('div', { class: 'row' }, field('Show', what), question, candidates, submit), document.box), result);
  run();
  return () => stop();
}

function show(found) {
  if (found.levels.length === 0) return { elements: [el('p', { text: 'The index is empty, so there is no graph yet.' })], stop() {} };
  const states = replay(found);
  const shown = player(found, states, {
    title: 'Candidate list', slider: 'Step of the walk',
    legend: [['here', 'where the walk stands'], ['stood', 'its links were followed'], ['listed', 'in the candidate list'], ['seen', 'was compared'], ['other', 'not met']],
    words: (at) => stepWords(found, states, at),
    beside: (box, note, at) => {
      note.textContent = `The nearest that the walk knows, at most ${found.list}. It stands at the nearest of the blue ones next.`;
      box.replaceChildren(...states[at].candidates.slice(0, 60).map((node) => line(found, node, `${node === states[at].at ? 'here' : ''} ${states[at].layer === 0 && wasStoodAt(states[at], node) ? 'stood' : ''}`, distance(found, node))));
    },
  });
  return {
    elements: [
      el('p', { class: 'summary', text: summary(found, states) }), shown.stage,
      el('section', { class: 'card explain', 'aria-label': 'What one sees' }, el('h3', { text: 'What one sees' }), ...sentences(found)),
      el('section', { class: 'card' }, histogram('Links of a node on layer 0', found.degrees)),
    ],
    stop: shown.stop,
  };
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
    'Every dot is a vector, every line a link; the cross in the middle of each layer is the question, and what is nearer to the question is nearer to the cross.',
    `Each vector is on layer 0; chance lifts few of them to the layers above, so that the top one has only ${plural(found.nodesPerLayer[found.nodesPerLayer.length - 1], 'node')} and its links are long ways.`,
    'A search begins at the entry point at the top, goes to whatever linked node is nearer, and where none is, goes down a layer: so it comes near quickly.',
    `On layer 0 it keeps the ${number(found.list)} nearest it knows, follows the links of the nearest it has not stood at, and ends when it has stood at all of them.`,
    'A document is missed if no link leads to it from where the walk came by; a longer candidate list goes further, and takes more time.',
  ].map((text) => el('p', { text }));
}
