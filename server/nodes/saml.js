import { randomBytes } from 'node:crypto';
import { pageOf } from './app.js';
import { redirectTo, userFor } from './social.js';

/**
 * The request in the way of SAML, for a RedirectCallback; `params.method` is how the app sends it.
 * The answer is posted to AM, who tells the app a `responsekey`.
 */
export function requestAtSaml(_inputs, context) {
  const { origin } = new URL(context.realm.issuer);
  const relayState = randomBytes(16).toString('base64url');
  context.returns.expect(relayState, pageOf(context));
  const redirect = redirectTo(`${origin}/idp/saml`, context.params.method, {
    SAMLRequest: Buffer.from('<AuthnRequest/>').toString('base64'),
    RelayState: relayState,
  });
  return { outcome: 'redirect', ...redirect, relayState };
}

/** The answer by its `responsekey`; outcomes as those of `returnFromIdP`. */
export function returnFromSaml({ relayState }, { query, realm, returns }) {
  if (!query.has('responsekey')) return 'interrupted';
  const answer = returns.take(query.get('responsekey'));
  const response = Buffer.from(answer?.SAMLResponse ?? '', 'base64').toString();
  const sub = /<NameID>(.+)<\/NameID>/.exec(response)?.[1];
  const isOurs = answer?.RelayState === relayState && query.get('RelayState') === relayState;
  if (!isOurs || sub === undefined) return 'failed';
  return { outcome: 'success', username: userFor({ sub, email: `${sub}@idp.test` }, realm) };
}
