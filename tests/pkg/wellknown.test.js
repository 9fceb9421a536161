/** The helpers around the well-known URL: which URLs are some, and the documented client's errors. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { createWellknownError, isValidWellknownUrl } from '../../pkg/entry/wellknown.js';

const PATH = '/.well-known/openid-configuration';

for (const [url, valid] of [
  [`https://h/am/oauth2${PATH}`, true],
  [`https://h${PATH}?x=y`, true],
  [`http://localhost:9443${PATH}`, true],
  [`http://127.0.0.1${PATH}`, true],
  [`http://[::1]:8080${PATH}`, true],
  [`http://h${PATH}`, false],
  [`http://localhost.evil${PATH}`, false],
  [`https://h${PATH}/`, false],
  ['https://h/.well-known%2Fopenid-configuration', false],
  [`ftp://h${PATH}`, false],
  ['', false],
  [undefined, false],
]) {
  test(`${url} is ${valid ? '' : 'not '}valid`, () => {
    assert.equal(isValidWellknownUrl(url), valid);
  });
}

test('plain http is for this machine alone, by the rule of the core', async () => {
  const fixture = new URL('../fixtures/secure-urls.json', import.meta.url);
  for (const [url, secure] of Object.entries(JSON.parse(await readFile(fixture, 'utf8')))) {
    assert.equal(isValidWellknownUrl(new URL(url).origin + PATH), secure, url);
  }
});

const UNKNOWN = 'An unknown error occurred';

for (const [error, message] of [
  [undefined, 'No response received from well-known endpoint'],
  [null, 'No response received from well-known endpoint'],
  [new Error('mine'), 'mine'],
  [{ error: 'e' }, 'e'],
  [{ data: { message: 'm', error: 'e' } }, 'm'],
  [{ data: { error_description: 'd' } }, 'd'],
  [{ status: 404 }, 'HTTP error 404'],
  [{}, UNKNOWN],
  ['text', UNKNOWN],
  [7, UNKNOWN],
]) {
  test(`the error of ${JSON.stringify(error)}`, () => {
    const value = createWellknownError(error);
    assert.equal(value.message, message);
    assert.equal(value.error, 'Well-known configuration fetch failed');
    assert.equal(value.type, 'wellknown_error');
    assert.equal(value.status, 'unknown');
  });
}

test('an error value is returned as it is', () => {
  const value = { error: 'e', type: 'network_error', message: 'm' };
  assert.equal(createWellknownError(value), value);
});
