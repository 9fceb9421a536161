/** Whether a secret can be seen anywhere: in a log, an error, or an address. */
import assert from 'node:assert/strict';

/** Where the specifications put a secret: in a query parameter. */
const ALLOWED = [
  // RFC 6749 section 4.1.2: the landing on the redirect URI, and where the app's own server sends it on.
  {
    at: ['app', 'demo'],
    path: /\.html$|^\/((signed-in(\/(staff|guests))?|callback|popup|other|en\/(home|welcome))\/?)?$/,
    name: 'code',
  },
  // OpenID Connect Core section 3.2.2.5, for the session check.
  { at: ['app'], path: /\.html$/, name: 'id_token' },
  // OpenID Connect RP-Initiated Logout 1.0 section 2, and AM's session check.
  {
    at: ['provider'],
    path: /\/(connect\/endSession|end-session|authorize|elsewhere\/sign-out)$/,
    name: 'id_token_hint',
  },
];

const BLOCKED = /^Access to fetch at '([^']+)'/;

/** Sees everything that the pages of a test file show. */
export class Witness {
  #secrets = new Set();
  #seen = new Set();
  #addresses = new Set();

  /** @param {Iterable<string>} secrets what must not be seen */
  learn(secrets) {
    for (const secret of secrets) this.#secrets.add(secret);
  }

  /** @param {import('playwright-core').Page} page */
  watch(page) {
    page.on('console', (message) => {
      // The browser's own: it tells the URL of a response that has no CORS headers.
      const text = message.text().replace(BLOCKED, (_, url) => {
        this.#addresses.add(url);
        return '';
      });
      this.#seen.add(`console.${message.type()}: ${text}`);
    });
    page.on('pageerror', (error) => this.#seen.add(`uncaught: ${error.stack}`));
    page.on('framenavigated', (frame) => this.#addresses.add(frame.url()));
    page.on('request', (request) => {
      this.#addresses.add(request.url());
      const verifier = new URLSearchParams(request.postData() ?? '').get('code_verifier');
      if (verifier) this.learn([verifier]);
    });
  }

  /** Sees the error values in the result of a call. */
  look(result) {
    if (typeof result !== 'object' || result === null) return;
    if (typeof result.error === 'string') this.#seen.add(`error: ${JSON.stringify(result)}`);
    else for (const member of Object.values(result)) this.look(member);
  }

  /** @param {{ app: string, demo: string, provider: string }} origins */
  assertNoSecretSeen(origins) {
    const addresses = [...this.#addresses].map((address) => readAddress(address, origins));
    const shows = (text) => [...this.#secrets].some((secret) => text.includes(secret));
    assert.deepEqual([...this.#seen, ...addresses].filter(shows), [], 'No secret is seen');
  }
}

/** An address as a reader sees it, encoded and not, without the secrets that belong there. */
function readAddress(address, origins) {
  const url = new URL(address);
  for (const { at, path, name } of ALLOWED) {
    // By the port: an app may be on several loopback hosts.
    const ports = at.map((name) => origins[name] && new URL(origins[name]).port);
    const isThere = ports.includes(url.port) && path.test(url.pathname);
    if (!isThere) continue;
    url.searchParams.delete(name);
    // The fragment is a query, too.
    url.hash = url.hash.replace(new RegExp(`(?<=[#&?])${name}=[^&]*`), '');
  }
  return `address: ${[url.href, ...url.searchParams.values()].join(' ')}`;
}
