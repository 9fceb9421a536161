/** The realm that the tests create, one for each file of them. */

/** Each algorithm of an ID token is a client's. */
export const ALGORITHMS = {
  RSA: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  'elliptic curves': ['ES256', 'ES384', 'ES512', 'EdDSA'],
};

/** What the server tells of afterwards; it does not keep all of them by default. */
const EVENTS = [
  ...['LOGIN', 'LOGOUT', 'CODE_TO_TOKEN', 'REFRESH_TOKEN', 'REVOKE_GRANT'],
  ...['CODE_TO_TOKEN_ERROR', 'REFRESH_TOKEN_ERROR', 'PUSHED_AUTHORIZATION_REQUEST'],
];

/** Keycloak tells nobody of an access token but who is in its audience. */
const INSPECTABLE = {
  name: 'inspectable',
  protocol: 'openid-connect',
  protocolMapper: 'oidc-audience-mapper',
  config: {
    'included.client.audience': 'inspector',
    'access.token.claim': 'true',
    'introspection.token.claim': 'true',
  },
};

/** Access tokens of the client `brief` live so long, in seconds. */
export const BRIEF = 4;

/**
 * The realm, as Keycloak's administration takes it.
 *
 * @param {string} name
 * @param {string[]} apps the app's origins
 */
export function realm(name, apps) {
  return {
    realm: name,
    enabled: true,
    sslRequired: 'none',
    accessTokenLifespan: 300,
    // Rotation: a refresh token is good for one use.
    revokeRefreshToken: true,
    refreshTokenMaxReuse: 0,
    eventsEnabled: true,
    enabledEventTypes: EVENTS,
    clients: clients(apps),
  };
}

function clients(apps) {
  const client = (clientId, attributes = {}, more = {}) => ({
    ...publicClient(clientId, apps),
    ...more,
    attributes: { ...publicClient(clientId, apps).attributes, ...attributes },
  });
  return [
    client('app'),
    client('second'),
    client('brief', { 'access.token.lifespan': String(BRIEF) }),
    client('bound', { 'dpop.bound.access.tokens': 'true' }),
    client('consent', {}, { consentRequired: true }),
    client('no-web-origin', {}, { webOrigins: [] }),
    client('step-up'),
    client('pushed', { 'require.pushed.authorization.requests': 'true' }),
    client('signed-userinfo', { 'user.info.response.signature.alg': 'ES256' }),
    ...Object.values(ALGORITHMS)
      .flat()
      .map((algorithm) => client(algorithm, { 'id.token.signed.response.alg': algorithm })),
    { clientId: 'inspector', secret: 'inspector-secret', publicClient: false },
  ];
}

/** A client as apps in browsers have it: no secret, PKCE. */
function publicClient(clientId, apps) {
  const pages = (...paths) => apps.flatMap((app) => paths.map((path) => app + path));
  return {
    clientId,
    publicClient: true,
    standardFlowEnabled: true,
    redirectUris: pages('/signed-in', '/callback.html', '/popup.html'),
    webOrigins: apps,
    protocolMappers: [INSPECTABLE],
    attributes: {
      'pkce.code.challenge.method': 'S256',
      'post.logout.redirect.uris': pages('/signed-out', '/callback.html').join('##'),
    },
  };
}

/** A user, as Keycloak's administration takes it. */
export function userNamed(username, password) {
  return {
    username,
    enabled: true,
    email: `${username}@example.com`,
    emailVerified: true,
    firstName: username,
    lastName: 'Example',
    credentials: [{ type: 'password', value: password, temporary: false }],
  };
}
