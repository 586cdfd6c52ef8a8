/** Decisions of the page: what may be done and what to send for it. Pure. */

const REST = new Set(['Succeeded', 'Failed']);

/** A location's name without case and blanks. */
export const canonical = (name) => name.toLowerCase().replace(/\s/g, '');

/** Whether a change is under way. */
export function busy(view) {
  return !REST.has(view.service.properties.provisioningState)
    || (view.operation !== undefined && !['Succeeded', 'Failed', 'Canceled'].includes(view.operation.status));
}

/** Why an action on a location (null: on the service) is not possible now; null: it is. */
export function refusal(action, location, view, caller) {
  if (caller.role !== 'operator') {
    return 'Your token may look, not change.';
  }
  if (busy(view)) {
    return 'Another change is under way.';
  }
  const tier = view.service.sku.name;
  const others = view.locations.filter((each) => each !== location);
  const lastLive = location !== null && location.enabled && !others.some((each) => each.enabled);
  switch (action) {
    case 'add':
      return tier === 'Premium' ? null : `More than one location needs the Premium tier; this service is ${tier}.`;
    case 'remove':
      if (location.primary) return 'The primary location cannot be removed.';
      return lastLive ? 'Its gateway is the only one enabled.' : null;
    case 'disable':
      return lastLive ? 'It is the only gateway enabled: no calls would be answered.' : null;
    case 'scale':
      return tier === 'Developer' ? 'The Developer tier has one unit.' : null;
    default:
      return null;
  }
}

const kept = (location) => ({
  location: location.location,
  sku: location.sku,
  ...(location.zones ? {zones: location.zones} : {}),
  ...(location.publicIpAddressId ? {publicIpAddressId: location.publicIpAddressId} : {}),
  ...(location.virtualNetworkConfiguration ? {virtualNetworkConfiguration: location.virtualNetworkConfiguration} : {}),
  disableGateway: location.disableGateway === true,
});

const further = (service) => (service.properties.additionalLocations || []).map(kept);

const withFurther = (additionalLocations) => ({properties: {additionalLocations}});

/** The PATCH body that adds a location. */
export function adding(service, location, capacity) {
  const list = further(service).filter((each) => canonical(each.location) !== canonical(location));
  return withFurther([...list, {location, sku: {name: service.sku.name, capacity}, disableGateway: false}]);
}

/** The PATCH body that takes a location away. */
export function removing(service, name) {
  return withFurther(further(service).filter((each) => canonical(each.location) !== name));
}

/** The PATCH body that gives a location another number of units. */
export function scaling(service, name, capacity) {
  const sku = {name: service.sku.name, capacity};
  return canonical(service.location) === name
    ? {sku}
    : withFurther(further(service).map((each) => (canonical(each.location) === name ? {...each, sku} : each)));
}

/** The PATCH body that turns a location's gateway on or off. */
export function switching(service, name, disableGateway) {
  return canonical(service.location) === name
    ? {properties: {disableGateway}}
    : withFurther(further(service).map((each) => (canonical(each.location) === name ? {...each, disableGateway} : each)));
}

/**
 * Which colour each location has: the primary the first, each other the lowest free one; who has one keeps it. `before` and the result
 * are by name.
 */
export function colours(locations, before, many) {
  const now = new Map();
  const taken = new Set();
  for (const {name} of locations) {
    const old = before.get(name);
    if (old !== undefined && !taken.has(old)) {
      now.set(name, old);
      taken.add(old);
    }
  }
  locations.forEach(({name}, index) => {
    if (!now.has(name)) {
      let free = 0;
      while (taken.has(free) && free < many - 1) free++;
      now.set(name, taken.has(free) ? index % many : free);
      taken.add(now.get(name));
    }
  });
  return now;
}

/** How many nodes of the locations have applied what the operation needs, or null when that cannot be said. */
export function applied(view) {
  if (!view.operation || !view.operation.target) {
    return null;
  }
  const listed = [...view.locations.flatMap((each) => each.nodes), ...view.routers];
  return {done: view.currentCount, all: view.livingCount, pending: listed.filter((node) => node.state !== 'lost' && !node.current)};
}
