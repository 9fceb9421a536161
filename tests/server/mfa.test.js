/** QR codes, one-time passwords and recovery codes: the server's steps, read by our own helpers. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createCallback } from '../../pkg/callbacks/callbacks.js';
import { QRCode } from '../../pkg/qr-code.js';
import { RecoveryCodes } from '../../pkg/recovery-codes.js';
import { totp } from '../../server/nodes/mfa.js';
import { Browser, outputs, start } from './client.js';

const server = await start(after);

/** A step as the helpers take it. */
function read(body) {
  const all = body.callbacks.map(createCallback);
  return { getCallbacksOfType: (type) => all.filter((one) => one.getType() === type) };
}

/** The vectors of RFC 6238, appendix B, in six digits. */
test('one-time passwords are those of the standard', () => {
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  for (const [seconds, expected] of [
    [59, '287082'],
    [1111111109, '081804'],
    [20000000000, '353130'],
  ]) {
    assert.equal(totp(secret, Math.floor(seconds / 30)), expected);
  }
});

test('the QR code of a one-time password registers a device', async () => {
  const browser = new Browser(server);
  const { body: scan } = await browser.startJourney('OtpQr');
  assert.equal(QRCode.isQRCodeStep(read(scan)), true);
  const { use, uri, message } = QRCode.getQRCodeData(read(scan));
  assert.equal(use, 'otp');
  assert.match(message, /^Scan the QR code/);
  assert.ok(outputs(scan)[1].message.includes(uri));
  assert.equal(scan.callbacks[2].input[0].value, 'mfaDeviceRegistration');
  const secret = new URL(uri).searchParams.get('secret');
  assert.match(secret, /^[A-Z2-7]{32}$/);

  const { body: ask } = await browser.next(scan);
  const otp = totp(secret, Math.floor(Date.now() / 30_000));
  const wrong = String((Number(otp) + 1) % 1_000_000).padStart(6, '0');
  const { body: again } = await browser.next(ask, { IDToken1: wrong });
  assert.equal(again.callbacks[0].type, 'NameCallback');
  assert.ok((await browser.next(again, { IDToken1: otp })).body.tokenId);
});

test("the QR code of AM's module is in a script alone", async () => {
  const browser = new Browser(server);
  const { body: scan } = await browser.startJourney('OtpQrModule');
  assert.deepEqual(
    scan.callbacks.map(({ type }) => type),
    ['TextOutputCallback', 'TextOutputCallback', 'ConfirmationCallback'],
  );
  const { message, messageType } = outputs(scan)[1];
  assert.equal(messageType, '4');
  const [, uri] = /text: '(otpauth:[^']*)'/.exec(message);
  const secret = new URL(uri).searchParams.get('secret');
  const { body: ask } = await browser.next(scan);
  const otp = totp(secret, Math.floor(Date.now() / 30_000));
  assert.ok((await browser.next(ask, { IDToken1: otp })).body.tokenId);
});

test('the QR code of push is shown while the page polls', async () => {
  const browser = new Browser(server);
  const uris = new Set();
  let { body } = await browser.startJourney('PushQr');
  for (let i = 0; i < 3; i += 1) {
    const { use, uri } = QRCode.getQRCodeData(read(body));
    assert.equal(use, 'push');
    assert.match(uri, /^pushauth:\/\/push\/forgerock:demo\?/);
    assert.equal(body.callbacks[3].type, 'PollingWaitCallback');
    uris.add(uri);
    ({ body } = await browser.next(body));
  }
  assert.equal(uris.size, 1);
  assert.ok(body.tokenId);
});

test('recovery codes are shown, and each signs in once', async () => {
  const browser = new Browser(server);
  const { body: show } = await browser.startJourney('RecoveryCodes');
  assert.equal(RecoveryCodes.isDisplayStep(read(show)), true);
  const codes = RecoveryCodes.getCodes(read(show));
  assert.equal(new Set(codes).size, 10);
  assert.equal(RecoveryCodes.getDeviceName(read(show)), 'New Security Key');
  const { body: ask } = await browser.next(show);
  assert.ok((await browser.next(ask, { IDToken1: codes[3] })).body.tokenId);

  const wrong = await new Browser(server).walk('RecoveryCodes', {}, { IDToken1: codes[3] });
  assert.equal(wrong.status, 401);
});
