/** The words of the form, and what its modules do where there are no elements. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { PolicyKey } from 'journey-oidc';
import { de } from 'journey-oidc/form/de';
import { en } from '../../pkg/form/messages.js';
import { getTokens } from '../../pkg/form/tokens.js';
import { root } from '../../scripts/run.mjs';

const braces = (text) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort();

test('German has every message of English, with the same values', () => {
  assert.deepEqual(Object.keys(de).sort(), Object.keys(en).sort());
  for (const [name, text] of Object.entries(en)) {
    assert.equal(typeof de[name], typeof text, name);
    if (typeof text !== 'string') continue;
    assert.ok(de[name].length > 0, name);
    assert.deepEqual(braces(de[name]), braces(text), name);
  }
  assert.deepEqual(Object.keys(de.passkeyErrors), Object.keys(en.passkeyErrors));
});

test('German has a message for every policy, with its values', () => {
  assert.deepEqual(Object.keys(de.policies).sort(), Object.values(PolicyKey).sort());
  for (const [name, say] of Object.entries(de.policies)) {
    assert.match(say('Feld'), /^Feld /, name);
    assert.match(say('Feld', {}), /^Feld /, name);
  }
  assert.equal(
    de.policies.MIN_LENGTH('Passwort', { minLength: 8 }),
    'Passwort muss mindestens 8 Zeichen lang sein',
  );
  assert.match(de.policies.AT_LEAST_X_NUMBERS('', { numNums: 1 }), /eine Ziffer/);
  assert.match(de.policies.AT_LEAST_X_NUMBERS('', { numNums: 2 }), /2 Ziffern/);
  assert.match(de.policies.CANNOT_CONTAIN_OTHERS('', { disallowedFields: 'sn,x' }), /Nachname, x/);
});

test('prompts for codes that are used once', () => {
  for (const prompt of ['One Time Password', 'Enter verification code', 'OTP']) {
    assert.ok(en.oneTimeCode.test(prompt) && de.oneTimeCode.test(prompt), prompt);
  }
  assert.ok(de.oneTimeCode.test('Einmalpasswort'));
  for (const prompt of ['Password', 'Postal code', 'User Name']) {
    assert.ok(!en.oneTimeCode.test(prompt) && !de.oneTimeCode.test(prompt), prompt);
  }
});

test('in Node importing and defining do nothing', () => {
  const script = `
    const before = Object.keys(globalThis).join();
    await import('journey-oidc/form');
    const { define } = await import('journey-oidc/form/define');
    define();
    define('sign-in');
    if (Object.keys(globalThis).join() !== before) throw new Error('globals');`;
  execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root });
});

test('stored tokens that can’t be read are an error: a renewal may give another user’s', async () => {
  for (const [code, expected] of [
    ['not_signed_in', [undefined, { backgroundRenew: true }]],
    ['dpop_key_lost', [undefined, { backgroundRenew: true }]],
    ['jwks_unavailable', [undefined]],
  ]) {
    const asked = [];
    const get = async (options) => {
      asked.push(options);
      return options ? { accessToken: 'renewed' } : { error: 'No tokens found', code };
    };
    const got = await getTokens({ token: { get } });
    assert.deepEqual(asked, expected, code);
    assert.equal(got.code, expected.length > 1 ? undefined : code);
  }
});
