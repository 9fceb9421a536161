import { createResult as r } from '../callbacks/step.js';
import { textOf as e } from '../callbacks/values.js';
import { create as t } from './create.js';
import { takeEarly as n, askingEarly as o } from './early.js';
import { createEvents as s } from './events.js';
import { failure as a } from './failure.js';
export async function createJourney(r, e) {
  const t = await c(r, e);
  if ('error' in t) throw Object.assign(new Error(t.message), t);
  return t;
}
async function c(s, c) {
  const i =
    ((l = c?.config?.callbackFactory),
    (t) => {
      try {
        return r(t, l);
      } catch (r) {
        const t = 'callback_factory_failed';
        return { ...a(t, t, 'argument_error', `callbackFactory threw: ${e(r)}`), cause: r };
      }
    });
  var l;
  const u = () => ({ ...c, early: n, toResult: i });
  return o(c, () => t(s, 'createJourney', u));
}
export function createJourneyClient(r) {
  let e,
    t = Promise.resolve(void 0);
  const o = s();
  let n;
  const i = async (r) => {
    const e = await t;
    return e
      ? r(e)
      : a(
          'not_configured',
          'not_configured',
          'state_error',
          'Call journeyClient.configure({ config }) first.',
        );
  };
  return {
    async configure(s) {
      const a = t,
        i = c(r, s);
      t = i.then((r) => ('error' in r ? a : r));
      const l = await i,
        u = await t;
      return u !== e && (n?.(), (n = u?.subscribe(o.tell)), (e = u)), 'error' in l ? l : void 0;
    },
    start: (r) => i((e) => e.start(r)),
    next: (r, e) => i((t) => t.next(r, e)),
    redirect: (r, e) => i((t) => t.redirect(r, e)),
    resume: (r, e) => i((t) => t.resume(r, e)),
    poll: (r, e) => i((t) => t.poll(r, e)),
    terminate: (r) => i((e) => e.terminate(r)),
    getState: () => e?.getState(),
    subscribe: (r) => o.add(r),
    session: { get: () => e?.session.get(), info: (r) => i((e) => e.session.info(r)) },
  };
}
