const t = 'journey-oidc',
  e = 'dpop-keys',
  n = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  r = new Map();
export async function key(t, e) {
  const n = r.get(t),
    i =
      n && !n.lasts
        ? n
        : await (async (t, e, n) => {
            if ('makeInPage' === e) return o(await a(), !1);
            try {
              const e = await s('readonly', (e) => e.get(t));
              if (e) return await o(e, !0);
            } catch {
              if (n) return { ...n, lasts: 'find' === e };
            }
            if ('find' === e) return;
            const r = 'keep' === e && n ? n.pair : await a();
            try {
              return await o(
                await (async (t, e) => {
                  let n = e;
                  return (
                    await s('readwrite', (r) => {
                      const a = r.get(t);
                      return (
                        (a.onsuccess = () => {
                          a.result
                            ? (n = a.result)
                            : ((t, e, n) => {
                                try {
                                  t.put(e, n);
                                } catch {
                                  t.transaction.abort();
                                }
                              })(r, e, t);
                        }),
                        a
                      );
                    }),
                    n
                  );
                })(t, r),
                !0,
              );
            } catch {
              return o(r, !1);
            }
          })(t, e, n);
  if (i) return r.set(t, i), JSON.stringify({ jwk: i.jwk, lasts: i.lasts });
}
export async function sign(t, [e, a]) {
  r.get(t)?.jwk.x !== e && (await key(t, 'find'));
  const o = r.get(t);
  if (o?.jwk.x === e) return crypto.subtle.sign(n, o.pair.privateKey, new TextEncoder().encode(a));
}
export async function forget(t) {
  r.delete(t), await s('readwrite', (e) => e.delete(t));
}
function a() {
  return crypto.subtle.generateKey(n, !1, ['sign', 'verify']);
}
async function o(t, e) {
  return { pair: t, jwk: await crypto.subtle.exportKey('jwk', t.publicKey), lasts: e };
}
async function s(n, r) {
  const a = await new Promise((n, r) => {
    const a = indexedDB.open(t, 1);
    (a.onupgradeneeded = () => a.result.createObjectStore(e)),
      (a.onsuccess = () => n(a.result)),
      (a.onerror = () => r(a.error));
  });
  try {
    return await new Promise((t, o) => {
      const s = a.transaction(e, n),
        i = r(s.objectStore(e));
      (s.oncomplete = () => t(i.result)), (s.onabort = () => o(s.error));
    });
  } finally {
    a.close();
  }
}
