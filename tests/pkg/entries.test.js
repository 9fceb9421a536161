/** What the package's entries have at run time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as main from 'journey-oidc';
import * as types from 'journey-oidc/types';

test('./types has what the main entry has, but the clients and callbackType', () => {
  const { journey, journeyClient, oidc, callbackType, ...expected } = main;
  assert.deepEqual({ ...types }, expected);
  assert.ok(journey && journeyClient && oidc && callbackType);
});

for (const [name, expected] of [
  ['device', ['Device']],
  ['diagnose', ['diagnose']],
  ['form', []],
  ['form/de', ['de']],
  ['form/define', ['define']],
  ['policy', ['Policy']],
  ['qr-code', ['QRCode']],
  [
    'react',
    [
      'JourneyForm',
      'Protected',
      'SignInProvider',
      'useFetch',
      'useJourney',
      'useSignIn',
      'useToken',
    ],
  ],
  ['recovery-codes', ['RecoveryCodes']],
  ['state', ['createJourney', 'createSignIn']],
  ['testing', ['createLoginFailure', 'createLoginSuccess', 'createStep']],
  [
    'vue',
    ['JourneyForm', 'Protected', 'signInPlugin', 'useFetch', 'useJourney', 'useSignIn', 'useToken'],
  ],
  ['webauthn', ['WebAuthn', 'WebAuthnOutcome', 'WebAuthnStepType']],
]) {
  test(`./${name} has ${expected}`, async () => {
    assert.deepEqual(Object.keys(await import(`journey-oidc/${name}`)).sort(), expected);
  });
}
