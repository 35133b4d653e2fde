// How many nodes have so many links.

import { el, number, plural } from './dom.js';

export function histogram(title, counts) {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return el('p', { class: 'muted', text: `${title}: there are none yet.` });
  const most = Math.max(...counts, 1);
  const first = counts.findIndex((count) => count > 0);
  let last = counts.length - 1;
  while (last > first && counts[last] === 0) last -= 1;
  const peak = counts.indexOf(most);
  const words = `${title}: ${first} to ${last}; most often ${peak}, ${plural(counts[peak], 'time')} of ${number(total)}`;
  const bars = el('div', { class: 'histogram', role: 'img', 'aria-label': words });
  for (let links = 0; links < counts.length; links += 1) {
    const bar = el('span', { title: `${plural(links, 'link')}: ${plural(counts[links], 'node')}` });
    bar.style.height = counts[links] ? `${Math.max(2, 100 * counts[links] / most)}%` : '0';
    bars.append(bar);
  }
  return el('figure', {}, el('figcaption', { text: words }), bars, el('p', { class: 'scale muted', 'aria-hidden': 'true' }, el('span', { text: '0 links' }), el('span', { text: counts.length - 1 })));
}
