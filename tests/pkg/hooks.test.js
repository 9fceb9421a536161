/** What the core calls around its requests: `pkg/page/hooks.js`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHooks } from '../../pkg/page/hooks.js';

/** What middleware leaves of a request. */
const prepared = (change, more = { body: '{}' }) =>
  createHooks({
    requestMiddleware: [(req, _, next) => next(Object.assign(req, change))],
  }).prepare({ url: 'https://am.example/json', method: 'POST', headers: {}, ...more }, 'REVOKE');

/** As of another realm, where `instanceof` says no. */
class OtherParams {
  get [Symbol.toStringTag]() {
    return 'URLSearchParams';
  }
  toString() {
    return 'a=b';
  }
}

for (const [what, body] of [
  ["this realm's", new URLSearchParams('a=b')],
  ["another realm's", new OtherParams()],
]) {
  test(`a body that is ${what} URLSearchParams is a form`, async () => {
    const { form, body: text } = await prepared({ body });
    assert.deepEqual([form, text], ['a=b', undefined]);
  });
}

test('a body that is a text is none, unless the request was one', async () => {
  const { form, body } = await prepared({ body: 'a=b' });
  assert.deepEqual([form, body], [undefined, 'a=b']);
  assert.equal((await prepared({ body: 'c=d' }, { form: 'a=b' })).form, 'c=d');
});
