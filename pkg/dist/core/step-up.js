let e = Promise.resolve();
export async function stepUp(n, i, a) {
  const c = await (async (e) => {
    const r = e.headers.get('www-authenticate') ?? '',
      [, n] = /\badvices="([^"]*)"/i.exec(r) ?? [];
    try {
      if (n && /\bSSOADVICE\b/i.test(r)) return t(JSON.parse(atob(n)));
      if (!/json/i.test(e.headers.get('content-type') ?? '')) return;
      const i = await e.clone().json(),
        [a] = Array.isArray(i) ? i : [i];
      return (
        t(a?.advices) ??
        t(
          ((e) => {
            const [, t = ''] = /=composite_advice&authIndexValue=([^&"\\]+)/.exec(e) ?? [],
              r = decodeURIComponent(t).matchAll(
                /<Attribute name="(\w+)"\s*\/>\s*<Value>([^<]+)<\/Value>/g,
              );
            return Object.fromEntries(Array.from(r, ([, e, t]) => [e, [t]]));
          })(JSON.stringify(i)),
        )
      );
    } catch {
      return;
    }
  })(i);
  if (!c) return;
  const { url: o, signal: s } = a,
    u = e.then(() => {
      s.throwIfAborted();
      const e = ((e) => {
        const t = Object.entries(e).map(([e, t]) => {
          const n = t.map((e) => `<Value>${r(e)}</Value>`).join('');
          return `<AttributeValuePair><Attribute name="${r(e)}"/>${n}</AttributeValuePair>`;
        });
        return `<Advices>${t.join('')}</Advices>`;
      })(c);
      return n({
        url: o,
        advices: c,
        query: { authIndexType: 'composite_advice', authIndexValue: e },
        signal: s,
      });
    });
  e = u.then(
    () => {},
    () => {},
  );
  const d = await u;
  if (!0 !== d && 'LoginSuccess' !== d?.type) return null;
  const [l] = c.TransactionConditionAdvice ?? [];
  return l
    ? (async (e, t) => {
        const r = new URL(e.url);
        r.search += `${r.search && '&'}_txid=${encodeURIComponent(t)}`;
        const {
            method: n,
            headers: i,
            mode: a,
            credentials: c,
            cache: o,
            referrer: s,
            referrerPolicy: u,
          } = e,
          { integrity: d, keepalive: l, signal: f } = e,
          y = {
            method: n,
            headers: i,
            mode: a,
            credentials: c,
            cache: o,
            referrer: s,
            referrerPolicy: u,
          },
          h = await e.arrayBuffer(),
          m = h.byteLength > 0 ? h : void 0;
        return new Request(r, { ...y, integrity: d, keepalive: l, signal: f, body: m });
      })(a, l)
    : a;
}
function t(e) {
  const t = Object.entries(e ?? {}).filter(
    ([, e]) => Array.isArray(e) && e[0] && e.every((e) => 'string' == typeof e),
  );
  return t.length > 0 ? Object.fromEntries(t) : void 0;
}
function r(e) {
  return e.replace(/[<>&"]/g, (e) => `&#${e.charCodeAt(0)};`);
}
