const e = (e, r) => d('string' == typeof r, e, 'string', r),
  r = (e, r) => {
    const t = n(r);
    return d(
      'string' == typeof t || (Number.isFinite(t) && t >= 0),
      e,
      'a finite, non-negative number',
      t,
    );
  },
  n = (e) => ('string' == typeof e && e.trim() && !Number.isNaN(Number(e)) ? Number(e) : e),
  t =
    (...r) =>
    (n, t) =>
      'string' != typeof t || r.includes(t)
        ? e(n, t)
        : [`${n}: Expected one of ${r.join(', ')}, got ${t}`],
  i = (e) => (r, n) => (g(n) ? [] : e(r, n)),
  o = (e) => (r, n) =>
    ((e) => g(e) || '' === e || (Array.isArray(e) && 0 === e.length))(n)
      ? [`${r}: Required field is missing`]
      : e(r, n),
  c = {
    '': { timeout: i(r), log: i(t('NONE', 'ERROR', 'WARN', 'INFO', 'DEBUG')) },
    journey: { realm: i(e) },
    oidc: {
      discoveryEndpoint: o(e),
      clientId: i(e),
      redirectUri: i(e),
      scopes: i((r, n) =>
        Array.isArray(n) ? n.flatMap((n, t) => e(`${r}[${t}]`, n)) : d(!1, r, 'array', n),
      ),
      signOutRedirectUri: i(e),
      refreshThreshold: i(r),
      loginHint: i(e),
      nonce: i(e),
      display: i(t('page', 'popup', 'touch', 'wap')),
      prompt: i(t('none', 'login', 'consent', 'select_account')),
      uiLocales: i(e),
      acrValues: i(e),
      additionalParameters: i((r, n) =>
        p(n) ? Object.entries(n).flatMap(([n, t]) => e(`${r}.${n}`, t)) : d(!1, r, 'object', n),
      ),
    },
  },
  s = ['clientId', 'redirectUri', 'scopes'];
export function makeOidcConfig(e) {
  const { oidc: r, ...t } = a(e, s),
    i = n(r.refreshThreshold);
  return m({
    clientId: r.clientId,
    redirectUri: r.redirectUri,
    scope: r.scopes.join(' '),
    oauthThreshold: 'number' == typeof i ? 1e3 * i : i,
    signOutRedirectUri: r.signOutRedirectUri,
    loginHint: r.loginHint,
    nonce: r.nonce,
    display: r.display,
    prompt: r.prompt,
    uiLocales: r.uiLocales,
    acrValues: r.acrValues,
    query: r.additionalParameters && { ...r.additionalParameters },
    ...u(t, r),
  });
}
export function makeJourneyConfig(e) {
  const { oidc: r, ...n } = a(e, []);
  return m(u(n, r));
}
function u({ timeout: e, log: r, journey: t }, { discoveryEndpoint: i }) {
  return {
    serverConfig: m({ wellknown: i, timeout: n(e) }),
    log: r?.toLowerCase(),
    realmPath: t?.realm,
  };
}
function a(e, r) {
  return (
    l(d(p(e), 'config', 'object', e)),
    l(
      Object.keys(c).flatMap((r) =>
        ((e, r) => {
          const n = '' === r ? e : e[r];
          if (g(n)) return [];
          if (!p(n)) return d(!1, r, 'object', n);
          const t = '' === r ? '' : `${r}.`;
          return Object.entries(c[r] ?? {}).flatMap(([e, r]) => r(t + e, n[e]));
        })(e, r),
      ),
    ),
    l(
      ((e, r) =>
        g(e)
          ? ['oidc: Required block is missing']
          : r.flatMap((r) => o(() => [])(`oidc.${r}`, e[r])))(e.oidc, r).slice(0, 1),
    ),
    e
  );
}
function l(e) {
  if (e.length > 0) throw new Error(`Invalid unified SDK config: ${e.join(', ')}`);
}
function d(e, r, n, t) {
  return e ? [] : [`${r}: Expected ${n}, got ${f(t)}`];
}
function f(e) {
  return null === e ? 'null' : Array.isArray(e) ? 'array' : typeof e;
}
function p(e) {
  return 'object' === f(e);
}
function g(e) {
  return null == e;
}
function m(e) {
  return Object.fromEntries(Object.entries(e).filter(([, e]) => !g(e)));
}
