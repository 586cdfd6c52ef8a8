/** The dialogs: add a location, scale one, turn its gateway off, remove it. The browser keeps focus inside and closes on Escape. */

import {attribute, count, h, number, text} from './dom.js';
import {canonical} from './rules.js';

let serial = 0;

/**
 * Opens a dialog. `send` is called on confirmation and may throw an ApiError, which is shown here; the dialog closes when it has
 * returned. Focus goes back to `opener`.
 */
function open({title, lead, body, confirm, danger, opener, send, ready}) {
  const id = `dialog-${++serial}`;
  const problem = h('div', {class: 'problem', role: 'alert', hidden: true});
  const cancel = h('button', {type: 'button', onclick: () => dialog.close()}, 'Cancel');
  const go = h('button', {type: 'submit', class: danger ? 'primary danger' : 'primary'}, confirm);
  const form = h('form', {method: 'dialog', novalidate: true, onsubmit: submit},
    h('h2', {id: `${id}-title`}, title), h('div', {class: 'lead', id: `${id}-lead`}, lead), body, problem,
    h('div', {class: 'actions'}, cancel, go));
  const dialog = h('dialog', {'aria-labelledby': `${id}-title`, 'aria-describedby': `${id}-lead`, onclose: () => {
    dialog.remove();
    if (opener && opener.isConnected) opener.focus();
  }, oncancel: (event) => {
    if (form.dataset.busy) event.preventDefault();
  }}, form);
  document.body.append(dialog);
  dialog.showModal();
  if (danger) cancel.focus();
  ready?.(go);

  async function submit(event) {
    event.preventDefault();
    if (form.dataset.busy || go.disabled) return;
    form.dataset.busy = 'true';
    attribute(dialog, 'aria-busy', 'true');
    go.classList.add('working');
    cancel.disabled = true;
    problem.hidden = true;
    try {
      await send();
      dialog.close();
    } catch (error) {
      problem.replaceChildren(h('strong', {}, error.code || 'The change was refused'), h('span', {}, error.message));
      problem.hidden = false;
      mark(error.target || '');
    } finally {
      delete form.dataset.busy;
      attribute(dialog, 'aria-busy', null);
      go.classList.remove('working');
      cancel.disabled = false;
    }
  }

  /** Marks the field that the API says is at fault. */
  function mark(target) {
    for (const field of form.querySelectorAll('[data-target]')) {
      attribute(field, 'aria-invalid', target.toLowerCase().includes(field.dataset.target) ? 'true' : null);
    }
    const bad = form.querySelector('[aria-invalid]');
    if (bad) bad.focus();
  }
}

/** A slider for units with its number beside it, and what the whole service then has. */
function units(value, offer, others) {
  const id = `units-${++serial}`;
  const range = h('input', {type: 'range', id, min: offer.minimum, max: offer.maximum, step: 1, value, 'data-target': 'capacity',
    'aria-describedby': `${id}-sum`, oninput: show});
  const shown = h('output', {class: 'big', for: id});
  const sum = h('p', {class: 'hint', id: `${id}-sum`});
  function show() {
    const now = Number(range.value);
    text(shown, now);
    attribute(range, 'aria-valuetext', count(now, 'unit'));
    range.style.setProperty('--part', offer.maximum === offer.minimum ? 1 : (now - offer.minimum) / (offer.maximum - offer.minimum));
    text(sum, `The service has ${count(others + now, 'unit')} in all then.`);
  }
  show();
  return {range, element: h('div', {class: 'field'}, h('label', {for: id}, 'Units'),
    h('div', {class: 'slider'}, range, shown),
    h('div', {class: 'ends', 'aria-hidden': 'true'}, h('span', {}, offer.minimum), h('span', {}, offer.maximum)), sum)};
}

/** Asks for a new location. `load()` gives the offers; `send(location, units)` asks for it. */
export function add({view, opener, load, send}) {
  const select = h('select', {id: 'new-location', required: true, disabled: true, 'data-target': 'location', onchange: check},
    h('option', {value: ''}, 'Loading the locations…'));
  const slot = h('div');
  let slider = null;
  let confirm = null;
  function check() {
    if (confirm) confirm.disabled = select.value === '' || slider === null;
    attribute(select, 'aria-invalid', null);
  }
  const retry = h('button', {type: 'button', hidden: true, onclick: fetchOffers}, 'Load again');
  const trouble = h('p', {class: 'problem', role: 'alert', hidden: true});
  async function fetchOffers() {
    retry.hidden = true;
    trouble.hidden = true;
    try {
      const offer = await load();
      const used = new Set(view.locations.map((each) => each.name).concat(view.locations.map((each) => canonical(each.displayName))));
      const free = offer.locations.filter((each) => !used.has(canonical(each)));
      select.replaceChildren(h('option', {value: ''}, free.length ? 'Choose a location' : 'Every location is in use'),
        ...free.map((each) => h('option', {value: each}, each)));
      select.disabled = free.length === 0;
      slider = units(offer.minimum, offer, view.locations.reduce((all, each) => all + each.units, 0));
      slot.replaceChildren(slider.element);
      select.focus();
    } catch (error) {
      text(trouble, error.message);
      trouble.hidden = false;
      retry.hidden = false;
    }
    check();
  }
  open({
    title: 'Add a region',
    lead: 'Its gateways get the whole configuration. Routers send callers there once a gateway answers well.',
    body: h('div', {class: 'fields'}, h('div', {class: 'field'}, h('label', {for: 'new-location'}, 'Location'), select), slot, trouble, retry),
    confirm: 'Save',
    opener,
    send: () => send(select.value, Number(slider.range.value)),
    ready: (go) => {
      confirm = go;
      check();
      fetchOffers();
    },
  });
}

/** Asks for another number of units. */
export function scale({view, location, offer, opener, send}) {
  const others = view.locations.filter((each) => each !== location).reduce((all, each) => all + each.units, 0);
  const slider = units(location.units, offer, others);
  open({
    title: `Scale ${location.displayName}`,
    lead: `It has ${count(location.units, 'unit')} now.`,
    body: h('div', {class: 'fields'}, slider.element),
    confirm: 'Save',
    opener,
    send: () => send(Number(slider.range.value)),
    ready: (go) => {
      const check = () => {
        go.disabled = Number(slider.range.value) === location.units;
      };
      slider.range.addEventListener('input', check);
      check();
      slider.range.focus();
    },
  });
}

/** Asks whether a gateway is to be turned off. */
export function disable({view, location, share, opener, send}) {
  open({
    title: `Disable the gateway in ${location.displayName}?`,
    lead: 'The location and its units stay; it can be enabled again at any time.',
    body: h('ul', {class: 'consequences'}, traffic(view, location, share),
      h('li', {}, 'Calls under way there are finished.'), regional(location)),
    confirm: 'Disable gateway',
    danger: true,
    opener,
    send,
  });
}

/** Asks whether a location is to be removed. */
export function remove({view, location, share, opener, send}) {
  open({
    title: `Remove ${location.displayName}?`,
    lead: `The service then has ${count(view.locations.length - 1, 'location')}.`,
    body: h('ul', {class: 'consequences'}, traffic(view, location, share),
      h('li', {}, `Its ${count(location.units, 'unit')} and ${count(location.nodeCount, 'node')} no longer belong to the service; nodes finish what is under way.`),
      regional(location),
      h('li', {}, 'To have it back, add the region again.')),
    confirm: `Remove ${location.displayName}`,
    danger: true,
    opener,
    send,
  });
}

function traffic(view, location, share) {
  const others = view.locations.filter((each) => each !== location && each.enabled).map((each) => each.displayName);
  if (!location.enabled) {
    return h('li', {}, 'Its gateway is disabled: no calls are moved.');
  }
  return h('li', {}, h('strong', {}, `${number(location.rps)} requests a second`), share ? ` from ${share} of the land` : '',
    ` go to the next nearest of ${others.length > 3 ? `${others.length} other locations` : others.join(', ')}.`);
}

function regional(location) {
  return location.url ? h('li', {}, 'Its own address ', h('span', {class: 'url'}, location.url.replace('https://', '')), ' no longer answers.') : null;
}
