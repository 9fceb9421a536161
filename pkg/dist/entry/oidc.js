import { create as e } from './create.js';
import { takeEarly as o, askingEarly as t } from './early.js';
import { createEvents as r } from './events.js';
import { asFailure as n } from './failure.js';
export async function createOidc(n, a) {
  const u = r(),
    s = () => ({ ...a, early: o, heard: u.tell }),
    h = () => !u.isEmpty() || Boolean(a.config.autoRenew),
    p = a?.config?.clientId && a.config.redirectUri ? a : void 0,
    f = await t(p, () => e(n, 'createOidc', s, h));
  return 'error' in f
    ? f
    : {
        subscribe(e) {
          const t = u.add(e);
          return (
            f.watch(!0),
            () => {
              t(), f.watch(!u.isEmpty());
            }
          );
        },
        authorize: {
          url: (e) => f.authorizeUrl(e),
          background: (e) => f.authorizeBackground(e),
          redirect: (e) => f.authorizeRedirect(i(e)),
          popup: (e) =>
            c(() => {
              const t = i(e),
                o = (({ width: e = 480, height: t = 640 }) => {
                  const o = window.screenX + Math.max(0, (window.outerWidth - e) / 2),
                    r = window.screenY + Math.max(0, (window.outerHeight - t) / 2),
                    n = window.open('', '', `popup,width=${e},height=${t},left=${o},top=${r}`);
                  n && (n.opener = null);
                  return n;
                })(t ?? {});
              return f.authorizePopup(o, t).finally(() => o?.close());
            }),
          callback: Object.assign((e, t) => c(() => f.callback(String(e ?? location.href), t)), {
            matches: (e) => !0 === f.matches(String(e ?? location.href)),
          }),
        },
        token: {
          exchange: (e, t, o) => f.exchange(e, t, o),
          get: (e) => f.get(e),
          revoke: (e) => f.revoke(e),
          proof: (e) => f.proof(e),
        },
        user: {
          info: (e) => f.userInfo(e),
          claims: (e) => f.userClaims(e),
          session: (e) => f.userSession(e),
          logout: (e) => f.logout(i(e)),
        },
        fetch: (e, t) =>
          f.fetch(
            e,
            t,
            ((e) => {
              const t = async (t, o) => (await import('../core/step-up.js')).stepUp(e, t, o);
              return e && t;
            })(a.onAdvice),
          ),
      };
}
function i(e) {
  return 'function' == typeof e?.preventDefault || e?.nativeEvent ? void 0 : e;
}
async function c(e) {
  try {
    return await e();
  } catch (e) {
    return n(e);
  }
}
