/** `QRCode`: the contract's section 5.3. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QRCode } from '../../pkg/qr-code.js';
import { step } from './steps.js';

const OTP = 'otpauth://totp/Forge:demo?secret=ABC&issuer=Forge';
const PUSH = 'pushauth://push/forgerock:demo?a=aHR0cHM&s=secret';
const MFA = 'mfauth://totp/Forgerock:demo?a=aHR0cHM&pushURI=pushauth%3A%2F%2F';

const text = (message, messageType = '0') => ['TextOutputCallback', { message, messageType }];
const hidden = (value, id = 'mfaDeviceRegistration') => ['HiddenValueCallback', { value, id }];
const unrelated = ['HiddenValueCallback', { id: 'other' }];

for (const [what, callbacks, is, data] of [
  ['otp', [text('Scan'), hidden(OTP)], true, ['Scan', 'otp', OTP]],
  ['push', [text('Scan'), hidden(PUSH)], true, ['Scan', 'push', PUSH]],
  ['both', [text('Scan'), hidden(MFA)], true, ['Scan', 'push', MFA]],
  [
    'both, with the plain URI of one',
    [hidden(`mfauth://mfa?u=${OTP}`)],
    true,
    ['', 'push', `mfauth://mfa?u=${OTP}`],
  ],
  ['a URI within a text', [hidden(`go: ${OTP}`)], true, ['', 'otp', `go: ${OTP}`]],
  ['no message', [hidden(OTP)], true, ['', 'otp', OTP]],
  ['a script first', [text('run()', '4'), text('Scan'), hidden(OTP)], true, ['Scan', 'otp', OTP]],
  ['a script only', [text('run()', '4'), hidden(OTP)], true, ['', 'otp', OTP]],
  ['an unrelated callback first', [unrelated, hidden(PUSH)], true, ['', 'push', PUSH]],
  ['several', [hidden('x'), hidden(PUSH), hidden(OTP)], true, ['', 'push', PUSH]],
  ['an unrelated callback only', [text('Hi'), unrelated], false, ['Hi', 'push', '']],
  ['another URI', [hidden('https://example.com')], false, ['', 'push', '']],
  ['a value that is no text', [hidden([OTP]), hidden(null)], false, ['', 'push', '']],
]) {
  test(what, () => {
    const [message, use, uri] = data;
    assert.equal(QRCode.isQRCodeStep(step(...callbacks)), is);
    assert.deepEqual(QRCode.getQRCodeData(step(...callbacks)), { message, use, uri });
  });
}

test('a step without any hidden value', () => {
  const other = step(text(OTP), ['NameCallback', { value: OTP }]);
  assert.equal(QRCode.isQRCodeStep(other), false);
  assert.throws(() => QRCode.getQRCodeData(other), {
    name: 'Error',
    message: 'QR Code step must contain a HiddenValueCallback. Use `QRCode.isQRCodeStep` to guard.',
  });
});
