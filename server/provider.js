import { randomBytes } from 'node:crypto';
import { escapeHtml, PAGE_HEADERS, page } from './http.js';
import { Provider } from './oidc-provider.js';
import { applyFaults } from './provider-faults.js';
import { SESSION_COOKIE } from './sessions.js';

/** AM's paths below `/am/oauth2/<realm path>`. */
const ROUTES = {
  authorization: '/authorize',
  token: '/access_token',
  userinfo: '/userinfo',
  revocation: '/token/revoke',
  end_session: '/connect/endSession',
  jwks: '/connect/jwk_uri',
  pushed_authorization_request: '/par',
};

const CLAIMS = {
  openid: ['sub', 'ops', 'at_hash'],
  profile: ['name', 'given_name', 'family_name', 'preferred_username'],
  email: ['email', 'email_verified'],
};

/**
 * The OpenID Provider of one realm. Three things are AM's rather than oidc-provider's default:
 * consent is implied, refresh tokens need no `offline_access`, and tokens outlive the session.
 * @see https://github.com/panva/node-oidc-provider/blob/v9.x/docs/README.md
 */
export function createProvider({ realm, store, clients, keys, settings, origins, faults }) {
  const provider = new Provider(realm.issuer, {
    adapter: (model) => (model === 'Client' ? clientAdapter(clients) : store.adapter(model)),
    claims: CLAIMS,
    clientBasedCORS: (_ctx, origin) => origins.allows(origin),
    clockTolerance: 0,
    cookies: {
      names: { session: SESSION_COOKIE },
      long: { httpOnly: true, sameSite: 'lax', path: '/' },
      short: { httpOnly: true, sameSite: 'lax' },
    },
    expiresWithSession: () => false,
    features: {
      devInteractions: { enabled: false },
      dPoP: dpopOf(faults),
      claimsParameter: { enabled: true },
      jwtUserinfo: { enabled: true },
      pushedAuthorizationRequests: {
        enabled: true,
        requirePushedAuthorizationRequests: settings.requirePar,
      },
      // Any API: the access token's audience is the `resource` that was asked for (RFC 8707).
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_ctx, resource) => ({ scope: '', audience: resource }),
      },
      revocation: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
      },
    },
    findAccount: (ctx, sub, token) => findAccount(realm.users, ctx, sub, token),
    interactions: {
      url: (_ctx, { uid }) => `/am/interaction/${uid}?realm=${encodeURIComponent(realm.path)}`,
    },
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    jwks: keys.jwks(),
    loadExistingGrant: grantWhatIsAsked,
    pkce: { required: () => true },
    renderError,
    rotateRefreshToken: true,
    routes: ROUTES,
    ttl: lifetimes(clients, settings),
  });
  if (settings.piFlow) offerPiFlow(provider);
  applyFaults(provider, { realm, keys, faults });
  allowImplicitOnLocalhost(provider);
  provider.on('server_error', (_ctx, error) => console.error(error.stack));
  return provider;
}

/** DPoP for clients that send proofs; one with `dpop_bound_access_tokens` must. */
function dpopOf(faults) {
  const { nonces = [] } = faults.as('dpop', {});
  // The same endpoint may be a server of tokens and an API.
  const demands = (ctx) => nonces.includes(ctx.oidc.route === 'userinfo' ? 'api' : 'as');
  // With a secret it would send nonces although none are demanded.
  return {
    enabled: true,
    ...(nonces.length > 0 && { nonceSecret: NONCE_SECRET, requireNonce: demands }),
  };
}

const NONCE_SECRET = randomBytes(32);

function clientAdapter(clients) {
  return { find: async (id) => clients.metadata(id) };
}

function lifetimes(clients, settings) {
  const ofClient = (name) => (_ctx, _token, client) => clients.ttl(client.clientId, name);
  return {
    AccessToken: ofClient('accessTokenTtl'),
    AuthorizationCode: () => settings.codeTtl,
    Grant: 30 * 24 * 3600,
    IdToken: ofClient('idTokenTtl'),
    Interaction: 600,
    RefreshToken: ofClient('refreshTokenTtl'),
    Session: () => settings.sessionTtl,
  };
}

function findAccount(users, ctx, sub, token) {
  const user = users.find(sub);
  if (!user) return undefined;
  return {
    accountId: sub,
    claims: (use) => ({ sub, ...user, ...(use === 'id_token' && idTokenClaims(ctx, token)) }),
  };
}

/**
 * What AM's ID tokens hold besides the user: `ops`, the reference to the session, by which end
 * session finds it; and `at_hash` from the token endpoint too, where oidc-provider leaves it out.
 * It is given the access token here and puts the hash in its place.
 * @see https://openid.net/specs/openid-connect-core-1_0.html#CodeIDToken
 */
function idTokenClaims({ oidc }, token) {
  const accessToken = oidc.entities.AccessToken?.jti;
  return {
    ops: token?.sessionUid ?? oidc.session?.uid,
    ...(accessToken && { at_hash: accessToken }),
  };
}

/**
 * A new grant for each authorization, for all that is asked: AM's implied consent. Since no two
 * authorizations share a grant, a reused refresh token ends its own family and no other.
 */
async function grantWhatIsAsked(ctx) {
  const grant = new ctx.oidc.provider.Grant({
    accountId: ctx.oidc.account.accountId,
    clientId: ctx.oidc.client.clientId,
  });
  grant.addOIDCScope(ctx.oidc.requestParamOIDCScopes);
  grant.addOIDCClaims(ctx.oidc.requestParamClaims);
  await grant.save();
  return grant;
}

function offerPiFlow(provider) {
  provider.registerResponseMode('pi.flow', answerByFetch);
  provider.use(async (ctx, next) => {
    await next();
    if (ctx.oidc?.route === 'discovery') ctx.body.response_modes_supported.push('pi.flow');
  });
}

/** PingOne's response mode for apps that ask by `fetch`: the answer is JSON, not a redirect. */
function answerByFetch(ctx, _redirectUri, { error, error_description, ...authorizeResponse }) {
  if (error === undefined) {
    ctx.body = { status: 'COMPLETED', authorizeResponse };
    return;
  }
  ctx.status = 400;
  ctx.body = {
    code: 'REQUEST_FAILED',
    message: 'The request could not be completed.',
    details: [{ code: error.toUpperCase(), message: error_description }],
  };
}

function renderError(ctx, out) {
  ctx.set(PAGE_HEADERS);
  const details = Object.entries(out)
    .map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`)
    .join('\n');
  ctx.body = page('Authorization error', `<dl>\n${details}\n</dl>`);
}

/**
 * The session check asks for `response_type=id_token`, which web clients may only have on https and
 * not on localhost. A development server lifts just these two rules.
 * @see https://openid.net/specs/openid-connect-registration-1_0.html#ClientMetadata
 */
function allowImplicitOnLocalhost(provider) {
  const { prototype } = provider.Client.Schema;
  const { invalidate } = prototype;
  prototype.invalidate = function invalidateExcept(message, code) {
    if (code === 'implicit-force-https' || code === 'implicit-forbid-localhost') return;
    invalidate.call(this, message, code);
  };
}
