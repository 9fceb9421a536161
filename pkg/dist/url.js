import { asFailure as e } from './entry/failure.js';
import { createJourneyClient as r, createJourney as t } from './entry/journey.js';
import {
  notFound as a,
  wrongContent as i,
  load as n,
  compiled as o,
  found as s,
} from './entry/load.js';
import { createOidc as c } from './entry/oidc.js';
export { callbackType } from './callbacks/callbacks.js';
export * from './types.js';
export const oidc = (e) => c(m, e);
export const journey = (e) => t(m, e);
export const journeyClient = /* @__PURE__ */ r(m);
let f;
export async function init(t) {
  f = t ?? f;
  try {
    await n(m);
  } catch (t) {
    return e(t);
  }
}
async function m() {
  const e = f ?? new URL('../wasm/core.wasm', import.meta.url),
    t = 'string' == typeof e || 'href' in e,
    r = await s(Promise.resolve(t ? fetch(e) : e));
  if ('number' != typeof r.status) return y(r) ? r : u(r, 'what init() was given');
  const { status: n, url: i } = r;
  if (n < 200 || n > 299) throw a(`${i} has the HTTP status ${n}.`);
  if ('application/wasm' === r.headers?.get('content-type')?.toLowerCase())
    try {
      return await WebAssembly.compileStreaming(r);
    } catch (e) {
      if (r.bodyUsed) return o(() => Promise.reject(e), l(i));
    }
  return u(await s(r.arrayBuffer()), i);
}
const y = (e) => '[object WebAssembly.Module]' === Object.prototype.toString.call(e);
function u(e, t) {
  const r = ArrayBuffer.isView(e)
    ? new Uint8Array(e.buffer, e.byteOffset, e.byteLength)
    : new Uint8Array(e);
  if (new TextDecoder().decode(r.subarray(0, 32)).trimStart().startsWith('<'))
    throw i(`your server answered HTML for the .wasm (${t}).`);
  return o(() => WebAssembly.compile(e), l(t));
}
function l(e) {
  return (t) =>
    'CompileError' === t?.name ? i(`${e} is none, or is broken off: ${t.message}`) : a(t?.message);
}
