import { decodeJwt, decodeProtectedHeader } from 'jose';

/** Endpoints whose answers are JSON, or nothing. */
const ANSWERS = ['token', 'revocation', 'pushed_authorization_request'];

/** Lets the faults that are on change what an OpenID Provider answers. */
export function applyFaults(provider, { realm, keys, faults }) {
  provider.use(async (ctx, next) => {
    await next();
    const { oidc } = ctx;
    if (oidc?.route === 'discovery') {
      ctx.body = faults.as('metadata', ctx.body, { realm });
    } else if (oidc?.route === 'jwks') {
      ctx.body = { keys: faults.as('jwks', ctx.body.keys, { keys }) };
    } else if (ANSWERS.includes(oidc?.route)) {
      await changeAnswer(ctx);
    } else if (oidc?.params?.redirect_uri && faults.changes('response')) {
      changeResponse(ctx);
    }
  });

  async function changeAnswer(ctx) {
    const { oidc, status, body } = ctx;
    const answer = faults.as('answer', { status, body }, { oidc, realm });
    if (answer.body?.id_token && faults.changes('idToken')) {
      answer.body.id_token = await signAgain(answer.body, oidc);
    }
    if (answer.body !== body) ctx.body = answer.body;
    if (answer.status !== status) ctx.status = answer.status;
  }

  async function signAgain({ id_token, access_token }, oidc) {
    const header = decodeProtectedHeader(id_token);
    const token = { header, claims: decodeJwt(id_token), jwk: keys.current(header.alg) };
    const isRenewed = oidc.params.grant_type === 'refresh_token';
    const changed = faults.as('idToken', token, { keys, access_token, isRenewed });
    const signed = await keys.signWith(changed.jwk, changed.header, changed.claims);
    realm.onIssue('IdToken', signed);
    return signed;
  }

  /** Changes the parameters that a redirect to the client's redirect URI carries. */
  function changeResponse(ctx) {
    const { params } = ctx.oidc;
    const location = ctx.response.get('Location');
    // A response mode such as `pi.flow` answers without a redirect.
    if (!location?.startsWith(params.redirect_uri)) return;
    const url = new URL(location);
    const part = url.hash.length > 1 ? 'hash' : 'search';
    const before = new URLSearchParams(url[part].slice(1));
    const own = new URL(params.redirect_uri).searchParams;
    const response = [...before].filter(([name]) => !own.has(name));
    const changed = faults.as('response', Object.fromEntries(response), { params });
    const after = part === 'search' ? own : new URLSearchParams();
    for (const [name, value] of Object.entries(changed)) {
      if (value !== undefined) after.append(name, value);
    }
    url[part] = after.toString();
    ctx.set('Location', url.href);
  }
}
