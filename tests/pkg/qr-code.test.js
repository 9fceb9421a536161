/** `QRCode`: the steps that show one, in both of AM's forms. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QRCode } from '../../pkg/qr-code.js';
import { step } from './steps.js';

const OTP = 'otpauth://totp/Forge:demo?secret=ABC&issuer=Forge';
const PUSH = 'pushauth://push/forgerock:demo?a=aHR0cHM&s=secret';
const MFA = 'mfauth://totp/Forgerock:demo?a=aHR0cHM&pushURI=pushauth%3A%2F%2F';

const text = (message, messageType = '0') => ['TextOutputCallback', { message, messageType }];
const hidden = (value, id = 'mfaDeviceRegistration') => ['HiddenValueCallback', { value, id }];
/** The script of AM's older modules, as OpenAM 16 sends it. */
const script = (text) => [
  'TextOutputCallback',
  {
    message: `require(['org/forgerock/openam/server/util/QRCodeReader'], function (QRCodeReader) {
    QRCodeReader.createCode({
        id: 'callback_1',
        text: ${text},
        version: '20',
        code: 'L'
    });
});`,
    messageType: '4',
  },
];
const PADDED =
  'otpauth://totp/Journeys:bob?secret=3KTZR4EQDALNVXVUB5E25DEYHY======&issuer=Journeys&digits=6&period=30';
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
  [
    "the older module's script",
    [
      text('Scan the image'),
      script(`'${PADDED}'`),
      ['ConfirmationCallback', { options: ['Log in'] }],
    ],
    true,
    ['Scan the image', 'otp', PADDED],
  ],
  ['a script in double quotes', [script(`"${PUSH}"`)], true, ['', 'push', PUSH]],
  [
    'a script with escapes',
    [script("'otpauth:\\/\\/totp\\/Forge\\x3Ademo?secret=AB\\u0026issuer=O\\'Neil'")],
    true,
    ['', 'otp', "otpauth://totp/Forge:demo?secret=AB&issuer=O'Neil"],
  ],
  ['a script and the hidden callback', [script(`'${PUSH}'`), hidden(OTP)], true, ['', 'otp', OTP]],
  ['a script beside an unrelated one', [unrelated, script(`'${OTP}'`)], true, ['', 'otp', OTP]],
  [
    'a script that speaks of a URI elsewhere',
    [text(`// ${OTP}\nrun({ text: 'Hello' })`, '4'), unrelated],
    false,
    ['', 'push', ''],
  ],
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
