/** The table of locations: one row each, changed in place so that focus and open menus stay, with its nodes below it on demand. */

import {ago, attribute, count, h, icon, number, svg, text} from './dom.js';
import {menuButton} from './menu.js';
import {percent} from './map.js';

const WORDS = {healthy: 'Healthy', degraded: 'Degraded', down: 'Down', disabled: 'Disabled', waiting: 'Waiting'};
const CHEVRON = 'M4.5 6.2 8 9.8l3.5-3.6';
const KEPT = 60;

export class Locations {
  /** `actions(location)` gives a row's menu; `choose(name or null)` hears which row is looked at. */
  constructor(actions, choose) {
    this.actions = actions;
    this.choose = choose;
    this.rows = new Map();
    this.body = h('tbody', {role: 'rowgroup'});
    const head = ['Location', 'Status', 'Gateway', 'Units', 'Nodes', 'Requests'].map((each) => h('th', {role: 'columnheader', scope: 'col'}, each));
    this.element = h('table', {class: 'locations', role: 'table', 'aria-label': 'Locations'},
      h('thead', {role: 'rowgroup'}, h('tr', {role: 'row'}, head, h('th', {role: 'columnheader', scope: 'col'}, h('span', {class: 'unseen'}, 'Actions')))),
      this.body);
  }

  /** Shows these locations; `share(name)` is the part of land that each serves, or null. */
  update(locations, colours, share) {
    const names = new Set(locations.map((each) => each.name));
    for (const [name, row] of this.rows) {
      if (!names.has(name)) {
        row.tr.remove();
        row.more.remove();
        this.rows.delete(name);
      }
    }
    locations.forEach((each, index) => {
      if (!this.rows.has(each.name)) this.rows.set(each.name, this.row(each));
      const row = this.rows.get(each.name);
      row.update(each, index, colours.get(each.name), share(each.name));
      const wanted = this.body.children[index * 2];
      if (wanted !== row.tr) {
        this.body.insertBefore(row.tr, wanted || null);
        this.body.insertBefore(row.more, row.tr.nextSibling);
      }
    });
  }

  /** Brings a row into view and its menu into focus. */
  show(name) {
    const row = this.rows.get(name);
    if (!row) return;
    row.tr.scrollIntoView({block: 'nearest', behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth'});
    row.menu.focus({preventScroll: true});
  }

  row(first) {
    let now = first;
    const badge = h('span', {class: 'badge', 'aria-hidden': 'true'});
    const name = h('span', {class: 'place'}, first.displayName);
    const url = h('span', {class: 'url'});
    const status = h('span', {class: 'status'});
    const why = h('span', {class: 'why'});
    const gateway = h('span');
    const units = h('span');
    const nodes = h('span');
    const toggle = h('button', {type: 'button', class: 'quiet nodes', 'aria-expanded': 'false', onclick: () => {
      more.hidden = !more.hidden;
      attribute(toggle, 'aria-expanded', more.hidden ? 'false' : 'true');
    }}, nodes, icon(CHEVRON, 'chevron'));
    const rate = h('span', {class: 'rate'});
    const line = svg('polyline');
    const extra = h('span', {class: 'extra'});
    const menu = menuButton(`Actions for ${first.displayName}`, () => this.actions(now));
    const list = h('ul', {class: 'node-list', 'aria-label': `Nodes in ${first.displayName}`});
    const others = h('p', {class: 'hint'});
    const more = h('tr', {class: 'more', role: 'row', hidden: true}, h('td', {role: 'cell', colspan: '7'}, list, others));
    const past = [];
    const cell = (label, ...content) => h('td', {role: 'cell', 'data-label': label}, h('div', {}, content));
    const tr = h('tr', {role: 'row', onpointerenter: () => this.choose(first.name), onpointerleave: () => this.choose(null)},
      h('th', {role: 'rowheader', scope: 'row'}, h('div', {class: 'who'}, badge,
        h('div', {}, h('div', {class: 'line'}, name, first.primary ? h('span', {class: 'tag'}, 'Primary') : null), url))),
      cell('Status', status, why), cell('Gateway', gateway), cell('Units', units), cell('Nodes', toggle),
      cell('Requests', h('div', {class: 'flow'}, rate, svg('svg', {class: 'spark', viewBox: '0 0 60 16', preserveAspectRatio: 'none', 'aria-hidden': 'true'}, line)), extra),
      h('td', {role: 'cell', class: 'end'}, menu));

    const update = (each, index, colour, share) => {
      now = each;
      attribute(tr, 'class', `row ${each.health}`);
      attribute(badge, 'class', `badge c${colour}`);
      text(badge, index + 1);
      text(url, each.url.replace(/^https?:\/\//, ''));
      attribute(status, 'class', `status ${each.health}`);
      text(status, WORDS[each.health] || each.health);
      text(why, each.why);
      text(gateway, each.enabled ? 'Enabled' : 'Disabled');
      text(units, each.units);
      text(nodes, each.nodeCount === 0 ? 'None' : `${each.servingCount} of ${each.nodeCount}`);
      attribute(toggle, 'aria-label', `${count(each.nodeCount, 'node')} in ${each.displayName}, ${each.servingCount} serving`);
      toggle.disabled = each.nodeCount === 0;
      text(rate, `${number(each.rps)}/s`);
      text(extra, [each.errors >= 0.1 ? `${number(each.errors)} errors/s` : '', share === null ? '' : `${percent(share)} of land`,
        each.rps > 0 ? `p99 ${number(each.p99)} ms` : ''].filter(Boolean).join(' · '));
      past.push(each.rps);
      if (past.length > KEPT) past.shift();
      const most = Math.max(1, ...past) * 1.15;
      attribute(line, 'points', (past.length < 2 ? [] : past).map((value, at) => `${at + KEPT - past.length} ${(15.5 - 15 * value / most).toFixed(1)}`).join(' '));
      attribute(line, 'class', `c${colour}`);
      show(list, each.nodes);
      text(others, each.nodeCount > each.nodes.length ? `and ${count(each.nodeCount - each.nodes.length, 'other node')}` : '');
    };
    return {tr, more, menu, update};
  }
}

/** Shows nodes as a list, changed in place. */
export function show(list, nodes) {
  while (list.children.length > nodes.length) list.lastChild.remove();
  nodes.forEach((node, at) => {
    let item = list.children[at];
    if (!item) {
      item = h('li', {}, h('span', {class: 'status'}), h('span', {class: 'id'}), h('span', {class: 'version'}), h('span', {class: 'numbers'}), h('span', {class: 'refusal'}));
      list.append(item);
    }
    const [state, id, version, numbers, refusal] = item.children;
    attribute(state, 'class', `status ${{serving: 'healthy', lost: 'down'}[node.state] || 'waiting'}`);
    text(state, node.state === 'lost' ? `lost ${ago(node.seen)}` : node.state);
    text(id, node.id);
    attribute(id, 'title', node.address);
    text(version, node.applied === null ? 'nothing applied yet' : `version ${node.applied}${node.current ? '' : ', older'}`);
    text(numbers, node.state === 'lost' ? '' : `${number(node.rps)}/s · p99 ${number(node.p99)} ms`);
    text(refusal, node.refusal === null ? '' : `Refused: ${node.refusal}`);
  });
}
