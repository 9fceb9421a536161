/**
 * What the core begins in the page, through `src/web`: work that can be given up. What it holds
 * of the browser is given back when it ends, however it ends. Nothing is decided here.
 *
 * Built into `pkg/wasm/core.js`, through `instance.js`.
 */

/**
 * Notes how something taken of the browser is given back; returns what does that, once.
 *
 * @typedef {(undo: () => unknown) => () => void} Take
 */

/**
 * Begins a piece of work; what the arguments are is its own.
 *
 * @typedef {(take: Take, text: string, more: string, timeout: number, thing: any) =>
 *   Promise<unknown> | AsyncGenerator<string>} Start
 */

/** The name of our frames, by which a page inside one knows where it is. */
export const FRAME = 'journey-oidc-frame';

/** Bodies of `keepalive` requests under way must not have more bytes than 64 KiB, all together. */
const MAX_KEEPALIVE = 60_000;

/** The longest time that browsers count, in milliseconds. */
const MAX_TIMEOUT = 2_147_483_647;

/**
 * What ends the work under way.
 *
 * @type {Set<() => void>}
 */
const running = new Set();

/**
 * Begins work. `next()` promises its result; of a frame or a window, one location after the other.
 * Most of it rejects with `'timeout'` after `timeout` milliseconds, and all of it at its end: what
 * waits for it could not be freed otherwise.
 *
 * @param {keyof typeof WORK} name
 * @param {string} text
 * @param {string} more
 * @param {number} timeout
 * @param {any} thing
 */
export function begin(name, text, more, timeout, thing) {
  /** @type {Set<() => void>} */
  const held = new Set();
  /** @type {Take} */
  const take = (undo) => {
    const giveBack = () => {
      if (!held.delete(giveBack)) return;
      try {
        undo();
      } catch {
        // The rest is given back all the same.
      }
    };
    held.add(giveBack);
    // What comes when the work is over is given back at once.
    if (!running.has(end)) giveBack();
    return giveBack;
  };
  const end = () => {
    running.delete(end);
    for (const giveBack of held) giveBack();
  };
  running.add(end);
  /** @type {Start} */
  const start = WORK[name];
  const work = start(take, text, more, timeout, thing);
  if ('next' in work) {
    const next = async () => (await within(take, Number.POSITIVE_INFINITY, work.next())).value;
    return { end, next };
  }
  const result = within(take, timeout, work);
  // When it is given up, perhaps nobody waits for it.
  result.catch(() => {});
  return { end, next: () => result };
}

/** Ends all work. */
export function endAll() {
  for (const end of running) end();
}

/**
 * @param {Take} take
 * @param {number} milliseconds
 * @param {() => void} callback
 */
function startTimer(take, milliseconds, callback) {
  if (milliseconds === Number.POSITIVE_INFINITY) return () => {};
  const timer = setTimeout(callback, Math.min(milliseconds, MAX_TIMEOUT));
  return take(() => clearTimeout(timer));
}

/**
 * @template T
 * @param {Take} take
 * @param {number} milliseconds
 * @param {Promise<T>} work
 * @returns {Promise<T>}
 */
function within(take, milliseconds, work) {
  return new Promise((resolve, reject) => {
    const stop = startTimer(take, milliseconds, () => reject('timeout'));
    const forget = take(() => reject('ended'));
    work.then(resolve, reject).finally(stop).finally(forget);
  });
}

/**
 * Waits for one of the events, for a time at the most.
 *
 * @param {Take} take
 * @param {number} milliseconds
 * @param {[target: EventTarget, type: string][]} events
 * @returns {Promise<void>}
 */
function wait(take, milliseconds, ...events) {
  return new Promise((resolve) => {
    const done = () => {
      for (const stop of stops) stop();
      resolve();
    };
    const stops = events.map(([target, type]) => {
      target.addEventListener(type, done);
      return take(() => target.removeEventListener(type, done));
    });
    stops.push(startTimer(take, milliseconds, done));
  });
}

/**
 * Measures milliseconds by the clock that goes on further: the device's goes on while the device
 * sleeps, but may be set; the page's can't be set, but may stand still.
 */
function stopwatch() {
  const wall = Date.now();
  const steady = performance.now();
  return () => Math.max(Date.now() - wall, performance.now() - steady);
}

/**
 * Why nothing came: because the browser says that it has no network, or for another reason.
 *
 * @param {string} otherwise
 */
function faultOr(otherwise) {
  return navigator.onLine === false ? 'offline' : otherwise;
}

/** @param {any} thrown what a storage has thrown */
export function storageFault(thrown) {
  if (/^(QuotaExceededError|NS_ERROR_DOM_QUOTA_REACHED)$/.test(thrown?.name)) return 'full';
  return thrown?.name === 'SecurityError' ? 'blocked' : 'failed';
}

/**
 * Asks for a lock, and keeps it until what `keep` returns is settled.
 *
 * @param {Take} take
 * @param {string} name
 * @param {() => Promise<void>} keep
 * @returns {Promise<boolean>} rejects where the browser grants no locks
 */
function lock(take, name, keep) {
  return new Promise((resolve, reject) => {
    const request = new AbortController();
    take(() => request.abort());
    const granted = () => {
      resolve(true);
      return keep();
    };
    navigator.locks.request(name, { signal: request.signal }, granted).catch(reject);
  });
}

/** What can be begun. */
const WORK = /** @satisfies {Record<string, Start>} */ ({
  /** Only the timeout ends it. */
  pause: () => new Promise(() => {}),

  /** Until the tab is shown again or the network is back. */
  wake: (take) =>
    wait(
      take,
      Number.POSITIVE_INFINITY,
      [window, 'online'],
      [window, 'pageshow'],
      [document, 'visibilitychange'],
    ),

  /** Until the browser shows the page again as it was left: from its back/forward cache. */
  returned: (take) =>
    new Promise((resolve) => {
      /** @param {PageTransitionEvent} event */
      const shown = (event) => event.persisted && resolve(undefined);
      window.addEventListener('pageshow', shown);
      take(() => window.removeEventListener('pageshow', shown));
    }),

  /** Until the page is left. */
  left: (take) => wait(take, Number.POSITIVE_INFINITY, [window, 'pagehide']),

  /** Until the app's signal aborts; never, where it is none. */
  async aborted(take, _text, _more, _timeout, signal) {
    try {
      return await wait(take, Number.POSITIVE_INFINITY, [signal, 'abort']);
    } catch {
      return new Promise(() => {});
    }
  },

  /** Until the lock is had; it is kept to the end of this work. */
  lock: (take, name) => lock(take, name, () => new Promise((release) => take(() => release()))),

  /**
   * Until the lock is had. It is kept for the time of the timeout, also when this work, or all, has
   * ended: it tells what was written.
   */
  hold: (take, name, _, milliseconds) =>
    lock(take, name, () => new Promise((release) => setTimeout(release, milliseconds))),

  /** The last name, in their order, of the locks held in any tab that begin with `prefix`. */
  async held(_, prefix) {
    const { held = [] } = await navigator.locks.query();
    const names = held.map(({ name }) => /** @type {string} */ (name));
    return names
      .filter((name) => name.startsWith(prefix))
      .sort()
      .pop();
  },

  /**
   * Sends a request, `{ url, init, stays, form?, body? }` as JSON, and reads its answer. With `stays`,
   * what another origin answers, to which a redirect led, is left unread.
   *
   * @returns {Promise<object>} `{ status, body, nonce?, challenge? }`
   */
  async send(take, text, action, _, hooks) {
    try {
      const controller = new AbortController();
      let isRead = false;
      // What has come to its end is not aborted: the app may still be reading its copy.
      const settled = take(() => isRead || controller.abort());
      const { url, init, stays, form, body } = JSON.parse(text);
      const { length } = form ?? body ?? '';
      if (length > MAX_KEEPALIVE) init.keepalive = false;
      const make = () =>
        new Request(url, {
          ...init,
          // The browser writes it as a form, and names its type.
          body: form === undefined ? body : new URLSearchParams(form),
          signal: controller.signal,
        });
      const request = make();
      const early = !action && init.cache !== 'reload' && hooks?.early?.(request);
      // The page's own `fetch`, looked up at each call: apps and tests may replace it.
      const sending = Promise.resolve(early || fetch(request));
      const response = await sending.catch((/** @type {unknown} */ thrown) => {
        // All requests of a page share these bytes, so the browser may have refused it. It doesn't
        // say so; what is sent twice is a revocation.
        if (!init.keepalive || !length || controller.signal.aborted) throw thrown;
        init.keepalive = false;
        return fetch(make());
      });
      // Of another realm, or a mock's, it is no instance of this one's class.
      if (typeof response?.status !== 'number' || typeof response.text !== 'function') {
        throw new TypeError('No response');
      }
      // A replaced `fetch` may go on when it is aborted.
      controller.signal.throwIfAborted();
      if (action && hooks?.seen) show(hooks.seen, response, action);
      if (stays && hasLeft(response.url, url)) return { status: 302, body: '' };
      const answer = await response.text();
      isRead = true;
      settled();
      return {
        status: response.type === 'opaqueredirect' ? 302 : response.status,
        body: answer,
        // A mock's response may have no headers.
        nonce: response.headers?.get('DPoP-Nonce'),
        challenge: response.headers?.get('WWW-Authenticate'),
      };
    } catch {
      throw faultOr('failed');
    }
  },

  /** Lets the app's middleware change a request; both are JSON. */
  async prepare(_take, text, action, _timeout, hooks) {
    try {
      return JSON.stringify(await hooks.prepare(JSON.parse(text), action));
    } catch (thrown) {
      throw { message: messageOf(thrown) };
    }
  },

  /** Asks the app's own storage; `text` is what is to be stored. */
  get: (_take, key, _text, _timeout, storage) => ask(storage, 'get', key),
  set: (_take, key, text, _timeout, storage) => ask(storage, 'set', key, text),
  remove: (_take, key, _text, _timeout, storage) => ask(storage, 'remove', key),

  /** Hears what is told on a channel. */
  async listen(take, name, _more, _timeout, heard) {
    hear(take, name, heard);
  },

  /**
   * Tells when another tab has changed what is stored under a key, or may have: no news comes to a page
   * in the back/forward cache, and listening to these events keeps none out of it.
   */
  async watch(take, key, _more, _timeout, changed) {
    /** @param {any} event */
    const look = ({ type, persisted, key: name }) => {
      if (persisted) changed('');
      // Without a key all is gone.
      if (type === 'storage' && (name ?? key) === key) changed(key);
    };
    for (const type of ['storage', 'pageshow']) {
      window.addEventListener(type, look);
      take(() => window.removeEventListener(type, look));
    }
  },

  /** Holds a window, which is closed at the end. */
  async window(take, _text, _more, _timeout, popup) {
    take(() => popup.close());
  },

  /** The locations that a hidden frame comes to, where they can be read. */
  async *frame(take, url, _, timeout) {
    const element = document.createElement('iframe');
    const attributes = {
      name: FRAME,
      title: 'Background sign-in',
      'aria-hidden': 'true',
      tabindex: '-1',
      hidden: '',
    };
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    let isLoaded = false;
    element.onload = () => {
      isLoaded = true;
    };
    document.body.appendChild(element);
    take(() => element.remove());
    // Not as its `src`: the URL may hold an ID token, which neither the page's elements nor its
    // performance entries need to show. WebKit has an entry for what takes the place of a frame's very
    // first document. An opened document is the second, and has the page's address but for its fragment.
    const [own] = window.location.href.split('#');
    element.contentDocument?.open().close();
    element.contentWindow?.location.replace(url);
    const elapsed = stopwatch();
    let last = '';
    let foreignSince = Number.POSITIVE_INFINITY;
    for (;;) {
      const location = locationOf(() => element.contentWindow);
      if (location === '' || location?.startsWith('about:') || location === own) {
        isLoaded = false;
      } else if (location && location !== last) {
        last = location;
        yield location;
      }
      // The page we wait for is told by its location alone; any other, once it has loaded. One that
      // stays is not on its way to ours: docs/decisions.md#our-own-landing-in-a-frame
      if (isLoaded) foreignSince = elapsed();
      isLoaded = false;
      if (elapsed() - foreignSince >= 400) throw faultOr('unexpectedPage');
      if (elapsed() >= timeout) throw faultOr('timeout');
      await wait(take, 4, [element, 'load']);
    }
  },

  /** The locations that a window comes to, where they can be read, or that are told on a channel. */
  async *popup(take, url, channel, timeout, popup) {
    let told = '';
    /** @type {[EventTarget, string][]} */
    const news = [];
    try {
      const heard = hear(take, channel, (text) => {
        told = text;
      });
      news.push([heard, 'message']);
    } catch {
      // Then the location must do.
    }
    popup.location.replace(url);
    const elapsed = stopwatch();
    let last = '';
    let leftSince = Number.POSITIVE_INFINITY;
    for (;;) {
      const location = told || locationOf(() => popup);
      told = '';
      if (location && location !== last) {
        last = location;
        yield location;
      }
      // A window that a page with a Cross-Origin-Opener-Policy has cut off from us looks closed. One
      // that the user closed gives the focus back to this page: it counts as closed after two seconds of that.
      const isLeft = popup.closed && document.hasFocus();
      leftSince = isLeft ? Math.min(leftSince, elapsed()) : Number.POSITIVE_INFINITY;
      if (elapsed() - leftSince >= 2000) throw 'closed';
      if (elapsed() >= timeout) throw faultOr('timeout');
      await wait(take, 100, ...news);
    }
  },

  /** Whether the signature of `data` is the key's, a public JSON Web Key as JSON. */
  async verify(_take, algorithm, key, _timeout, [data, signature]) {
    const how = parametersOf(algorithm);
    const { subtle } = crypto;
    const imported = await subtle.importKey('jwk', JSON.parse(key), how, false, ['verify']);
    return subtle.verify(how, imported, signature, data);
  },

  /** Finds, makes, uses or deletes a DPoP key. */
  async dpop(_take, action, name, _timeout, what) {
    /** @type {Record<string, any>} */
    const keys = await import('./dpop.js');
    return keys[action](name, what);
  },

  /** The hash of a text's bytes. */
  async digest(_take, algorithm, text) {
    return crypto.subtle.digest(algorithm, new TextEncoder().encode(text));
  },
});

/**
 * Hears what is told on a channel.
 *
 * @param {Take} take
 * @param {string} name
 * @param {(message: string) => void} heard
 */
function hear(take, name, heard) {
  const channel = new BroadcastChannel(name);
  take(() => channel.close());
  channel.onmessage = ({ data }) => {
    if (typeof data === 'string') heard(data);
  };
  return channel;
}

/**
 * Whether a redirect led to another origin. A mock's response has no URL.
 *
 * @param {string} to
 * @param {string} from
 */
function hasLeft(to, from) {
  return Boolean(to) && new URL(to).origin !== new URL(from).origin;
}

/**
 * What something thrown says, where it says anything.
 *
 * @param {any} thrown
 */
function messageOf(thrown) {
  try {
    return typeof thrown === 'string' ? thrown : thrown.message;
  } catch {
    return undefined;
  }
}

/**
 * The location of a window; none while a page of another origin is shown.
 *
 * @param {() => Window | null} of
 */
function locationOf(of) {
  try {
    return of()?.location.href;
  } catch {
    return undefined;
  }
}

/**
 * Shows the app a response; what it does with it is its own affair.
 *
 * @param {(response: Response, action: string) => unknown} seen
 * @param {Response} response
 * @param {string} action
 */
function show(seen, response, action) {
  try {
    seen(response.clone(), action);
  } catch {
    // It must not stop a sign-in.
  }
}

/**
 * Asks an app's own storage. What it gives back for a read may be the text or the parsed record;
 * nothing, `null` and an empty text are all none. An object with an `error` is a failure.
 *
 * @param {any} storage
 * @param {string} action
 * @param {...string} args
 */
async function ask(storage, action, ...args) {
  try {
    const result = (await storage[action](...args)) ?? undefined;
    if (result?.error !== undefined) throw new Error();
    return typeof result === 'object' ? JSON.stringify(result) : result;
  } catch (thrown) {
    throw storageFault(thrown);
  }
}

/**
 * The Web Crypto name and parameters of an algorithm (RFC 7518 section 3, RFC 8037).
 *
 * @param {string} algorithm
 */
function parametersOf(algorithm) {
  const bits = Number(algorithm.slice(2));
  const hash = `SHA-${bits}`;
  switch (algorithm.slice(0, 2)) {
    case 'RS':
      return { name: 'RSASSA-PKCS1-v1_5', hash };
    case 'PS':
      return { name: 'RSA-PSS', hash, saltLength: bits / 8 };
    case 'ES':
      return { name: 'ECDSA', hash, namedCurve: `P-${bits === 512 ? 521 : bits}` };
    default:
      return { name: 'Ed25519' };
  }
}
