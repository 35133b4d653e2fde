// Why a search does not find a document, and a setting that would.

import { announce, api, button, el, fill } from './dom.js';
import { chooser } from './chooser.js';
import { facts, linking, reasons, remedy, spoken } from './explanation.js';
import { searchForm } from './form.js';
import { isHash, naming } from './names.js';

export function why(box, session, parameters) {
  session.document = parameters.get('id') ?? session.document;
  // Who comes from a search has said what was asked.
  const document = chooser(session, 'The document you expected', true, () => { if (form.query.value.trim()) { form.read(); run(); } else form.query.focus(); });
  const { id } = document;
  document.put(session.document);
  const answer = el('div', { class: 'answer' });
  const run = () => {
    session.document = id.value.trim();
    fill(answer, api('explanation', { store: session.store, id: session.document, ...session.request }), (explanation) => show(explanation, session));
  };
  const form = searchForm(session, 'Explain', run, [document.box]);
  box.append(form.form, answer);
  if (parameters.get('run') && session.request.query && id.value) run();
  else answer.append(el('p', { class: 'muted', text: session.request.query ? 'Choose the document: type its id, or find it by some of its words. Then you are told what keeps it out of the search below, and what would find it.' : 'Choose a document and say what was asked: you are told what keeps the document out, and what would find it.' }));
  (id.value ? form.query : id).focus();
}

// Of these no vector is compared with the question, so there is no walk to look at.
const WITHOUT_A_WALK = ['NOT_STORED', 'EXPIRED', 'NO_USABLE_EMBEDDING'];

function show(explanation, session) {
  announce(spoken(explanation));
  const actions = remedy(explanation, session);
  actions[1].append(...[
    WITHOUT_A_WALK.includes(explanation.verdict) ? null : button('Show it in the graph', () => session.show('graph', { show: 'missing', id: explanation.id }), { class: 'quiet' }),
    explanation.verdict === 'NOT_STORED' || explanation.verdict === 'EXPIRED' ? null : button('Show the document', () => session.show('documents', { id: explanation.id }), { class: 'quiet' }),
  ].filter(Boolean));
  return el('section', { class: `card verdict ${explanation.found ? 'good' : 'bad'}`, 'aria-label': 'Explanation' },
    explanation.document && (explanation.document.name || isHash(explanation.id)) ? el('p', { class: 'subject muted' }, naming(explanation.document)) : null,
    reasons(explanation), facts(explanation), explanation.linkedFrom.length ? linking(explanation) : null, actions);
}
