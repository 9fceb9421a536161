/** @typedef {import('../diagnose.js').Check} Check */

/**
 * Every check, in the order in which a sign-in meets what it looks at.
 *
 * @type {Check[]}
 */
const ORDER = [
  'browser',
  'secure-context',
  'wasm',
  'connect-src',
  'frame-src',
  'isolation',
  'storage',
  'locks',
  'clock',
  'framed',
  'service-worker',
  'copies',
  'configuration',
  'landing',
  'document',
  'issuer',
  'endpoints',
  'response-types',
  'pkce',
  'scopes',
  'am-realm',
  'am-cors',
  'am-journey',
  'am-cookie',
  'par',
  'authorization',
  'iss',
  'cookies',
  'token-cors',
  'dpop',
  'algorithms',
  'keys',
  'userinfo-cors',
  'revocation-cors',
  'end-session',
  'am-sessions',
];

/** What most findings mean. */
export const MEANS = {
  signIn: 'Every sign-in fails.',
  background: 'Background authorizations fail.',
  journey: 'Journeys fail.',
  signOut: 'A sign-out ends with an error, and the tokens stay valid.',
};

/** The findings of one diagnosis. */
export function createReport() {
  /** @type {Map<Check, import('../diagnose.js').Finding>} */
  const findings = new Map();

  /**
   * Notes a finding; of two of one check the worse stays, or the first.
   *
   * @param {import('../diagnose.js').Result} result
   * @param {Check} check
   * @param {string} found
   * @param {string} [means]
   * @param {string} [remedy]
   * @param {string} [link]
   */
  const add = (
    result,
    check,
    found,
    means = '',
    remedy = '',
    link = `docs/diagnose.md#${check}`,
  ) => {
    const earlier = findings.get(check);
    if (earlier && RANKS.indexOf(earlier.result) >= RANKS.indexOf(result)) return;
    findings.set(check, { check, result, found, means, remedy, link });
  };

  return {
    add,
    /** @param {Check} check @param {string} [found] */
    ok: (check, found = '') => add('ok', check, found),
    list: () => ORDER.flatMap((check) => findings.get(check) ?? []),
  };
}

/** @typedef {ReturnType<typeof createReport>} Report */

/** @type {import('../diagnose.js').Result[]} */
const RANKS = ['ok', 'unknown', 'warning', 'problem'];
