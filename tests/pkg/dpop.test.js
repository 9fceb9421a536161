/** The DPoP keys of a page whose browser has no IndexedDB, as Node has none. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forget, key, sign } from '../../pkg/page/dpop.js';

const x = (found) => JSON.parse(found).jwk.x;

test('an action that is unknown makes no key', async () => {
  assert.equal(await key('unknown', 'other'), undefined);
  assert.equal(await key('unknown', 'find'), undefined);
});

test('a key that is taken signs under its other name, until it is forgotten', async () => {
  const made = await key('name', 'make');
  assert.equal(await key('name', 'make'), made);
  const coordinate = x(await key('name', 'take'));
  assert.equal(coordinate, x(made));
  assert.equal(await sign('name', coordinate, 'text'), undefined);
  assert.notEqual(x(await key('name', 'make')), coordinate, 'a new sign-in has a new key');
  const taken = `name|${coordinate}`;
  assert.equal((await sign(taken, coordinate, 'text')).length, 64);
  await forget(taken);
  assert.equal(await sign(taken, coordinate, 'text'), undefined);
  assert.equal(await key('none', 'take'), undefined);
});
