import { asFailure as t } from './failure.js';
import { load as r } from './load.js';
export async function create(a, o, c, n = () => !1) {
  const e = () => r(a);
  try {
    return await (await e()).connect(e, o, c, n);
  } catch (r) {
    return t(r);
  }
}
