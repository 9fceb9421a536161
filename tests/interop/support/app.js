/** What users of the app do, and the app itself, whatever server it is with. */
import { call } from '../../e2e/oidc-support.js';
import { config, openApp, world } from '../../e2e/support.js';

/** Every user's. */
export const PASSWORD = 'Wonderl4nd!';

/** The app's origin on another site than the server's, whose cookies don't reach a frame there. */
export const otherSite = () => world.app.replace('//localhost', '//app.localhost');

/**
 * The configuration of the app, with a page of its own for each kind of response.
 *
 * @param {string} wellknown
 * @param {object} more
 * @param {string} [app] its origin
 */
export function settingsOf(wellknown, more, app = world.app) {
  return config(
    {
      redirectUri: `${app}/signed-in`,
      backgroundRedirectUri: `${app}/callback.html`,
      popupRedirectUri: `${app}/popup.html`,
      ...more,
    },
    { wellknown },
  );
}

/**
 * Signing in by redirect.
 *
 * @template User
 * @param {() => ReturnType<typeof config>} appConfig the configuration where a call names none
 * @param {object} server
 * @param {() => User | Promise<User>} server.newUser
 * @param {(page: import('playwright-core').Page, user: User) => Promise<void>} server.fillIn fills in
 *   the login page
 * @param {(tokens: any, user: User) => Promise<void>} server.assertSignedIn compares with what the
 *   server says
 */
export function byRedirect(appConfig, { newUser, fillIn, assertSignedIn }) {
  /** Goes to the server, which may show a page, or lead back at once. */
  async function leave(page, settings = appConfig(), options = {}) {
    const { origin } = new URL(page.url());
    const left = page.waitForURL((url) => url.origin !== origin || url.search !== '');
    await call(page, 'authorize.redirect', [options], settings).catch(() => {});
    await left;
  }

  /** Waits for the way back, and finishes the sign-in. */
  async function finish(page, settings = appConfig()) {
    await page.waitForURL(`${settings.redirectUri}?**`);
    return call(page, 'authorize.callback', [], settings);
  }

  /**
   * A page of the app, where a new user has signed in.
   *
   * @param {import('node:test').TestContext} t
   * @param {ReturnType<typeof config>} [settings]
   * @param {Parameters<typeof openApp>[1]} [options]
   */
  async function signedIn(t, settings = appConfig(), options = {}) {
    const user = await newUser();
    const page = await openApp(t, options);
    await leave(page, settings);
    await fillIn(page, user);
    const tokens = await finish(page, settings);
    await assertSignedIn(tokens, user);
    return { page, user, tokens };
  }

  return { leave, finish, signedIn };
}
