/** `diagnose()` at a real AM, with a good configuration. */
import assert from 'node:assert/strict';
import { openApp, run, storage } from '../../e2e/support.js';
import { test } from '../support/test.js';
import { appConfig, server, signedIn, useOpenAm } from './support.js';

useOpenAm();

const diagnose = (page, input) =>
  run(page, async (_, input) => (await import('/pkg/diagnose.js')).diagnose(input), {
    config: appConfig(),
    ...input,
  });

const resultsOf = (report) => Object.fromEntries(report.map((one) => [one.check, one.result]));
const problems = (report) => report.filter(({ result }) => result === 'problem');

test('a good configuration: no problem, signed in or not', async (t) => {
  const page = await openApp(t);
  const report = await diagnose(page, { journey: 'ldapService' });
  assert.deepEqual(problems(report), []);
  const results = resultsOf(report);
  for (const check of ['am-realm', 'am-cors', 'am-journey', 'am-sessions', 'authorization']) {
    assert.equal(results[check], 'ok', JSON.stringify(report, null, 1));
  }
  assert.deepEqual(await storage(page), {});
  const signed = await signedIn(t);
  const before = await storage(signed.page);
  const after = await diagnose(signed.page);
  assert.deepEqual(problems(after), []);
  assert.equal(resultsOf(after).cookies, 'ok');
  assert.deepEqual(await storage(signed.page), before);
  assert.equal(await server.am.isAlive(signed.session), true, 'the session lives');
});

test('a journey that is not there', async (t) => {
  const report = await diagnose(await openApp(t), { journey: 'nothing' });
  assert.deepEqual(
    problems(report).map(({ check }) => check),
    ['am-journey'],
  );
});
