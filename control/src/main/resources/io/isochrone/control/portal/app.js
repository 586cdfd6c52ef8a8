/** The page: signs in, chooses a service, and keeps map, table and banners right by the feed. */

import * as api from './api.js';
import * as dialogs from './dialogs.js';
import {ago, attribute, count, h, icon, number, say, text} from './dom.js';
import {Feed} from './feed.js';
import {Locations, show as showNodes} from './locations.js';
import {WorldMap, percent} from './map.js';
import * as rules from './rules.js';
import {Liveness, Problem, Progress} from './status.js';

const COLOURS = 10;
const PLUS = 'M8 3v10M3 8h10';
const main = document.getElementById('main');
const bar = document.getElementById('bar');
let current = null;

document.addEventListener('signed-out', () => {
  if (current) signIn('You were signed out: the token has expired or was withdrawn.');
});
addEventListener('hashchange', () => start());

async function start() {
  leave();
  let caller;
  try {
    caller = await api.whoami();
  } catch (error) {
    return broken(error, start);
  }
  if (!caller) return signIn();
  let list;
  try {
    list = await api.services();
  } catch (error) {
    return error.status === 401 ? signIn() : broken(error, start);
  }
  const wanted = new URLSearchParams(location.hash.slice(1)).get('service');
  const service = list.find((each) => each.name.toLowerCase() === (wanted || '').toLowerCase()) || list[0];
  if (service) open(service, list, caller); else empty(caller);
}

function leave() {
  if (current) {
    current.close();
    current = null;
  }
  document.querySelectorAll('dialog').forEach((each) => each.close());
  document.body.className = '';
}

function brand() {
  return h('a', {class: 'brand', href: '/portal/', 'aria-label': 'Isochrone'}, h('img', {src: 'icon.svg', alt: '', width: 26, height: 26}), h('span', {}, 'Isochrone'));
}

function signIn(reason) {
  leave();
  bar.replaceChildren(brand());
  document.title = 'Sign in · Isochrone';
  const token = h('input', {type: 'password', id: 'token', name: 'token', autocomplete: 'current-password', spellcheck: 'false', required: true, 'aria-describedby': 'token-hint'});
  const problem = h('p', {class: 'problem', role: 'alert', hidden: !reason}, reason || '');
  const button = h('button', {type: 'submit', class: 'primary wide'}, 'Sign in');
  main.replaceChildren(h('form', {class: 'card sign-in', novalidate: true, onsubmit: async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    problem.hidden = true;
    try {
      await api.signIn(token.value.trim());
      await start();
      main.focus();
    } catch (error) {
      text(problem, error.message);
      problem.hidden = false;
      attribute(token, 'aria-invalid', 'true');
      token.select();
    } finally {
      button.disabled = false;
    }
  }}, h('h1', {}, 'Sign in'), h('p', {class: 'lead'}, 'Scale and locations of your API gateways'),
  h('div', {class: 'field'}, h('label', {for: 'token'}, 'Token'), token, h('p', {class: 'hint', id: 'token-hint'},
    'One of role operator, or reader to look only; ', h('code', {}, 'isochrone token create'), ' makes them. It stays in a cookie that no script can read, for 12 hours.')), problem, button));
  token.focus();
}

function broken(error, again) {
  bar.replaceChildren(brand());
  main.replaceChildren(h('div', {class: 'card empty'}, h('h1', {}, 'Not reached'), h('p', {role: 'alert'}, error.message),
    h('button', {type: 'button', class: 'primary', onclick: again}, 'Try again')));
}

function empty(caller) {
  bar.replaceChildren(brand(), h('span', {class: 'grow'}), account(caller));
  main.replaceChildren(h('div', {class: 'card empty'}, h('h1', {}, 'There is no service yet'),
    h('p', {}, 'Create one with the REST API, an SDK, ', h('code', {}, 'az apim create'), ' or ', h('code', {}, 'isochrone service create'), '; it then appears here.'),
    h('button', {type: 'button', class: 'primary', onclick: start}, 'Look again')));
}

function account(caller) {
  return h('div', {class: 'account'}, h('span', {class: 'name', title: `role ${caller.role}`}, caller.name),
    caller.role === 'operator' ? null : h('span', {class: 'tag'}, caller.role),
    h('button', {type: 'button', class: 'quiet', onclick: async () => {
      try {
        await api.signOut();
        signIn();
      } catch (error) {
        say(error.message);
      }
    }}, 'Sign out'));
}

async function open(service, list, caller) {
  const live = new Liveness();
  const progress = new Progress();
  const problem = new Problem();
  let view = null;
  let points = null;
  let colours = new Map();
  let map = null;

  const heading = h('h1', {}, service.name);
  const facts = h('p', {class: 'facts'});
  const addReason = h('span', {class: 'why', id: 'add-why'});
  const add = h('button', {type: 'button', class: 'primary', 'aria-describedby': 'add-why', onclick: () => {
    if (!view || rules.refusal('add', null, view, caller)) return;
    dialogs.add({view, opener: add, load: () => api.offers(view.service), send: (place, units) => send(`Add ${place}`, (doc) => rules.adding(doc, place, units))});
  }}, icon(PLUS), 'Add region');
  const table = new Locations(actions, (name) => map && map.choose(name));
  const mapSlot = h('div', {class: 'card map-card'});
  const routers = h('ul', {class: 'node-list', 'aria-label': 'Routers'});
  const routerCard = h('section', {class: 'card', 'aria-labelledby': 'routers-title', hidden: true}, h('h2', {id: 'routers-title'}, 'Routers'), routers);
  const changes = h('ol', {class: 'changes'});
  const changeCard = h('section', {class: 'card', 'aria-labelledby': 'changes-title', hidden: true}, h('h2', {id: 'changes-title'}, 'Latest changes'), changes);
  const refusal = h('div', {class: 'banner failed', role: 'alert', hidden: true});

  const chooser = list.length < 2 ? null : h('select', {'aria-label': 'Service', class: 'services', onchange: () => {
    location.hash = `service=${encodeURIComponent(chooser.value)}`;
  }}, list.map((each) => h('option', {value: each.name, selected: each.name === service.name}, each.name)));
  bar.replaceChildren(...[brand(), chooser, h('span', {class: 'grow'}), live.pill, account(caller)].filter(Boolean));
  document.title = `${service.name} · Scale and locations · Isochrone`;
  main.replaceChildren(live.banner, h('div', {class: 'title'}, h('div', {}, h('p', {class: 'over'}, 'Scale and locations'), heading, facts), h('div', {class: 'add'}, add, addReason)),
    progress.element, problem.element, refusal, mapSlot,
    h('section', {class: 'card flush', 'aria-labelledby': 'locations-title'}, h('h2', {id: 'locations-title'}, 'Locations'), table.element),
    h('div', {class: 'pair'}, routerCard, changeCard));
  main.classList.add('loading');

  const feed = new Feed(service.name, {
    view: (value) => {
      view = value;
      draw();
    },
    map: (value) => {
      points = value;
      if (map) {
        map.serve(points);
        if (view) draw();
      }
    },
    gone: () => {
      say('The service was deleted.');
      start();
    },
    trouble: ({message}) => live.trouble(message),
    state: (state, heard) => live.show(state, heard),
    lost: async () => {
      try {
        if (await api.whoami() === null) document.dispatchEvent(new CustomEvent('signed-out'));
      } catch {
        // The control plane is away: the feed tries again.
      }
    },
  });
  const here = {close: () => feed.close()};
  current = here;

  function draw() {
    main.classList.remove('loading');
    live.show('live', new Date());
    const own = view.service;
    colours = rules.colours(view.locations, colours, COLOURS);
    const units = view.locations.reduce((all, each) => all + each.units, 0);
    const rate = view.locations.reduce((all, each) => all + each.rps, 0);
    text(facts, [own.sku.name, count(view.locations.length, 'location'), count(units, 'unit'), `${number(rate)} requests/s`,
      (own.properties.gatewayUrl || '').replace(/^https?:\/\//, '')].filter(Boolean).join('  ·  '));
    const reason = rules.refusal('add', null, view, caller);
    attribute(add, 'aria-disabled', reason ? 'true' : null);
    text(addReason, reason || '');
    if (map) map.update(view.locations, colours);
    table.update(view.locations, colours, (name) => (map ? map.share(name) : null));
    progress.update(view);
    refusal.hidden = !view.refusal;
    text(refusal, view.refusal ? `What is stored is not published: ${view.refusal}. Nodes keep what they have.` : '');
    routerCard.hidden = view.routers.length === 0;
    showNodes(routers, view.routers);
    changeCard.hidden = view.changes.length === 0;
    while (changes.children.length > view.changes.length) changes.lastChild.remove();
    view.changes.forEach((each, at) => {
      if (!changes.children[at]) changes.append(h('li', {}, h('span', {class: 'what'}), h('span', {class: 'by'})));
      const [what, by] = changes.children[at].children;
      text(what, each.what.replace(/\/subscriptions\/\S*?\/service\//i, ''));
      attribute(what, 'title', each.what);
      text(by, `${each.who}, ${ago(each.at)}`);
    });
  }

  async function send(title, edit) {
    problem.clear();
    const id = await api.change(view.service, edit);
    progress.started(id, title);
  }

  async function tell(title, edit) {
    try {
      await send(title, edit);
    } catch (error) {
      problem.show(error);
    }
  }

  function actions(location) {
    const name = location.displayName;
    const why = (action) => rules.refusal(action, location, view, caller);
    const shared = () => {
      const share = map ? map.share(location.name) : null;
      return share === null ? null : percent(share);
    };
    return [
      {label: 'Scale', reason: why('scale'), run: async (opener) => {
        try {
          const offer = await api.offers(view.service);
          dialogs.scale({view, location, offer, opener, send: (units) => send(`Scale ${name} to ${count(units, 'unit')}`, (doc) => rules.scaling(doc, location.name, units))});
        } catch (error) {
          problem.show(error);
        }
      }},
      location.enabled
        ? {label: 'Disable gateway', reason: why('disable'), run: (opener) => dialogs.disable({view, location, share: shared(), opener,
          send: () => send(`Disable the gateway in ${name}`, (doc) => rules.switching(doc, location.name, true))})}
        : {label: 'Enable gateway', reason: why('enable'), run: () => tell(`Enable the gateway in ${name}`, (doc) => rules.switching(doc, location.name, false))},
      {label: 'Remove', danger: true, reason: why('remove'), run: (opener) => dialogs.remove({view, location, share: shared(), opener,
        send: () => send(`Remove ${name}`, (doc) => rules.removing(doc, location.name))})},
    ];
  }

  try {
    const response = await fetch('world.json');
    if (!response.ok) throw new Error(`world.json: ${response.status}`);
    map = new WorldMap(await response.json(), (name) => table.show(name));
    if (current !== here) return;
    mapSlot.append(map.element);
    if (points) map.serve(points);
    if (view) draw();
  } catch {
    mapSlot.hidden = true;
  }
}

start();
