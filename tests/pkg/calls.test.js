/** Which callers of the journey client share a call, and what its listeners hear: `pkg/core/calls.js`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aborted } from '../../pkg/core/abort.js';
import { createCalls } from '../../pkg/core/calls.js';

/** Calls, with what their listeners have heard, and calls that are ended by hand. */
function stage(soon = (/** @type {() => void} */ run) => run()) {
  const heard = [];
  const begun = [];
  const { share, keep, drop } = createCalls((result) => soon(() => heard.push(result)));
  const begin = () =>
    new Promise((resolve, reject) => {
      begun.push({ resolve, reject });
    });
  return { heard, begun, keep, drop, share: (key, signal) => share(key, signal, begin) };
}

const RESULT = { type: 'Step' };

test('callers that ask for the same share one promise, and listeners hear once', async () => {
  const { heard, begun, share } = stage();
  const [one, same, other] = [share('a'), share('a'), share('b')];
  assert.equal(one, same);
  assert.equal(begun.length, 2);
  begun[0].resolve(RESULT);
  assert.equal(await one, RESULT);
  assert.deepEqual(heard, [RESULT]);
  begun[1].reject(new Error('b'));
  await assert.rejects(other, /b/);
  assert.deepEqual(heard, [RESULT]);
  share('a');
  assert.equal(begun.length, 3, 'a call that has ended is not shared');
});

test('listeners, who hear in a microtask, hear before the callers go on', async () => {
  const { heard, begun, share } = stage(queueMicrotask);
  const seen = share('a').then(() => heard.length);
  begun[0].resolve(RESULT);
  assert.equal(await seen, 1);
});

test('a signal ends the wait of its caller alone', async () => {
  const { heard, begun, share } = stage();
  const controller = new AbortController();
  const [given, rest] = [share('a', controller.signal), share('a')];
  controller.abort();
  assert.deepEqual(await given, aborted());
  begun[0].resolve(RESULT);
  assert.equal(await rest, RESULT);
  assert.deepEqual(heard, [RESULT]);
});

test('listeners do not hear the result that every caller has given up', async () => {
  const { heard, begun, share } = stage();
  const controller = new AbortController();
  const given = share('a', controller.signal);
  controller.abort();
  begun[0].resolve(RESULT);
  assert.equal((await given).code, 'aborted');
  await new Promise(setImmediate);
  assert.deepEqual(heard, []);
});

test('a signal that is aborted already begins nothing', async () => {
  const { begun, share } = stage();
  assert.equal((await share('a', AbortSignal.abort())).code, 'aborted');
  assert.equal(begun.length, 0);
});

test('the result of the key that is kept is given again, until another is kept', async () => {
  const { begun, keep, share } = stage();
  keep('url');
  const first = share('url');
  begun[0].resolve(RESULT);
  await first;
  keep('url');
  assert.equal(await share('url'), RESULT);
  assert.equal(begun.length, 1);
  keep();
  share('url');
  assert.equal(begun.length, 2);
});

test('an error is not kept', async () => {
  const { begun, keep, share } = stage();
  keep('url');
  const first = share('url');
  begun[0].resolve({ error: 'network_failed' });
  await first;
  share('url');
  assert.equal(begun.length, 2);
});

test('after drop() no pending call is shared, nor heard of, also one that is kept no longer', async () => {
  const { heard, begun, keep, drop, share } = stage();
  keep('url');
  const [resumed, next] = [share('url'), share('next')];
  keep();
  drop();
  share('next');
  assert.equal(begun.length, 3);
  begun[0].resolve(RESULT);
  begun[1].resolve(RESULT);
  await Promise.all([resumed, next]);
  assert.deepEqual(heard, []);
  begun[2].resolve(RESULT);
  await new Promise(setImmediate);
  assert.deepEqual(heard, [RESULT]);
});
