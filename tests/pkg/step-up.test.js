/** Step-ups take turns; what ends one that the app's handler never ends. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stepUp } from '../../pkg/core/step-up.js';

const advice = (advices = { TransactionConditionAdvice: ['id'] }) =>
  Response.json([{ advices }], { status: 401 });
const request = (signal) => new Request('https://api.example/', { signal });
const never = () => new Promise(() => {});

test('a handler that never settles blocks later step-ups until its request is aborted', {
  timeout: 5_000,
}, async () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const calls = [];
  const handler = (name, result) => () => {
    calls.push(name);
    return result;
  };
  const stuck = stepUp(handler('stuck', never()), advice(), request(first.signal));
  const impatient = stepUp(handler('impatient', true), advice(), request(second.signal));
  const patient = stepUp(handler('patient', true), advice(), request());
  stuck.catch(() => {});
  impatient.catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(calls, ['stuck'], 'one at a time');

  second.abort(new Error('impatient'));
  await assert.rejects(impatient, /impatient/);
  assert.deepEqual(calls, ['stuck'], 'its turn has not come');

  first.abort(new Error('stuck'));
  await assert.rejects(stuck, /stuck/);
  assert.equal((await patient)?.url, 'https://api.example/?_txid=id');
  assert.deepEqual(calls, ['stuck', 'patient']);
});

test('a step-up leaves no listener at the signal of its request', async () => {
  const counts = { add: 0, remove: 0 };
  const { signal } = new AbortController();
  const aborted = request(signal);
  for (const name of /** @type {const} */ (['add', 'remove'])) {
    const method = `${name}EventListener`;
    const original = aborted.signal[method];
    Object.defineProperty(aborted.signal, method, {
      value(...args) {
        counts[name] += 1;
        return original.apply(this, args);
      },
    });
  }
  await stepUp(() => true, advice({ AuthLevelConditionAdvice: ['5'] }), aborted);
  await null;
  assert.ok(counts.add > 0);
  assert.equal(counts.add, counts.remove);
});
