/** The realm that the tests create. */

/**
 * @param {object} options
 * @param {string} options.name
 * @param {string} options.app the app's origin
 * @param {Array<{ username: string, password: string }>} options.users
 */
export function realm({ name, app, users }) {
  return {
    realm: name,
    enabled: true,
    sslRequired: 'none',
    accessTokenLifespan: 300,
    // Rotation: a refresh token is good for one use.
    revokeRefreshToken: true,
    refreshTokenMaxReuse: 0,
    clients: clients(app),
    users: users.map(user),
  };
}

function user({ username, password }) {
  return {
    username,
    enabled: true,
    email: `${username}@example.com`,
    emailVerified: true,
    firstName: username,
    lastName: 'Example',
    credentials: [{ type: 'password', value: password, temporary: false }],
    // Imported users get no default roles.
    realmRoles: ['offline_access'],
  };
}

function clients(app) {
  return [
    publicClient('app', app),
    { clientId: 'inspector', secret: 'inspector-secret', publicClient: false },
  ];
}

/** A client as apps in browsers have it: no secret, PKCE. */
function publicClient(clientId, app, { attributes, ...more } = {}) {
  return {
    clientId,
    publicClient: true,
    standardFlowEnabled: true,
    redirectUris: ['/signed-in', '/callback.html', '/popup.html'].map((path) => app + path),
    webOrigins: [app],
    attributes: {
      'pkce.code.challenge.method': 'S256',
      'post.logout.redirect.uris': `${app}/signed-out##${app}/callback.html`,
      ...attributes,
    },
    ...more,
  };
}
