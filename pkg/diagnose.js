import { amOf, checkAm } from './diagnose/am.js';
import { createAsk, isUrl, timeOf } from './diagnose/ask.js';
import { checkClient } from './diagnose/client.js';
import { checkConfiguration } from './diagnose/configuration.js';
import { checkPage, checkPolicy } from './diagnose/page.js';
import {
  checkDocument,
  checkEndSession,
  checkKeys,
  checkMetadata,
  checkRevocation,
  checkToken,
  checkUserinfo,
  dropUnsafe,
} from './diagnose/provider.js';
import { remediesFor } from './diagnose/remedies.js';
import { createReport } from './diagnose/report.js';
import { oidc as embedded } from './index.js';

/** @type {typeof import('./diagnose.js').diagnose} */
export async function diagnose({ config, storage = {}, journey, client, oidc = embedded }) {
  const report = createReport();
  const failure = await checkConfiguration(report, config, oidc);
  // On a server, or without cryptography, no more can be seen.
  if (/^(unsupported|insecure)_/.test(failure)) return report.list();
  for (const check of /** @type {const} */ (['secure-context', 'wasm', 'configuration'])) {
    report.ok(check);
  }
  if (!failure) report.ok('issuer');
  const { serverConfig = { wellknown: '' } } = config;
  const asking = createAsk(timeOf(serverConfig.timeout));
  try {
    await checkPage(report, asking, config, storage);
    const wellknown = serverConfig.wellknown;
    if (!isUrl(wellknown)) return report.list();
    const issuer = serverConfig.issuer || wellknown.replace(/\/\.well-known\/.*/, '');
    const document = await checkDocument(report, asking, serverConfig, remediesFor({ issuer }));
    if (document) {
      dropUnsafe(report, document, issuer);
      await checkProvider({ report, asking, config, document }, journey, client);
    }
    await checkPolicy(report, asking, [wellknown, ...Object.values(document ?? {})].filter(isUrl));
    return report.list();
  } finally {
    asking.end();
  }
}

/**
 * @param {Pick<import('./diagnose/provider.js').Provider, 'report' | 'asking' | 'config' | 'document'>} known
 * @param {string | undefined} journey
 * @param {import('./index.js').OidcClient | undefined} client
 */
async function checkProvider(known, journey, client) {
  const am = amOf(known.document, known.config.serverConfig);
  const provider = { ...known, remedies: remediesFor(known.document), isAm: am !== undefined };
  checkMetadata(provider);
  const [isClientKnown] = await Promise.all([
    checkToken(provider),
    checkKeys(provider),
    checkRevocation(provider),
    checkUserinfo(provider, client),
    am && checkAm(provider, am, journey),
  ]);
  checkEndSession(provider);
  await checkClient(provider, isClientKnown);
}
