import { randomBytes } from 'node:crypto';
import { originOf } from './app.js';

/** WebAuthn: AM's data for the browser, of old as JavaScript and since as JSON, and the outcomes. */

const TIMEOUT = '60000';

const numbers = (id) => [...new Int8Array(Buffer.from(id, 'base64url'))];
const asJson = (devices) => devices.map(({ id }) => ({ type: 'public-key', id: numbers(id) }));
const asScript = (devices) =>
  devices
    .map(({ id }) => `{ "type": "public-key", "id": new Int8Array([${numbers(id)}]).buffer }`)
    .join(', ');

const devicesOf = ({ users }, username) =>
  users.devices(username).filter(({ type }) => type === 'webauthn');

/**
 * What registers a device, kept as `webauthn`. By `params`: `attestation`, `userVerification`,
 * `residentKey`, as in WebAuthn.
 */
export function startRegistration({ username }, context) {
  const {
    attestation = 'none',
    userVerification = 'preferred',
    residentKey,
  } = context.params ?? {};
  const challenge = randomBytes(32);
  const devices = devicesOf(context.realm, username);
  const rpId = new URL(originOf(context)).hostname;
  const selection = {
    userVerification,
    ...(residentKey && { residentKey, requireResidentKey: residentKey === 'required' }),
  };
  const webauthn = {
    _action: 'webauthn_registration',
    challenge: challenge.toString('base64'),
    attestationPreference: attestation,
    userName: username,
    userId: Buffer.from(username).toString('base64'),
    relyingPartyName: 'Development Server',
    authenticatorSelection: JSON.stringify(selection),
    _authenticatorSelection: selection,
    pubKeyCredParams: '{ "type": "public-key", "alg": -7 }, { "type": "public-key", "alg": -257 }',
    _pubKeyCredParams: [-7, -257].map((alg) => ({ type: 'public-key', alg })),
    timeout: TIMEOUT,
    excludeCredentials: asScript(devices),
    _excludeCredentials: asJson(devices),
    displayName: username,
    relyingPartyId: `id: "${rpId}",`,
    _relyingPartyId: rpId,
    extensions: {},
    _type: 'WebAuthn',
    supportsJsonResponse: true,
  };
  return { outcome: 'true', webauthn };
}

/** What signs in with a device, kept as `webauthn`: one of the user's, or without a user any. */
export function startAuthentication({ username }, context) {
  const { userVerification = 'preferred', mediation } = context.params ?? {};
  const devices = devicesOf(context.realm, username);
  if (username !== undefined && devices.length === 0) return 'none';
  const rpId = new URL(originOf(context)).hostname;
  const webauthn = {
    _action: 'webauthn_authentication',
    challenge: randomBytes(32).toString('base64'),
    allowCredentials: devices.length ? `allowCredentials: [${asScript(devices)}]` : '',
    _allowCredentials: asJson(devices),
    timeout: TIMEOUT,
    userVerification,
    relyingPartyId: `rpId: "${rpId}",`,
    _relyingPartyId: rpId,
    extensions: {},
    _type: 'WebAuthn',
    supportsJsonResponse: true,
    ...(mediation && { mediation }),
  };
  return { outcome: 'true', webauthn };
}

/** `success` with the device kept; `error`, `unsupported` from the client; else `failed`. */
export async function finishRegistration({ username, webauthn, webauthnOutcome }, context) {
  const { refusal, parts, number } = parseOutcome(webauthnOutcome);
  if (refusal) return refusal;
  const { verifyRegistrationResponse } = await import('@simplewebauthn/server');
  const [clientData, attestation, id, deviceName = 'New Security Key'] = parts;
  const answer = { clientDataJSON: encode(clientData), attestationObject: number(attestation) };
  const info = await verified(
    verifyRegistrationResponse({
      ...expectations(webauthn, context),
      requireUserVerification: webauthn._authenticatorSelection.userVerification === 'required',
      response: credential(id, answer),
    }),
  );
  if (info?.registrationInfo.credential.id !== id) return 'failed';
  const { publicKey, counter } = info.registrationInfo.credential;
  context.realm.users
    .devices(username)
    .push({ type: 'webauthn', id, publicKey, counter, name: deviceName });
  return { outcome: 'success', deviceName, webauthn: undefined, webauthnOutcome: undefined };
}

/** `success` with the user, whose device it is; the other outcomes as for a registration. */
export async function finishAuthentication({ username, webauthn, webauthnOutcome }, context) {
  const { refusal, parts, number } = parseOutcome(webauthnOutcome);
  if (refusal) return refusal;
  const { verifyAuthenticationResponse } = await import('@simplewebauthn/server');
  const [clientData, authenticatorData, signature, id, userHandle] = parts;
  const owner = context.realm.users.findDevice(id);
  if (!owner || (username ?? owner.username) !== owner.username) return 'failed';
  const { device } = owner;
  const answer = {
    clientDataJSON: encode(clientData),
    authenticatorData: number(authenticatorData),
    signature: number(signature),
    ...(userHandle && { userHandle }),
  };
  const info = await verified(
    verifyAuthenticationResponse({
      ...expectations(webauthn, context),
      requireUserVerification: webauthn.userVerification === 'required',
      response: credential(id, answer),
      credential: { id, publicKey: device.publicKey, counter: device.counter },
    }),
  );
  if (!info) return 'failed';
  device.counter = info.authenticationInfo.newCounter;
  return {
    outcome: 'success',
    username: owner.username,
    webauthn: undefined,
    webauthnOutcome: undefined,
  };
}

/** What the library says if it is satisfied, else `undefined`. It throws for most that is wrong. */
async function verified(verification) {
  const info = await verification.catch(() => undefined);
  return info?.verified ? info : undefined;
}

function expectations({ challenge, _relyingPartyId }, context) {
  return {
    expectedChallenge: Buffer.from(challenge, 'base64').toString('base64url'),
    expectedOrigin: originOf(context),
    expectedRPID: _relyingPartyId,
  };
}

/** The outcome's parts, or why the client has none. With the attachment it is JSON around them. */
function parseOutcome(outcome) {
  const text = String(outcome);
  if (text === 'unsupported') return { refusal: 'unsupported' };
  if (text.startsWith('ERROR::')) return { refusal: 'error' };
  const parts = legacyData(text).split('::');
  if (parts.length < 3) return { refusal: 'failed' };
  const number = (list) =>
    Buffer.from(Int8Array.from(list.split(','), Number)).toString('base64url');
  return { parts, number };
}

function legacyData(text) {
  try {
    return String(JSON.parse(text).legacyData);
  } catch {
    return text;
  }
}

const encode = (text) => Buffer.from(text).toString('base64url');

const credential = (id, response) => ({
  id,
  rawId: id,
  type: 'public-key',
  response,
  clientExtensionResults: {},
});
