/**
 * The one server of a bench: the pages, the bundles, and an OpenID Provider with AM's journeys that
 * answers at once. It signs what it issues, so that who verifies can.
 */
import { createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TYPES = {
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
  '.html': 'text/html',
};

/** With these `performance.now()` has steps of 5 microseconds. */
const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cache-control': 'no-store',
};

/** The page of a peer's frame, which tells its parent: as that library's own callback does. */
const POSTING = `<!doctype html><script>
parent.postMessage({ source: 'oidc-client', url: location.href, keepOpen: false }, location.origin);
</script>`;

/** The page of an app that signs a user in, with the times since its navigation began. */
const SIGN_IN = (
  name,
  hints,
) => `<!doctype html><title>Bench</title><link rel="icon" href="data:,">${hints.join('')}
<script type="module">
import * as app from '/${name}/app.js';
globalThis.signIn = (async () => {
  await app.openForm(location.origin);
  const form = performance.now();
  const tokens = await app.submit();
  if (!tokens || tokens.error) throw new Error(JSON.stringify(tokens));
  const responses = performance.getEntriesByType('resource');
  return {
    form,
    tokens: performance.now(),
    paths: responses.map(({ name }) => new URL(name).pathname),
  };
})();
</script>`;

const pkg = fileURLToPath(new URL('../../pkg', import.meta.url));

/**
 * @param {string} bundles the folder with the bundles, one folder each
 * @returns {Promise<{ origin: string, requests: { method: string, path: string }[], close(): void }>}
 */
export async function startServer(bundles) {
  const provider = new Provider();
  /** @type {{ method: string, path: string }[]} */
  const requests = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, server.origin);
    let answer = await page(url, bundles);
    if (!answer) {
      requests.push({ method: request.method, path: url.pathname });
      answer = provider.answer(url, await textOf(request));
    }
    response.writeHead(answer.status ?? 200, { ...ISOLATED, ...answer.headers });
    response.end(answer.body);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.origin = `http://localhost:${server.address().port}`;
  provider.origin = server.origin;
  return {
    origin: server.origin,
    requests,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The page or file at a URL, if there is one. A file of a bundle is compressed, as `build.js` wrote it. */
async function page({ pathname: path, searchParams }, bundles) {
  const html = (body) => ({ headers: { 'content-type': 'text/html' }, body });
  if (path === '/') return html('<!doctype html><title>Bench</title><body></body>');
  if (path === '/posting.html') return html(POSTING);
  if (path === '/favicon.ico') return { status: 204 };
  if (path.startsWith('/sign-in/')) {
    const hints = searchParams.getAll('hint').map(hint);
    return html(SIGN_IN(basename(path), hints));
  }
  const isCallback = path === '/callback.html';
  const body = await readFile(isCallback ? join(pkg, path) : join(bundles, `${path}.br`)).catch(
    () => undefined,
  );
  const headers = {
    'content-type': TYPES[extname(path)] ?? 'text/plain',
    ...(!isCallback && { 'content-encoding': 'br' }),
  };
  return body && { headers, body };
}

/** Lets a page load a file before anything of the app asks for it. */
function hint(path) {
  return extname(path) === '.js'
    ? `<link rel="modulepreload" href="${path}">`
    : `<link rel="preload" as="fetch" crossorigin href="${path}">`;
}

async function textOf(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

const json = (value, status) => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

class Provider {
  origin = '';
  #keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  /** What was asked for, by code. */
  #codes = new Map();

  answer(url, body) {
    const path = url.pathname;
    const ends = (ending) => path.endsWith(ending);
    if (ends('/.well-known/openid-configuration')) return json(this.#metadata());
    if (ends('/jwks')) return json({ keys: [this.#jwk()] });
    if (ends('/authorize')) return this.#authorize(url.searchParams);
    if (ends('/access_token') || ends('/oauth/token')) return this.#token(tokenParams(body), path);
    if (ends('/authenticate')) return json(body.includes('authId') ? SUCCESS : STEP);
    if (ends('/revoke')) return json({});
    return json({ error: 'not_found' }, 404);
  }

  #metadata() {
    const issuer = `${this.origin}/am/oauth2/alpha`;
    return {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/access_token`,
      userinfo_endpoint: `${issuer}/userinfo`,
      revocation_endpoint: `${issuer}/token/revoke`,
      end_session_endpoint: `${issuer}/connect/endSession`,
      jwks_uri: `${issuer}/connect/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      authorization_response_iss_parameter_supported: true,
    };
  }

  #jwk() {
    const jwk = createPublicKey(this.#keys.privateKey).export({ format: 'jwk' });
    return { ...jwk, kid: 'k1', alg: 'RS256', use: 'sig' };
  }

  #authorize(params) {
    const code = randomBytes(16).toString('hex');
    this.#codes.set(code, {
      nonce: params.get('nonce') ?? undefined,
      scope: params.get('scope') ?? undefined,
    });
    const location = new URL(params.get('redirect_uri'));
    const iss = this.#metadata().issuer;
    location.search = new URLSearchParams({ code, state: params.get('state'), iss }).toString();
    return { status: 302, headers: { location: location.href } };
  }

  /** Tokens of the size that AM's have. */
  #token(params, path) {
    const iss = path.startsWith('/am/') ? this.#metadata().issuer : `${this.origin}/`;
    const iat = Math.floor(Date.now() / 1000);
    const common = { iss, sub: 'demo', iat, exp: iat + 3600, padding: 'x'.repeat(700) };
    const { nonce, scope = 'openid' } = this.#codes.get(params.get('code')) ?? {};
    return json({
      access_token: this.#sign({ ...common, aud: 'api', jti: randomBytes(8).toString('hex') }),
      id_token: this.#sign({ ...common, aud: params.get('client_id'), nonce }),
      refresh_token: randomBytes(24).toString('hex'),
      expires_in: 3600,
      scope,
      token_type: 'Bearer',
    });
  }

  #sign(claims) {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const signed = `${part({ alg: 'RS256', kid: 'k1', typ: 'JWT' })}.${part(claims)}`;
    const signature = sign('sha256', Buffer.from(signed), this.#keys.privateKey);
    return `${signed}.${signature.toString('base64url')}`;
  }
}

/** A form, or, as one peer sends it, JSON. */
function tokenParams(body) {
  return new URLSearchParams(body.startsWith('{') ? JSON.parse(body) : body);
}

const field = (type, name, prompt) => ({
  type,
  output: [{ name: 'prompt', value: prompt }],
  input: [{ name, value: '' }],
});

const STEP = {
  authId: 'a'.repeat(800),
  stage: 'Login',
  callbacks: [
    field('NameCallback', 'IDToken1', 'User Name'),
    field('PasswordCallback', 'IDToken2', 'Password'),
  ],
};

const SUCCESS = { tokenId: 't'.repeat(100), successUrl: '/console', realm: '/alpha' };
