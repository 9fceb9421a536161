import { textOf as e, numberOf as t } from './callbacks/values.js';
export const WebAuthnOutcome = Object.freeze({ Error: 'ERROR', Unsupported: 'unsupported' });
export const WebAuthnStepType = Object.freeze({ None: 0, Authentication: 1, Registration: 2 });
let a;
export const WebAuthn = {
  isSupported: () => Boolean(globalThis.PublicKeyCredential),
  isConditionalMediationSupported: async () =>
    Boolean(await globalThis.PublicKeyCredential?.isConditionalMediationAvailable?.()),
  getWebAuthnStepType(t) {
    const {
      hiddenCallback: e,
      metadataCallback: a,
      textOutputCallback: n,
    } = WebAuthn.getCallbacks(t);
    if (!e || !(a ?? n)) return WebAuthnStepType.None;
    const { pubKeyCredParams: r, _pubKeyCredParams: i } = c(a);
    return (a ? r || i : u(n).includes('pubKeyCredParams'))
      ? WebAuthnStepType.Registration
      : WebAuthnStepType.Authentication;
  },
  authenticate: (t, e) =>
    n(t, 'authentication', async (t) => {
      const n = WebAuthn.createAuthenticationPublicKey(t),
        r = await (async (t, e, n) => {
          if ((a?.abort(), 'conditional' !== e))
            return WebAuthn.getAuthenticationCredential(t, e, n);
          const r = new AbortController();
          a = r;
          const i = () => r.abort(n?.reason);
          n?.aborted && i();
          n?.addEventListener('abort', i);
          try {
            if (!(await WebAuthn.isConditionalMediationSupported()))
              throw A(
                'NotSupportedError',
                'Conditional mediation was requested, but is not supported by this browser.',
              );
            return await WebAuthn.getAuthenticationCredential(t, e, r.signal);
          } finally {
            n?.removeEventListener('abort', i);
          }
        })(n, t.mediation, e);
      return s(t, r, WebAuthn.getAuthenticationOutcome(r));
    }),
  register: (t, e, r) =>
    n(t, 'registration', async (t) => {
      const n = WebAuthn.createRegistrationPublicKey(t);
      a?.abort();
      const i = await WebAuthn.getRegistrationCredential(n, r),
        o = WebAuthn.getRegistrationOutcome(i);
      return s(t, i, e ? `${o}::${e}` : o);
    }),
  getCallbacks(t) {
    const e = WebAuthn.getOutcomeCallback(t),
      a = WebAuthn.getMetadataCallback(t);
    return a
      ? { hiddenCallback: e, metadataCallback: a }
      : { hiddenCallback: e, textOutputCallback: WebAuthn.getTextOutputCallback(t) };
  },
  getMetadataCallback: (t) =>
    i(t, 'MetadataCallback', (t) => {
      const e = c(t);
      return Object.hasOwn(e, 'relyingPartyId') || Object.hasOwn(e, '_relyingPartyId');
    }),
  getOutcomeCallback: (t) => i(t, 'HiddenValueCallback', (t) => 'webAuthnOutcome' === o(t, 'id')),
  getTextOutputCallback: (t) => i(t, 'TextOutputCallback', (t) => u(t).includes('webAuthnOutcome')),
  getAuthenticationCredential: async (t, e, a) => (
    r(),
    navigator.credentials.get({ publicKey: t, ...(e && { mediation: e }), ...(a && { signal: a }) })
  ),
  getRegistrationCredential: async (t, e) => (
    r(), navigator.credentials.create({ publicKey: t, ...(e && { signal: e }) })
  ),
  getAuthenticationOutcome: (t) =>
    l(t, 'authentication', (e) => {
      const { clientDataJSON: a, authenticatorData: n, signature: r, userHandle: i } = e,
        o = i ? b(i) : '';
      return [b(a), p(n), p(r), t?.id, ...(o ? [o] : [])];
    }),
  getRegistrationOutcome: (t) =>
    l(t, 'registration', ({ clientDataJSON: e, attestationObject: a }) => [b(e), p(a), t?.id]),
  createAuthenticationPublicKey(e) {
    const { allowCredentials: a, acceptableCredentials: n, extensions: r, userVerification: i } = e;
    return {
      challenge: h(e.challenge),
      ...f({
        timeout: t(e.timeout),
        allowCredentials: g(e._allowCredentials ?? (a || n || '')),
        userVerification: i,
        rpId: y(e),
        extensions: r,
      }),
    };
  },
  createRegistrationPublicKey(e) {
    const { displayName: a, extensions: n, userId: r, userName: i } = e,
      o = ((t) => {
        if (Array.isArray(t)) return t;
        if ('string' != typeof t)
          throw A('DataError', 'Missing pubKeyCredParams property from registration options');
        const e = t.replace(/\b(\w+)\s*:/g, '"$1":');
        return JSON.parse(/^\s*\[/.test(e) ? e : `[${e}]`);
      })(e._pubKeyCredParams ?? e.pubKeyCredParams),
      c = g(e._excludeCredentials ?? e.excludeCredentials);
    return {
      ...f({
        attestation: e.attestationPreference,
        authenticatorSelection: m(e._authenticatorSelection ?? e.authenticatorSelection),
        excludeCredentials: c,
        extensions: n,
        timeout: t(e.timeout),
      }),
      challenge: h(e.challenge),
      pubKeyCredParams: o,
      rp: { name: e.relyingPartyName, ...f({ id: y(e) }) },
      user: { id: new TextEncoder().encode(r), name: i || a || '', displayName: a || i },
    };
  },
};
async function n(t, a, n) {
  const {
      hiddenCallback: r,
      metadataCallback: i,
      textOutputCallback: o,
    } = WebAuthn.getCallbacks(t),
    u = c(i);
  try {
    if (!r || !(i ?? o)) throw A('DataError', `Incorrect callbacks for WebAuthn ${a}`);
    if (!i)
      throw new Error(
        `No metadata callback found for WebAuthn ${a}. Please disable JavaScript in server node.`,
      );
    return r.setInputValue(await n(u)), t;
  } catch (t) {
    const { name: a, message: n } = t ?? {},
      i = 'conditional' === u.mediation && 'AbortError' === a;
    throw (
      ('string' != typeof a ||
        i ||
        r?.setInputValue(
          'NotSupportedError' === a
            ? WebAuthnOutcome.Unsupported
            : `${WebAuthnOutcome.Error}::${a}:${e(n)}`,
        ),
      t)
    );
  }
}
function r() {
  if (!WebAuthn.isSupported())
    throw A('NotSupportedError', 'PublicKeyCredential not supported by this browser');
}
function i(t, e, a) {
  return t.getCallbacksOfType(e).find(a);
}
const o = (t, e) => t?.getOutputByName(e, void 0),
  c = (t) => o(t, 'data') ?? {},
  u = (t) => e(o(t, 'message'));
function s(t, e, a) {
  if (!t.supportsJsonResponse || !('authenticatorAttachment' in e)) return a;
  const { authenticatorAttachment: n } = e;
  return JSON.stringify({ authenticatorAttachment: n, legacyData: a });
}
function l(t, e, a) {
  if (!t) throw A('UnknownError', `No credential generated from ${e}`);
  try {
    return a(t.response).join('::');
  } catch {
    throw d();
  }
}
const d = () => A('EncodingError', 'Transforming credential object to string failed'),
  b = (t) => new TextDecoder().decode(t),
  p = (t) => new Int8Array(t).toString();
function h(t) {
  const a = atob(e(t).replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(a, (t) => t.charCodeAt(0)).buffer;
}
function g(t) {
  if (Array.isArray(t))
    return t.map(({ id: t, ...e }) => ({
      type: 'public-key',
      ...e,
      id: 'string' == typeof t ? h(t) : Int8Array.from(t).buffer,
    }));
  if ('string' != typeof t) throw d();
  return Array.from(t.matchAll(/Int8Array\(\s*\[\s*([-\d][^\]]*)/g), ([, t = '']) => ({
    type: 'public-key',
    id: Int8Array.from(t.split(','), Number).buffer,
  }));
}
const y = ({ _relyingPartyId: t, relyingPartyId: e }) =>
    t ?? e?.replace(/^(?:rpI|i)d: "(.*)",$/, '$1'),
  m = (t) => ('object' == typeof t && t ? t : JSON.parse(t ?? '')),
  f = (t) => Object.fromEntries(Object.entries(t).filter(([, t]) => t && 0 !== t.length)),
  A = (t, e) => Object.assign(new Error(e), { name: t });
