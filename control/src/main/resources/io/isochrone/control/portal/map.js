/**
 * The world: each dot of land in the colour of the region that serves its callers now, each location a numbered marker.
 *
 * A dot takes the region of the nearest place that routers have spoken of. Dots stand evenly on an equal-area projection, so that their
 * count is a share of land.
 */

import {attribute, count, h, number, svg, text} from './dom.js';
import {project, unproject, vector} from './projection.js';

const FARTHEST = Math.cos(2500 / 6371);
const HIGH = 34;

export class WorldMap {
  constructor(world, onpick) {
    this.world = world;
    this.onpick = onpick;
    this.dots = dots(world);
    this.served = new Array(this.dots.length).fill(null);
    this.points = [];
    this.locations = [];
    this.colours = new Map();
    this.shares = new Map();
    this.chosen = null;
    this.paths = new Map();
    this.markers = new Map();

    this.back = svg('path', {class: 'land', d: world.land});
    this.field = svg('g', {class: 'dots', 'stroke-width': world.step * 0.62});
    this.labels = svg('g', {class: 'markers'});
    this.drawing = svg('svg', {viewBox: `${world.left} 0 ${world.width} ${world.height}`, role: 'img', 'aria-labelledby': 'map-says',
      onpointermove: (event) => this.point(event), onpointerleave: () => this.unpoint()}, this.back, this.field, this.labels);
    this.tip = h('div', {class: 'tip', hidden: true, 'aria-hidden': 'true'});
    this.note = h('p', {class: 'map-note', id: 'map-says'});
    this.legend = h('ul', {class: 'legend', 'aria-label': 'Who serves how much of the land'});
    this.element = h('figure', {class: 'map'}, h('div', {class: 'frame'}, this.drawing, this.tip),
      h('figcaption', {}, this.legend, this.note));
    new ResizeObserver(() => this.mark()).observe(this.drawing);
  }

  /** Shows these locations in these colours. */
  update(locations, colours) {
    this.locations = locations;
    const recolour = [...colours].some(([name, colour]) => this.colours.get(name) !== colour) || colours.size !== this.colours.size;
    this.colours = colours;
    if (recolour) this.paint();
    this.mark();
    this.describe();
  }

  /** Shows who serves what: [[latitude, longitude, region]…]. */
  serve(points) {
    this.points = points;
    const places = points.map(([latitude, longitude, region]) => [...vector(latitude, longitude), region]);
    this.dots.forEach((dot, at) => {
      let best = FARTHEST;
      let region = null;
      for (const place of places) {
        const near = dot.v[0] * place[0] + dot.v[1] * place[1] + dot.v[2] * place[2];
        if (near > best) {
          best = near;
          region = place[3];
        }
      }
      this.served[at] = region;
    });
    this.paint();
    this.mark();
    this.describe();
  }

  /** Lets one location stand out; null: none. */
  choose(name) {
    this.chosen = name;
    for (const [region, path] of this.paths) attribute(path, 'class', this.shade(region));
    for (const [region, marker] of this.markers) marker.classList.toggle('dim', name !== null && region !== name);
  }

  /** The share of land that a location serves, 0 to 1, or null when nobody has said. */
  share(name) {
    return this.points.length === 0 ? null : this.shares.get(name) || 0;
  }

  shade(region) {
    const colour = this.colours.get(region);
    const dim = this.chosen !== null && this.chosen !== region ? ' dim' : '';
    return (colour === undefined ? 'nobody' : `c${colour}`) + dim;
  }

  paint() {
    const by = new Map();
    this.dots.forEach((dot, at) => {
      const region = this.colours.has(this.served[at]) ? this.served[at] : '';
      if (!by.has(region)) by.set(region, []);
      by.get(region).push(dot);
    });
    this.shares = new Map([...by].map(([region, list]) => [region, list.length / this.dots.length]));
    for (const [region, path] of this.paths) {
      if (!by.has(region)) {
        path.remove();
        this.paths.delete(region);
      }
    }
    for (const [region, list] of by) {
      if (!this.paths.has(region)) {
        const path = svg('path');
        this.paths.set(region, path);
        this.field.append(path);
      }
      const path = this.paths.get(region);
      attribute(path, 'class', this.shade(region));
      attribute(path, 'd', list.map((dot) => `M${dot.x} ${dot.y}h0`).join(''));
    }
  }

  /** Puts markers and, where there is room, their labels. Sizes are in pixels of the screen. */
  mark() {
    const scale = this.scale();
    if (scale === null) return;
    const k = 1 / scale.a;
    const wide = this.world.width * scale.a;
    const placed = this.locations.filter((each) => each.latitude !== undefined).map((each) => {
      const [x, y] = project(each.latitude, each.longitude, this.world.centre);
      return {each, x, y};
    });
    const radius = (wide < 560 ? 8 : 11) * k;
    spread(placed, radius);
    const boxes = placed.map(({x, y}) => [x - radius, y - radius, x + radius, y + radius]);
    const names = new Set();
    for (const {each, x, y} of placed) {
      names.add(each.name);
      const marker = this.marker(each.name);
      const index = this.locations.indexOf(each) + 1;
      attribute(marker, 'class', `marker c${this.colours.get(each.name)} ${each.health}${each.primary ? ' primary' : ''}`
        + (this.chosen !== null && this.chosen !== each.name ? ' dim' : ''));
      attribute(marker, 'transform', `translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${k.toFixed(3)})`);
      const size = radius / k;
      const [halo, ring, disc, digit, plate, name, load, sign] = marker.children;
      attribute(halo, 'r', size + 7);
      attribute(ring, 'r', size + 3.5);
      attribute(disc, 'r', size);
      text(digit, index);
      attribute(sign, 'visibility', each.health === 'degraded' || each.health === 'down' ? 'visible' : 'hidden');
      attribute(sign, 'transform', `translate(${size * 0.8} ${-size * 0.9})`);
      text(name, each.displayName);
      text(load, each.enabled ? `${count(each.units, 'unit')} · ${number(each.rps)}/s` : 'disabled');
      const long = Math.ceil(Math.max(name.getComputedTextLength(), load.getComputedTextLength()) / 4) * 4 + 12;
      const box = wide < 620 ? null : room(long, x, y, size, k, boxes, this.world);
      for (const node of [plate, name, load]) attribute(node, 'visibility', box ? 'visible' : 'hidden');
      if (box) {
        for (const [at, value] of Object.entries({x: box.x, y: box.y, width: long, height: HIGH})) attribute(plate, at, value);
        for (const [node, line] of [[name, 14], [load, 28]]) {
          attribute(node, 'x', box.x + 6);
          attribute(node, 'y', box.y + line);
        }
      }
    }
    for (const [name, marker] of this.markers) {
      if (!names.has(name)) {
        marker.remove();
        this.markers.delete(name);
      }
    }
  }

  /** How the map is laid onto the screen, or null while it is not. */
  scale() {
    const matrix = this.drawing.getScreenCTM();
    return matrix && matrix.a > 0 ? matrix : null;
  }

  marker(name) {
    if (!this.markers.has(name)) {
      const marker = svg('g', {onpointerenter: () => this.choose(name), onpointerleave: () => this.choose(null), onclick: () => this.onpick(name)},
        svg('circle', {class: 'halo'}), svg('circle', {class: 'ring'}), svg('circle', {class: 'disc'}), svg('text', {class: 'digit', dy: '0.36em'}),
        svg('rect', {class: 'plate', rx: 6}), svg('text', {class: 'name'}), svg('text', {class: 'load'}),
        svg('g', {class: 'sign'}, svg('circle', {r: 6.5}), svg('text', {dy: '0.36em'}, '!')));
      this.markers.set(name, marker);
      this.labels.append(marker);
    }
    return this.markers.get(name);
  }

  describe() {
    const entries = this.locations.map((each, index) => {
      const share = this.share(each.name);
      return {each, index, share};
    });
    while (this.legend.children.length > entries.length) this.legend.lastChild.remove();
    entries.forEach(({each, index, share}, at) => {
      let item = this.legend.children[at];
      if (!item) {
        const button = h('button', {type: 'button', class: 'chip'}, h('span', {class: 'dot'}), h('span', {}), h('span', {class: 'share'}));
        const now = () => button.dataset.name;
        button.addEventListener('pointerenter', () => this.choose(now()));
        button.addEventListener('pointerleave', () => this.choose(null));
        button.addEventListener('focus', () => this.choose(now()));
        button.addEventListener('blur', () => this.choose(null));
        button.addEventListener('click', () => this.onpick(now()));
        item = h('li', {}, button);
        this.legend.append(item);
      }
      const button = item.firstChild;
      button.dataset.name = each.name;
      attribute(button, 'class', `chip c${this.colours.get(each.name)}`);
      text(button.children[0], index + 1);
      text(button.children[1], each.displayName);
      text(button.children[2], share === null ? '' : percent(share));
      attribute(button, 'aria-label', `${each.displayName}${share === null ? '' : ` serves ${percent(share)} of land`}: go to its row`);
    });
    text(this.note, this.points.length === 0
      ? 'No router has reported yet: the map shows where the locations are, not whom they serve.'
      : 'Colours show which location answers callers there now, as routers report it; shares are of land.');
  }

  point(event) {
    const box = this.drawing.getBoundingClientRect();
    const scale = this.scale();
    if (scale === null) return;
    const x = (event.clientX - scale.e) / scale.a;
    const y = (event.clientY - scale.f) / scale.d;
    let near = -1;
    let least = this.world.step ** 2 * 1.5;
    this.dots.forEach((dot, at) => {
      const far = (dot.x - x) ** 2 + (dot.y - y) ** 2;
      if (far < least) {
        least = far;
        near = at;
      }
    });
    const location = near < 0 ? undefined : this.locations.find((each) => each.name === this.served[near]);
    this.tip.hidden = location === undefined;
    if (location) {
      text(this.tip, `Served by ${location.displayName}`);
      this.tip.style.left = `${Math.min(box.width - 90, Math.max(90, event.clientX - box.left))}px`;
      this.tip.style.top = `${event.clientY - box.top}px`;
    }
  }

  unpoint() {
    this.tip.hidden = true;
  }
}

/** A share for people. */
export function percent(share) {
  return share > 0 && share < 0.01 ? '<1 %' : `${Math.round(share * 100)} %`;
}

function dots(world) {
  const all = [];
  for (const [y, ...runs] of world.dots) {
    for (let i = 0; i < runs.length; i += 2) {
      for (let n = 0; n < runs[i + 1]; n++) {
        const x = Math.round((runs[i] + n * world.step) * 10) / 10;
        all.push({x, y, v: vector(...unproject(x, y, world.centre))});
      }
    }
  }
  return all;
}

/** Moves markers apart that would cover one another. */
function spread(placed, radius) {
  for (let round = 0; round < 20; round++) {
    let moved = false;
    for (let i = 0; i < placed.length; i++) {
      for (let j = i + 1; j < placed.length; j++) {
        const a = placed[i];
        const b = placed[j];
        const dx = b.x - a.x || 0.1;
        const dy = b.y - a.y;
        const far = Math.hypot(dx, dy);
        const lack = radius * 2.5 - far;
        if (lack > 0.1) {
          a.x -= dx / far * lack / 2;
          a.y -= dy / far * lack / 2;
          b.x += dx / far * lack / 2;
          b.y += dy / far * lack / 2;
          moved = true;
        }
      }
    }
    if (!moved) return;
  }
}

/** Where a label of this length fits beside its marker: its corner in pixels from the marker; or null. Adds what it takes to `boxes`. */
function room(long, x, y, size, k, boxes, world) {
  const gap = size + 4;
  const sides = [[gap, -HIGH / 2], [-gap - long, -HIGH / 2], [-long / 2, gap], [-long / 2, -gap - HIGH]];
  for (const [dx, dy] of sides) {
    const box = [x + dx * k, y + dy * k, x + (dx + long) * k, y + (dy + HIGH) * k];
    const free = box[0] > world.left && box[2] < world.left + world.width && box[1] > 0 && box[3] < world.height
      && !boxes.some((b) => b[0] < box[2] && b[2] > box[0] && b[1] < box[3] && b[3] > box[1]);
    if (free) {
      boxes.push(box);
      return {x: dx, y: dy};
    }
  }
  return null;
}
