import { create as e } from './create.js';
import { takeEarly as r, askingEarly as t } from './early.js';
import { createEvents as o } from './events.js';
import { asFailure as n } from './failure.js';
export async function createOidc(n, a) {
  const u = o(),
    s = () => ({ ...a, early: r, heard: u.tell }),
    h = () => !u.isEmpty() || Boolean(a.config.autoRenew),
    l = a?.config?.clientId && a.config.redirectUri ? a : void 0,
    p = await t(l, () => e(n, 'createOidc', s, h));
  return 'error' in p
    ? p
    : {
        subscribe(e) {
          const t = u.add(e);
          return (
            p.watch(!0),
            () => {
              t(), p.watch(!u.isEmpty());
            }
          );
        },
        authorize: {
          url: (e) => p.authorizeUrl(e),
          background: (e) => p.authorizeBackground(e),
          redirect: (e) => p.authorizeRedirect(i(e)),
          popup: (e) =>
            c(() => {
              const t = i(e),
                r = (({ width: e = 480, height: t = 640 }) => {
                  const r = window.screenX + Math.max(0, (window.outerWidth - e) / 2),
                    o = window.screenY + Math.max(0, (window.outerHeight - t) / 2),
                    n = window.open('', '', `popup,width=${e},height=${t},left=${r},top=${o}`);
                  n && (n.opener = null);
                  return n;
                })(t ?? {});
              return p.authorizePopup(r, t).finally(() => r?.close());
            }),
          callback: Object.assign((e, t) => c(() => p.callback(String(e ?? location.href), t)), {
            matches: (e) => !0 === p.matches(String(e ?? location.href)),
          }),
        },
        token: {
          exchange: (e, t, r) => p.exchange(e, t, r),
          get: (e) => p.get(e),
          revoke: (e) => p.revoke(e),
        },
        user: {
          info: (e) => p.userInfo(e),
          claims: (e) => p.userClaims(e),
          session: (e) => p.userSession(e),
          logout: (e) => p.logout(i(e)),
        },
        fetch: (e, t) =>
          p.fetch(
            e,
            t,
            ((e) => {
              const t = async (t, r) => (await import('../core/step-up.js')).stepUp(e, t, r);
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
