/** What the package says, and does, where there is a window and no browser. */
import { createCallback, journey, journeyClient, oidc } from 'journey-oidc';
import { Device } from 'journey-oidc/device';
import { Policy } from 'journey-oidc/policy';
import { QRCode } from 'journey-oidc/qr-code';
import { RecoveryCodes } from 'journey-oidc/recovery-codes';
import { createStep } from 'journey-oidc/testing';
import * as url from 'journey-oidc/url';
import { WebAuthn } from 'journey-oidc/webauthn';
import { expect, test } from 'vitest';

const config = {
  serverConfig: { wellknown: 'https://am.example/am/oauth2/.well-known/openid-configuration' },
  clientId: 'app',
  redirectUri: 'https://app.example/callback.html',
  scope: 'openid',
};
const code = 'unsupported_environment';

test('there is a window', () => {
  expect(typeof window).toBe('object');
});

for (const [entry, sdk] of [
  ['journey-oidc', { journey, journeyClient, oidc }],
  ['journey-oidc/url', url],
]) {
  test(`${entry}: the factories give error values`, async () => {
    expect(await sdk.oidc({ config })).toMatchObject({ error: 'Unsupported environment', code });
    expect(await sdk.journeyClient.configure({ config })).toMatchObject({ code });
    const thrown = await sdk.journey({ config }).catch((error) => error);
    expect(thrown).toBeInstanceOf(Error);
    expect(thrown).toMatchObject({ code, message: expect.stringContaining('docs/testing.md') });
    expect(await sdk.journeyClient.start()).toMatchObject({ code: 'not_configured' });
  });
}

test('journey-oidc/url: init() too', async () => {
  expect(await url.init()).toMatchObject({ code });
});

test('what is synchronous works', async () => {
  const output = [{ name: 'prompt', value: 'User Name' }];
  expect(createCallback({ type: 'NameCallback', output }).getPrompt()).toBe('User Name');
  const step = createStep({ callbacks: [{ type: 'NameCallback', output }] });
  expect([QRCode.isQRCodeStep(step), RecoveryCodes.isDisplayStep(step)]).toEqual([false, false]);
  expect(WebAuthn.isSupported()).toBe(false);
  expect(await WebAuthn.isConditionalMediationSupported()).toBe(false);
  expect(Policy.parsePolicyRequirement('Name', 'REQUIRED')).toBe('Name is required');
  const profile = await new Device().getProfile({ location: true, metadata: true });
  expect(profile.identifier).toMatch(/^\d+-\d+-\d+$/);
});
