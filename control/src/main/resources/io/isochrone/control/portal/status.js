/** What is said above the content: whether the page is live, the operation that is running or has ended, and errors of actions. */

import {attribute, clock, count, h, icon, say, text} from './dom.js';
import {applied} from './rules.js';

const CROSS = 'M4 4l8 8m0-8-8 8';

/** Whether the feed is live, and since when it is not. */
export class Liveness {
  constructor() {
    this.pill = h('span', {class: 'pill connecting'}, 'Connecting…');
    this.banner = h('div', {class: 'banner stale', role: 'status', hidden: true});
  }

  show(state, heard) {
    attribute(this.pill, 'class', `pill ${state}`);
    text(this.pill, {live: 'Live', lost: 'Reconnecting…', connecting: 'Connecting…'}[state]);
    this.banner.hidden = state !== 'lost';
    text(this.banner, state === 'lost'
      ? `The control plane has not been heard of since ${heard ? clock(heard) : 'this page was opened'}. What you see may be old; regions go on serving with what they have. Trying again by itself.`
      : '');
    attribute(document.body, 'class', state === 'lost' ? 'is-stale' : null);
  }

  trouble(message) {
    this.banner.hidden = false;
    text(this.banner, `The control plane answers but cannot read its store: ${message}`);
  }
}

/** The operation that runs, with how far it is; then how it ended, until it is dismissed. */
export class Progress {
  constructor() {
    this.title = h('strong');
    this.detail = h('span', {class: 'detail'});
    this.bar = h('progress', {max: 100, 'aria-label': 'Progress of the operation'});
    this.pending = h('ul', {class: 'pending', 'aria-label': 'Nodes that have not applied it yet'});
    this.notes = h('p', {class: 'notes hint'});
    this.close = h('button', {type: 'button', class: 'quiet square', 'aria-label': 'Dismiss', onclick: () => this.dismiss()}, icon(CROSS));
    this.element = h('section', {class: 'banner operation', 'aria-label': 'Operation', hidden: true},
      h('div', {class: 'head'}, this.title, this.detail, this.close), this.bar, this.notes, this.pending);
    this.titles = new Map();
    this.ran = new Set();
    this.dismissed = new Set();
    this.shown = null;
  }

  /** Remembers what an operation of this page does, and shows it before the feed does. */
  started(id, title) {
    if (id === null) {
      say(`${title}: done.`);
      return;
    }
    this.titles.set(id, title);
    this.ran.add(id);
    this.draw({id, status: 'InProgress', percent: 0}, null);
  }

  update(view) {
    const operation = view.operation;
    if (operation) this.draw(operation, view);
  }

  dismiss() {
    this.dismissed.add(this.shown);
    this.element.hidden = true;
    document.getElementById('main').focus();
  }

  draw(operation, view) {
    const running = !['Succeeded', 'Failed', 'Canceled'].includes(operation.status);
    const failed = !running && operation.status !== 'Succeeded';
    if (running) this.ran.add(operation.id);
    const visible = running || ((failed || this.ran.has(operation.id)) && !this.dismissed.has(operation.id));
    this.element.hidden = !visible;
    if (!visible) return;
    if (running && operation.title && !this.titles.has(operation.id)) this.titles.set(operation.id, operation.title);
    const title = this.titles.get(operation.id) || operation.title || 'Changing the service';
    const before = this.shown === operation.id ? this.status : null;
    this.shown = operation.id;
    this.status = operation.status;
    attribute(this.element, 'class', `banner operation ${running ? 'running' : failed ? 'failed' : 'done'}`);
    text(this.title, running ? title : failed ? `Failed: ${title}` : `Done: ${title}`);
    this.bar.hidden = !running;
    this.bar.value = operation.percent;
    const nodes = running && view ? applied(view) : null;
    text(this.detail, running
      ? [`${operation.percent} %`, nodes ? `${nodes.done} of ${count(nodes.all, 'node')} have applied it` : ''].filter(Boolean).join(' · ')
      : failed && operation.error ? `${operation.error.message} (${operation.error.code})` : '');
    const pending = nodes ? nodes.pending.slice(0, 12) : [];
    while (this.pending.children.length > pending.length) this.pending.lastChild.remove();
    pending.forEach((node, at) => {
      if (!this.pending.children[at]) this.pending.append(h('li'));
      text(this.pending.children[at], node.refusal ? `${node.id} refused it: ${node.refusal}` : node.id);
      attribute(this.pending.children[at], 'class', node.refusal ? 'refused' : null);
    });
    const notes = running && operation.notes ? operation.notes : [];
    text(this.notes, notes.length ? `Waits for ${notes.slice(0, 3).join('; ')}${notes.length > 3 ? `; and ${notes.length - 3} more` : ''}` : '');
    this.notes.hidden = notes.length === 0;
    this.close.hidden = running;
    if (before !== operation.status) say(`${this.title.textContent}${failed ? `: ${this.detail.textContent}` : ''}`);
  }
}

/** An error of an action that has no dialog, until dismissed. */
export class Problem {
  constructor() {
    this.words = h('span');
    this.element = h('div', {class: 'banner failed', role: 'alert', hidden: true}, h('div', {class: 'head'}, this.words,
      h('button', {type: 'button', class: 'quiet square', 'aria-label': 'Dismiss', onclick: () => {
        this.element.hidden = true;
      }}, icon(CROSS))));
  }

  show(error) {
    text(this.words, error.code ? `${error.message} (${error.code})` : error.message);
    this.element.hidden = false;
  }

  clear() {
    this.element.hidden = true;
  }
}
