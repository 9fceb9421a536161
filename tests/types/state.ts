/** The store's types, and what must not compile. Checked by `tsc`, never run. */
import type { AuthorizationError, JWTPayload, OauthTokens } from 'journey-oidc';
import { createSignIn, type SignInState } from 'journey-oidc/state';
import { oidc } from 'journey-oidc/url';

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(equal: Equal<A, B>): void => void equal;

const config = { serverConfig: { wellknown: '' }, clientId: '', redirectUri: '', scope: '' };
const auth = createSignIn({ config, oidc, onSignedIn: ({ appState }) => void appState });
const end = auth.subscribe((state) => same<typeof state, SignInState>(true));
same<typeof end, () => void>(true);

const state = auth.getSnapshot();
if (state.status === 'signed-in') same<typeof state.claims, JWTPayload | undefined>(true);
if (state.status === 'error') state.error.code satisfies string | undefined;

const redirected = await auth.signIn({ appState: 1 });
same<typeof redirected, undefined | AuthorizationError>(true);
const window = await auth.signIn({ popup: true });
if (!('error' in window)) window.accessToken satisfies string;
const tokens = await auth.getToken();
same<typeof tokens, OauthTokens | AuthorizationError>(true);

// @ts-expect-error: there is no such status
if (state.status === 'unknown') end();
// @ts-expect-error: the configuration is missing
createSignIn({});
