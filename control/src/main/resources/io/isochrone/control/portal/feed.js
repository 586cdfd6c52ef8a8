/**
 * The live feed: opens it, opens it again whenever it is lost (after 1 s, then up to 15 s), and says when nothing has been heard for
 * longer than its beat allows.
 */

const SILENCE = 12_000;
const LONGEST = 15_000;

export class Feed {
  /** `on`: {view, map, gone, trouble, state}; state gets 'live', 'lost' or 'connecting' with the time of the last word, if any. */
  constructor(service, on) {
    this.url = `/portal/feed?service=${encodeURIComponent(service)}`;
    this.on = on;
    this.wait = 1000;
    this.heard = null;
    this.state = '';
    this.closed = false;
    this.timer = setInterval(() => this.watch(), 1000);
    this.again = () => this.reopen();
    addEventListener('online', this.again);
    this.open();
  }

  close() {
    this.closed = true;
    clearInterval(this.timer);
    clearTimeout(this.retry);
    removeEventListener('online', this.again);
    this.source.close();
  }

  open() {
    const source = new EventSource(this.url);
    this.source = source;
    this.opened = Date.now();
    for (const name of ['view', 'map', 'gone', 'trouble', 'beat']) {
      source.addEventListener(name, (event) => {
        if (source !== this.source) return;
        this.heard = Date.now();
        this.wait = 1000;
        this.tell('live');
        if (this.on[name]) this.on[name](JSON.parse(event.data));
      });
    }
    source.addEventListener('error', () => {
      if (source === this.source && !this.closed) this.lose();
    });
    this.tell(this.heard === null ? 'connecting' : this.state);
  }

  watch() {
    if (this.retry === undefined && Date.now() - Math.max(this.opened, this.heard || 0) > SILENCE) {
      this.lose();
    }
  }

  lose() {
    this.source.close();
    this.tell('lost');
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.reopen(), this.wait * (0.8 + Math.random() * 0.4));
    this.wait = Math.min(LONGEST, this.wait * 2);
    if (this.on.lost) this.on.lost();
  }

  reopen() {
    if (this.closed) return;
    clearTimeout(this.retry);
    this.retry = undefined;
    this.source.close();
    this.open();
  }

  tell(state) {
    if (state === this.state || state === '') return;
    this.state = state;
    this.on.state(state, this.heard === null ? null : new Date(this.heard));
  }
}
