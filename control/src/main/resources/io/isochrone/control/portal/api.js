/** The management REST API as the page uses it, and the session. The cookie goes with each call by itself; no script sees the token. */

const VERSION = '2024-05-01';

/** Remembers that there may be a session. It is no secret: the cookie is. */
const MARK = 'isochrone-session';

/** What a call was refused with: the API's code, message and target, or that nobody answered. */
export class ApiError extends Error {
  constructor(status, error) {
    super(error.message || `The control plane answered ${status}.`);
    this.status = status;
    this.code = error.code || '';
    this.target = error.target || (error.details && error.details[0] && error.details[0].target) || '';
  }
}

async function call(method, path, {body, headers} = {}) {
  let response;
  try {
    response = await fetch(path, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      signal: AbortSignal.timeout(30_000),
      headers: {
        Accept: 'application/json',
        'Isochrone-Portal': '1',
        ...(body === undefined ? {} : {'Content-Type': 'application/json'}),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (e) {
    throw new ApiError(0, {
      code: 'NoAnswer',
      message: e.name === 'TimeoutError'
        ? 'The control plane did not answer within 30 seconds. Whether the change was made is not known: look before you repeat it.'
        : 'The control plane cannot be reached. Regions go on serving with what they have.',
    });
  }
  const content = await response.text();
  let json = null;
  try {
    json = content ? JSON.parse(content) : null;
  } catch {
    json = null;
  }
  if (!response.ok) {
    if (response.status === 401 && path !== '/portal/session') {
      document.dispatchEvent(new CustomEvent('signed-out'));
    }
    throw new ApiError(response.status, (json && json.error) || {});
  }
  return {response, json};
}

const versioned = (path) => `${path}?api-version=${VERSION}`;

/** Who is signed in, or null. A browser that never signed in is not asked for. */
export async function whoami() {
  if (localStorage.getItem(MARK) === null) return null;
  try {
    return (await call('GET', '/portal/session')).json;
  } catch (error) {
    if (error.status !== 401) throw error;
    localStorage.removeItem(MARK);
    return null;
  }
}

/** Signs in; says who that is. */
export async function signIn(token) {
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new ApiError(401, {code: 'InvalidToken', message: 'This is no token: it has blanks or odd characters, or is empty.'});
  }
  try {
    const {json} = await call('POST', '/portal/session', {headers: {Authorization: `Bearer ${token}`}});
    localStorage.setItem(MARK, '1');
    return json;
  } catch (error) {
    if (error.status === 401) error.message = 'This token is not known here: it is mistyped, or was taken back.';
    throw error;
  }
}

/** Signs out. */
export async function signOut() {
  try {
    await call('DELETE', '/portal/session');
    localStorage.removeItem(MARK);
  } catch (error) {
    if (error.status !== 401) throw error;
  }
}

/** All services that the caller may see, by name. */
export async function services() {
  const subscriptions = (await call('GET', versioned('/subscriptions'))).json.value;
  const lists = await Promise.all(subscriptions.map((each) => pages(
    versioned(`/subscriptions/${each.subscriptionId}/providers/Microsoft.ApiManagement/service`))));
  return lists.flat().sort((a, b) => a.name.localeCompare(b.name));
}

async function pages(first) {
  const all = [];
  for (let next = first; next && all.length < 10_000;) {
    const {json} = await call('GET', next);
    all.push(...json.value);
    next = json.nextLink ? new URL(json.nextLink, location.origin) : null;
    next = next && next.pathname + next.search;
  }
  return all;
}

/** Which locations the service's tier may have and how many units each. */
export async function offers(service) {
  const subscription = service.id.split('/').slice(0, 3).join('/');
  const [places, own] = await Promise.all([
    call('GET', versioned(`${subscription}/providers/Microsoft.ApiManagement/skus`)),
    call('GET', versioned(`${service.id}/skus`)),
  ]);
  const tier = service.sku.name.toLowerCase();
  const place = places.json.value.find((each) => each.name.toLowerCase() === tier);
  const units = own.json.value.find((each) => each.sku.name.toLowerCase() === tier);
  const capacity = (units && units.capacity) || (place && place.capacity) || {minimum: 1, maximum: 1};
  return {
    locations: place ? [...place.locations].sort((a, b) => a.localeCompare(b)) : [],
    minimum: capacity.minimum || 1,
    maximum: capacity.maximum || 1,
  };
}

/**
 * Changes a service: reads it, lets `edit` make the PATCH body from it, and sends that for the very document read. Returns the id of the
 * operation that was started, or null when there is nothing to wait for.
 */
export async function change(service, edit) {
  const read = await call('GET', versioned(service.id));
  const tag = read.response.headers.get('ETag');
  const {response} = await call('PATCH', versioned(service.id), {
    body: edit(read.json),
    headers: tag ? {'If-Match': tag} : {},
  });
  const url = response.headers.get('Azure-AsyncOperation') || response.headers.get('Location');
  return url ? new URL(url, location.origin).pathname.split('/').pop() : null;
}
