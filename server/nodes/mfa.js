import { createHmac, randomBytes } from 'node:crypto';

/** One-time passwords by an app, push by an app, and recovery codes. */

const ISSUER = 'ForgeRock';
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** AM's script that draws the code of a URI. */
const drawScript = (uri) =>
  `window.QRCodeReader.createCode({\n  id: 'callback_0',\n  text: '${uri}',\n  version: '20',\n  code: 'L'\n});`;

/** A new secret, as the URI of a QR code, and AM's script for it. */
export function registerOtp({ username }) {
  const otpSecret = encodeBase32(randomBytes(20));
  const params = new URLSearchParams({
    period: 30,
    b: '032b75',
    digits: 6,
    secret: otpSecret,
    issuer: ISSUER,
  });
  const qrUri = `otpauth://totp/${ISSUER}:${encodeURIComponent(username)}?${params}`;
  return { outcome: 'true', otpSecret, qrUri, qrScript: drawScript(qrUri) };
}

/** Whether the one-time password is right, now or half a minute ago; then the device is kept. */
export function verifyOtp({ username, otp, otpSecret }, { realm }) {
  const step = Math.floor(Date.now() / 30_000);
  const isRight = [step, step - 1].some((one) => totp(otpSecret, one) === String(otp));
  if (isRight) realm.users.devices(username).push({ type: 'oath', secret: otpSecret });
  return String(isRight);
}

/** @see https://www.rfc-editor.org/rfc/rfc6238#section-4 */
export function totp(secret, step) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', decodeBase32(secret)).update(counter).digest();
  const value = mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff;
  return String(value % 1_000_000).padStart(6, '0');
}

function encodeBase32(bytes) {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return bits.replace(/.{5}/g, (five) => ALPHABET[Number.parseInt(five, 2)]);
}

function decodeBase32(text) {
  const bits = Array.from(text, (one) => ALPHABET.indexOf(one).toString(2).padStart(5, '0')).join(
    '',
  );
  return Buffer.from(bits.match(/.{8}/g).map((eight) => Number.parseInt(eight, 2)));
}

/** The URI of the QR code by which a push app registers, and AM's script for it. */
export function registerPush({ username }, { realm }) {
  const encode = (text) => Buffer.from(text).toString('base64url');
  const { origin } = new URL(realm.issuer);
  const params = new URLSearchParams({
    l: encode(realm.path),
    issuer: encode(ISSUER),
    m: `REGISTER:${randomBytes(8).toString('hex')}`,
    s: randomBytes(32).toString('base64url'),
    c: randomBytes(32).toString('base64url'),
    r: encode(`${origin}${realm.jsonPrefix}/push/sns/message?_action=register`),
    a: encode(`${origin}${realm.jsonPrefix}/push/sns/message?_action=authenticate`),
    b: '032b75',
  });
  const qrUri = `pushauth://push/${ISSUER.toLowerCase()}:${encodeURIComponent(username)}?${params}`;
  return { outcome: 'true', qrUri, qrScript: drawScript(qrUri) };
}

/** Ten recovery codes of the user, in AM's script that shows them. */
export function recoveryCodes({ username, deviceName = 'New Security Key' }, { realm }) {
  const codes = Array.from({ length: 10 }, () => randomBytes(5).toString('hex'));
  realm.users.devices(username).push({ type: 'recovery', codes });
  return { outcome: 'true', codesScript: codesScript(codes, deviceName) };
}

/** Takes one of the user's recovery codes, each only once. */
export function recover({ username, code }, { realm }) {
  const owner = realm.users.devices(username).find(({ codes }) => codes?.includes(code));
  if (owner) owner.codes = owner.codes.filter((one) => one !== code);
  return String(owner !== undefined);
}

function codesScript(codes, deviceName) {
  const line = (html) => `    "${html}\\n" +`;
  const shown = codes.flatMap((code) => [
    line('<div class=\\"text-center\\">'),
    line(code),
    line('</div>'),
  ]);
  return [
    'var newLocation = document.getElementById("wrapper");',
    'var oldHtml = newLocation.getElementsByTagName("fieldset")[0].innerHTML;',
    'newLocation.getElementsByTagName("fieldset")[0].innerHTML = "<div class=\\"panel\\">\\n" +',
    line('<h3>Your Recovery Codes</h3>'),
    line('<h4>You must make a copy of these recovery codes. They cannot be displayed again.</h4>'),
    ...shown,
    line(
      `<p>Use one of these codes to authenticate if you lose your device: <em>${deviceName}</em></p>`,
    ),
    '    "</div>" + oldHtml;',
    'document.body.appendChild(newLocation);',
  ].join('\n');
}
