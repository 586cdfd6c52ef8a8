/** The Equal Earth projection (Šavrič, Patterson, Jenny 2018) as world.json is drawn in it: 1,000 wide, cut at 83.7° north. Pure. */

const ROOT = Math.sqrt(3) / 2;
const SCALE = 1000 / (2 * 2.7066299836);
const radians = (degrees) => degrees * Math.PI / 180;
const degrees = (value) => value * 180 / Math.PI;
const parametric = (latitude) => Math.asin(ROOT * Math.sin(radians(latitude)));

function height(t) {
  const s = t * t;
  const x = s * s * s;
  return t * (1.340264 - 0.081106 * s + x * (0.000893 + 0.003796 * s));
}

function slope(t) {
  const s = t * t;
  const x = s * s * s;
  return 1.340264 - 3 * 0.081106 * s + x * (7 * 0.000893 + 9 * 0.003796 * s);
}

const NORTH = height(parametric(83.7));

/** [x, y] of a place on a map about the meridian `centre`. */
export function project(latitude, longitude, centre) {
  const lambda = radians(((longitude - centre) % 360 + 540) % 360 - 180);
  const t = parametric(latitude);
  return [500 + SCALE * lambda * Math.cos(t) / (ROOT * slope(t)), SCALE * (NORTH - height(t))];
}

/** [latitude, longitude] of a point of the map. */
export function unproject(x, y, centre) {
  let t = 0;
  for (let i = 0; i < 12; i++) {
    t -= (height(t) - (NORTH - y / SCALE)) / slope(t);
  }
  const lambda = (x - 500) / SCALE * ROOT * slope(t) / Math.cos(t);
  return [degrees(Math.asin(Math.sin(t) / ROOT)), (degrees(lambda) + centre + 540) % 360 - 180];
}

/** The unit vector to a place; the product of two of them is the cosine of their distance. */
export function vector(latitude, longitude) {
  const a = radians(latitude);
  const b = radians(longitude);
  return [Math.cos(a) * Math.cos(b), Math.cos(a) * Math.sin(b), Math.sin(a)];
}
