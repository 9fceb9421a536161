/**
 * A journey client: the app's, one that is made of the app's input for `journey()`, or that of the page.
 *
 * @param {any} from
 * @returns {Promise<import('../index.js').JourneyClient>}
 */
export async function openClient(from) {
  if (typeof from?.start === 'function') return from;
  // An app with a client of the entry `journey-oidc/url` needs none of the other entry.
  const { journey, journeyClient } = await import('../index.js');
  return from ? journey(from) : journeyClient;
}
