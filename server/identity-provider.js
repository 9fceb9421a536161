import { AM_AT_IDP } from './am-at-idp.js';
import { escapeHtml, PAGE_HEADERS, page, readForm, sendPage, sendRedirect } from './http.js';
import { handleInteraction } from './interaction.js';
import { Provider } from './oidc-provider.js';
import { Store } from './store.js';
import { Users } from './users.js';

const USERS = {
  ida: {
    password: 'S0cial!pw',
    claims: {
      name: 'Ida Example',
      given_name: 'Ida',
      family_name: 'Example',
      email: 'ida@idp.test',
    },
  },
};

const HOUR = 3600;

/**
 * The other provider, for social login: OpenID Connect at `/idp`, by GET and by form POST, with the
 * user `ida`; and at `/idp/saml` a page in the way of SAML, whose messages are plain and unsigned.
 */
export class IdentityProvider {
  #handle;
  #store = new Store();

  constructor({ origin, keys, origins }) {
    this.users = new Users(USERS);
    this.provider = createProvider(`${origin}/idp`, {
      store: this.#store,
      users: this.users,
      keys,
    });
    const formPost = `${origin}/am/oauth2/client/form_post/idp`;
    // Any page of an app of ours, as `returnPath` is free.
    this.provider.Client.prototype.redirectUriAllowed = (uri) =>
      uri === formPost || (URL.canParse(uri) && origins.allows(new URL(uri).origin));
    this.#handle = this.provider.callback();
  }

  clear() {
    this.#store.clear();
  }

  async handle(req, res, pathname) {
    if (pathname === '/idp/saml') return handleSaml(req, res);
    if (pathname.startsWith('/idp/interaction/')) return handleInteraction(this, req, res);
    if (pathname === '/idp/auth' && req.method === 'POST') {
      return sendRedirect(res, `/idp/auth?${await readForm(req)}`);
    }
    req.originalUrl = req.url;
    req.url = req.url.slice('/idp'.length);
    return this.#handle(req, res);
  }
}

function createProvider(issuer, { store, users, keys }) {
  const { origin } = new URL(issuer);
  const client = { ...AM_AT_IDP, redirect_uris: [`${origin}/`] };
  return new Provider(issuer, {
    adapter: (model) => store.adapter(model),
    claims: { openid: ['sub'], profile: ['name', 'given_name', 'family_name'], email: ['email'] },
    clients: [client],
    cookies: {
      names: { session: 'idp_session', interaction: 'idp_interaction', resume: 'idp_resume' },
      long: { httpOnly: true, sameSite: 'lax', path: '/idp' },
      short: { httpOnly: true, sameSite: 'lax' },
    },
    features: { devInteractions: { enabled: false } },
    findAccount: (_ctx, sub) =>
      users.find(sub) && { accountId: sub, claims: () => ({ sub, ...users.find(sub) }) },
    interactions: { url: (_ctx, { uid }) => `/idp/interaction/${uid}` },
    jwks: keys.jwks(),
    loadExistingGrant: grantWhatIsAsked,
    renderError: (ctx, { error, error_description }) => {
      ctx.set(PAGE_HEADERS);
      ctx.body = page('Sign In', `<p>${escapeHtml(error)}: ${escapeHtml(error_description)}</p>`);
    },
    ttl: { AccessToken: HOUR, Grant: HOUR, IdToken: HOUR, Interaction: 600, Session: HOUR },
  });
}

async function grantWhatIsAsked(ctx) {
  const { provider, account, client, requestParamOIDCScopes } = ctx.oidc;
  const grant = new provider.Grant({ accountId: account.accountId, clientId: client.clientId });
  grant.addOIDCScope(requestParamOIDCScopes);
  await grant.save();
  return grant;
}

/** Asks whether to sign in; the answer is posted to AM by a button. */
async function handleSaml(req, res) {
  const { searchParams } = new URL(req.url, 'http://localhost');
  const form = req.method === 'POST' ? await readForm(req) : searchParams;
  const RelayState = form.get('RelayState');
  if (!form.get('SAMLRequest') || !RelayState) {
    return sendPage(res, 400, page('Sign In', '<p>This is not a SAML request.</p>'));
  }
  const response = '<Response><NameID>ida</NameID></Response>';
  const SAMLResponse = Buffer.from(response).toString('base64');
  const hidden = Object.entries({ RelayState, SAMLResponse })
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`)
    .join('\n');
  const action = '/am/AuthConsumer/metaAlias/sp';
  const html = `<form method="post" action="${action}">\n${hidden}\n<button>Sign In as Ida</button>\n</form>`;
  return sendPage(res, 200, page('Sign In', html));
}
