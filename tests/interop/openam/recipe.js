/**
 * How the OpenAM of the tests is set up. All of it is in the packed state, so a change of this file
 * makes that anew.
 */

/** AM, an app of its site, and an app of another site: names that only the tests know. */
export const HOSTS = {
  am: 'am.journeys.test',
  app: 'app.journeys.test',
  elsewhere: 'app.elsewhere.test',
};

export const ADMIN = { username: 'amadmin', password: 'Adm1n-of-the-tests' };
export const USER = { username: 'ada', password: 'Ch4ng3it!' };

/** The sub-realm. */
export const REALM = 'alpha';

/** What the configurator of a new AM is given; it takes about a minute. */
export function configuration({ data, ports }) {
  return {
    acceptLicense: 'true',
    SERVER_URL: `https://${HOSTS.am}:443`,
    DEPLOYMENT_URI: '/am',
    BASE_DIR: data,
    locale: 'en_US',
    PLATFORM_LOCALE: 'en_US',
    AM_ENC_KEY: 'of-the-tests-and-of-nothing-else',
    ADMIN_PWD: ADMIN.password,
    ADMIN_CONFIRM_PWD: ADMIN.password,
    AMLDAPUSERPASSWD: `${ADMIN.password}-agent`,
    AMLDAPUSERPASSWD_CONFIRM: `${ADMIN.password}-agent`,
    COOKIE_DOMAIN: HOSTS.am,
    DATA_STORE: 'embedded',
    DIRECTORY_SSL: 'SIMPLE',
    DIRECTORY_SERVER: 'localhost',
    DIRECTORY_PORT: ports.ldap,
    DIRECTORY_ADMIN_PORT: ports.admin,
    DIRECTORY_JMX_PORT: ports.jmx,
    ROOT_SUFFIX: 'dc=journeys,dc=test',
    DS_DIRMGRDN: 'cn=Directory Manager',
    DS_DIRMGRPASSWD: ADMIN.password,
  };
}

/**
 * What all tests need after the configurator: OAuth 2.0 providers, a sub-realm, which has the same
 * users, and a user.
 *
 * @param {import('./am.js').Am} am
 */
export async function provision(am) {
  const admin = await am.admin();
  const realms = '/json/global-config/realms?_action=create';
  await admin.post(realms, { name: REALM, active: true, parentPath: '/', aliases: [] });
  for (const realm of ['', `/realms/root/realms/${REALM}`]) await addProvider(admin, realm);
  await admin.addUser(USER);
}

async function addProvider(admin, realm) {
  const path = `/json${realm}/realm-config/services/oauth-oidc`;
  const settings = await admin.post(`${path}?_action=template`, {});
  settings.advancedOAuth2Config.supportedScopes = [
    'openid|OpenID',
    'profile|Profile',
    'email|Email',
  ];
  const core = 'org.forgerock.oauth2.core';
  settings.advancedOAuth2Config.responseTypeClasses = [
    `code|${core}.AuthorizationCodeResponseTypeHandler`,
    `token|${core}.TokenResponseTypeHandler`,
    'id_token|org.forgerock.openidconnect.IdTokenResponseTypeHandler',
    `none|${core}.NoneResponseTypeHandler`,
  ];
  settings.advancedOAuth2Config.codeVerifierEnforced = true;
  settings.advancedOAuth2Config.clientsCanSkipConsent = true;
  await admin.post(`${path}?_action=create`, settings);
}
