/** What `token.get()` fails with where there are no tokens: also those whose DPoP key is gone count as none. */
const NO_TOKENS = ['not_signed_in', 'dpop_key_lost'];

/**
 * Tokens for the user who has just signed in; or an error value.
 *
 * @param {import('../index.js').OidcClient | Promise<import('../index.js').OidcClient>} made
 * @returns {Promise<import('../index.js').OauthTokens | import('../index.js').GenericError>}
 */
export async function getTokens(made) {
  const client = await made;
  if (client.error !== undefined) return client;
  const stored = await client.token.get();
  if ('error' in stored) {
    // Where tokens are stored that can't be read, a renewal may be of another user's.
    return NO_TOKENS.includes(stored.code) ? client.token.get({ backgroundRenew: true }) : stored;
  }
  // They may be another user's: a renewal would not tell.
  const granted = await client.authorize.background();
  return 'error' in granted ? granted : client.token.exchange(granted.code, granted.state);
}
