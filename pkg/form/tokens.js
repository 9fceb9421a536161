/**
 * Tokens for the user who has just signed in.
 *
 * @param {import('../index.js').OidcClientMethods} client
 */
export async function getTokens(client) {
  const stored = await client.token.get();
  if ('error' in stored) return client.token.get({ backgroundRenew: true });
  // They may be another user's: a renewal would not tell.
  const granted = await client.authorize.background();
  return 'error' in granted ? granted : client.token.exchange(granted.code, granted.state);
}
