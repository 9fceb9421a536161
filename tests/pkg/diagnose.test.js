/** `diagnose()` without a browser, and that its documentation has every check. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { diagnose } from 'journey-oidc/diagnose';
import { remediesFor } from '../../pkg/diagnose/remedies.js';

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const namesIn = (text, pattern) => [...text.matchAll(pattern)].map(([, name]) => name).sort();

test('on a server: one finding, which says so', async () => {
  const report = await diagnose({ config: {} });
  assert.deepEqual(
    report.map(({ check, result }) => [check, result]),
    [['browser', 'problem']],
  );
  assert.match(report[0].found, /no browser/);
});

test('the types, the order and the page have the same checks', () => {
  const [declared] = /type Check =[^;]+/.exec(read('pkg/diagnose.d.ts'));
  const checks = namesIn(declared, /'([\w-]+)'/g);
  const [order] = /(?<=const ORDER = )[^\]]+/.exec(read('pkg/diagnose/report.js'));
  assert.deepEqual(namesIn(order, /'([\w-]+)'/g), checks);
  assert.deepEqual(namesIn(read('docs/diagnose.md'), /^### (\S+)$/gm), checks);
});

/** Issuers and token endpoints, as their providers document them, and the name that remedies have. */
const PROVIDERS = [
  ['https://am.example/am/oauth2/alpha', 'https://am.example/am/oauth2/alpha/access_token', 'AM'],
  ['https://sso.example/realms/one', 'https://sso.example/elsewhere', 'Keycloak'],
  ['https://login.microsoftonline.com/one/v2.0', '', 'Entra ID'],
  ['https://one.auth0.com/', 'https://one.auth0.com/oauth/token', 'Auth0'],
  ['https://one.okta.com/oauth2/default', 'https://one.okta.com/oauth2/default/v1/token', 'Okta'],
  ['https://auth.pingone.eu/one/as', 'https://auth.pingone.eu/one/as/token', 'PingOne'],
  ['https://accounts.google.com', 'https://oauth2.googleapis.com/token', 'Google'],
  [
    'https://cognito-idp.eu-west-1.amazonaws.com/pool',
    'https://one.auth.eu-west-1.amazoncognito.com/oauth2/token',
  ],
  ['https://hydra.example/', 'https://hydra.example/oauth2/token'],
  ['https://spring.example', 'https://spring.example/oauth2/token'],
  ['https://wso2.example/oauth2/token', 'https://wso2.example/oauth2/token'],
  ['https://fusionauth.example', 'https://fusionauth.example/oauth2/token'],
  ['https://idcs.example', 'https://idcs.example/oauth2/v1/token'],
];

test('a setting is called by the name of its provider, or by none', () => {
  for (const [issuer, token_endpoint, name] of PROVIDERS) {
    const [text] = remediesFor({ issuer, token_endpoint }).redirect('https://app.example');
    assert.equal(/ In (.+?): /.exec(text)?.[1], name, issuer);
  }
});
