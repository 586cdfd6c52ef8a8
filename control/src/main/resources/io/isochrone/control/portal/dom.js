/** Small helpers to build and change the page. No markup is ever parsed from text. */

const SVG = 'http://www.w3.org/2000/svg';

/** An element: h('button', {class: 'x', onclick: f, hidden: true}, 'text', child…). */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** Sets an element's text if it is another one, so that nothing that reads aloud starts again. */
export function text(node, value) {
  const wanted = String(value);
  if (node.textContent !== wanted) {
    node.textContent = wanted;
  }
  return node;
}

/** Sets or, for null and false, removes an attribute if that changes anything. */
export function attribute(node, name, value) {
  if (value === null || value === undefined || value === false) {
    if (node.hasAttribute(name)) {
      node.removeAttribute(name);
    }
  } else if (node.getAttribute(name) !== String(value)) {
    node.setAttribute(name, value === true ? '' : value);
  }
  return node;
}

/** An icon of one path on a field of 16 by 16. */
export function icon(path, name = 'icon') {
  return svg('svg', {class: name, viewBox: '0 0 16 16', 'aria-hidden': 'true'}, svg('path', {d: path}));
}

/** Says a sentence to those who listen to the page. */
export function say(sentence) {
  text(document.getElementById('polite'), sentence);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) {
      node.addEventListener(name.slice(2), value);
    } else if (value !== null && value !== undefined && value !== false) {
      node.setAttribute(name, value === true ? '' : value);
    }
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const NUMBER = new Intl.NumberFormat('en', {maximumFractionDigits: 0});
const FINE = new Intl.NumberFormat('en', {maximumFractionDigits: 1});

/** A number for people: one decimal below 10. */
export function number(value) {
  return (value < 10 ? FINE : NUMBER).format(value);
}

/** "1 unit", "2 units". */
export function count(value, noun) {
  return `${NUMBER.format(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** The time of day. */
export function clock(date) {
  return date.toLocaleTimeString('en-GB');
}

/** How long ago, roughly. */
export function ago(instant, now = Date.now()) {
  const seconds = Math.max(0, Math.round((now - new Date(instant).getTime()) / 1000));
  if (seconds < 60) return seconds < 5 ? 'just now' : `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
  return new Date(instant).toISOString().slice(0, 10);
}
