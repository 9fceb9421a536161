import { isValidWellknownUrl as e } from './wellknown.js';
const n = [void 0, 'localStorage', 'sessionStorage', 'memory'],
  t = 'pic-document-',
  o = new Map();
let r = !1;
export async function askingEarly(s, a) {
  const c = r
      ? () => {}
      : ((r) => {
          const s = r?.config?.serverConfig?.wellknown;
          if (
            !(() => {
              const { isSecureContext: e, window: n } = globalThis;
              return n && e && 'journey-oidc-frame' !== n.name;
            })() ||
            !n.includes(r?.storage?.type) ||
            !e(s)
          )
            return () => {};
          const { href: a } = new URL(s);
          if (
            o.has(a) ||
            ((e) => {
              try {
                return null !== sessionStorage.getItem(`${t}${e}`);
              } catch {
                return !1;
              }
            })(a)
          )
            return () => {};
          const c = ((e) => {
            const n = new AbortController(),
              t = async () =>
                fetch(
                  new Request(e, {
                    headers: { Accept: 'application/json' },
                    credentials: 'omit',
                    signal: n.signal,
                  }),
                ),
              o = t();
            return o.catch(() => {}), { response: o, abort: n };
          })(a);
          return (
            o.set(a, c),
            () => {
              o.get(a) === c && (o.delete(a), c.abort.abort());
            }
          );
        })(s),
    i = await a();
  return (r ||= !('error' in i)), c(), i;
}
export function takeEarly({ url: e, signal: n }) {
  const t = o.get(e);
  if (t) return o.delete(e), (n.onabort = () => t.abort.abort()), t.response;
}
