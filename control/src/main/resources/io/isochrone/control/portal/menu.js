/** The menu of a row: arrows, Home, End and first letters move, Escape and Tab close, and what cannot be done says why. */

import {h, icon} from './dom.js';

const DOTS = 'M3 6.6a1.4 1.4 0 1 1 0 2.8 1.4 1.4 0 0 1 0-2.8Zm5 0a1.4 1.4 0 1 1 0 2.8 1.4 1.4 0 0 1 0-2.8Zm5 0a1.4 1.4 0 1 1 0 2.8 1.4 1.4 0 0 1 0-2.8Z';
let number = 0;

/** A button that opens the menu; `items()` gives [{label, reason, danger, run(button)}] at that moment. */
export function menuButton(label, items) {
  const id = `menu-${++number}`;
  const button = h('button', {class: 'quiet square', type: 'button', 'aria-haspopup': 'menu', 'aria-expanded': 'false', 'aria-label': label,
    onclick: () => toggle(), onkeydown: (event) => {
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        event.preventDefault();
        open(event.key === 'ArrowUp' ? -1 : 0);
      }
    }}, icon(DOTS));
  let menu = null;

  function toggle() {
    if (menu) close(true); else open(0);
  }

  function open(first) {
    if (menu) return;
    menu = h('div', {class: 'menu', id, role: 'menu', 'aria-label': label, popover: 'manual', onkeydown: keys});
    for (const [at, item] of items().entries()) {
      menu.append(h('button', {
        type: 'button', role: 'menuitem', tabindex: '-1', class: item.danger ? 'danger' : '',
        'aria-label': item.label, 'aria-disabled': item.reason ? 'true' : null,
        'aria-describedby': item.reason ? `${id}-why-${at}` : null,
        onclick: () => {
          if (item.reason) return;
          close(true);
          item.run(button);
        },
      }, h('span', {}, item.label), item.reason && h('span', {class: 'why', id: `${id}-why-${at}`}, item.reason)));
    }
    document.body.append(menu);
    menu.showPopover();
    place();
    button.setAttribute('aria-expanded', 'true');
    button.setAttribute('aria-controls', id);
    const entries = [...menu.children];
    entries.at(first).focus();
    document.addEventListener('pointerdown', outside, true);
    addEventListener('scroll', moved, true);
    addEventListener('resize', moved);
  }

  function close(back) {
    if (!menu) return;
    document.removeEventListener('pointerdown', outside, true);
    removeEventListener('scroll', moved, true);
    removeEventListener('resize', moved);
    menu.remove();
    menu = null;
    button.setAttribute('aria-expanded', 'false');
    button.removeAttribute('aria-controls');
    if (back) button.focus();
  }

  function outside(event) {
    if (!menu.contains(event.target) && !button.contains(event.target)) close(false);
  }

  function moved() {
    place();
  }

  function place() {
    const at = button.getBoundingClientRect();
    const size = menu.getBoundingClientRect();
    const below = at.bottom + 4 + size.height <= innerHeight;
    menu.style.left = `${Math.max(8, Math.min(innerWidth - size.width - 8, at.right - size.width))}px`;
    menu.style.top = `${Math.max(8, below ? at.bottom + 4 : at.top - 4 - size.height)}px`;
  }

  function keys(event) {
    const entries = [...menu.children];
    const at = entries.indexOf(document.activeElement);
    const go = (index) => {
      event.preventDefault();
      entries.at(index % entries.length).focus();
    };
    switch (event.key) {
      case 'ArrowDown': return go(at + 1);
      case 'ArrowUp': return go(at - 1);
      case 'Home': return go(0);
      case 'End': return go(-1);
      case 'Tab': return close(true);
      case 'Escape':
        event.preventDefault();
        return close(true);
      default: {
        const letter = event.key.toLowerCase();
        const next = [...entries.slice(at + 1), ...entries].find((each) => each.textContent.toLowerCase().startsWith(letter));
        if (letter.length === 1 && letter !== ' ' && next) next.focus();
      }
    }
  }

  return button;
}
