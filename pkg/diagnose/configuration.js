/** What the core itself says of the configuration, the document and its issuer. */
import { DOCUMENTS } from '../entry/names.js';
import { MEANS } from './report.js';

/**
 * The checks that errors of `oidc()` belong to, by what is in their code. What comes of the request for the
 * document is told better by the check of that.
 *
 * @type {[RegExp, import('../diagnose.js').Check?][]}
 */
const CHECKS = [
  [/^(network|offline|timeout|http|answer)/],
  [/^unsupported/, 'browser'],
  [/^insecure/, 'secure-context'],
  [/^wasm/, 'wasm'],
  [/^inside/, 'framed'],
  [/issuer/, 'issuer'],
  [/^discovery/, 'document'],
  [/./, 'configuration'],
];

/**
 * Makes a client as the app does, which looks at all of that, but with nothing stored.
 *
 * @param {import('./report.js').Report} report
 * @param {import('../index.js').OidcConfig} config
 * @param {typeof import('../index.js').oidc} oidc
 * @returns {Promise<string>} the code of the error, empty where there is none
 */
export async function checkConfiguration({ add }, config, oidc) {
  const restore = forgetDocument(config.serverConfig?.wellknown);
  const { serverConfig } = config;
  // The core keeps a document for each `metadata` that is given, so it asks anew for one that is like no other.
  const metadata = { ...serverConfig?.metadata, journey_oidc_diagnose: `${Math.random()}` };
  const own = { ...config, serverConfig: { ...serverConfig, metadata } };
  /** @type {{ code?: string, message?: string }} */
  const made = await oidc({ config: own, storage: { type: 'memory' }, logger: { level: 'none' } });
  restore();
  const { code = '', message = '' } = made;
  const check = CHECKS.find(([codes]) => codes.test(code))?.[1];
  if (check) {
    add('problem', check, message, MEANS.signIn, 'Do as the message says.', 'docs/errors.md');
  }
  return code;
}

/**
 * Lets the core ask for the document again, and stores afterwards what was stored.
 *
 * @param {unknown} wellknown
 */
function forgetDocument(wellknown) {
  try {
    const key = DOCUMENTS + new URL(String(wellknown)).href;
    const text = sessionStorage.getItem(key);
    sessionStorage.removeItem(key);
    return () => {
      if (text === null) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, text);
    };
  } catch {
    return () => {};
  }
}
