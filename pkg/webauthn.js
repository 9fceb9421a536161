import { numberOf, textOf } from './callbacks/values.js';

export const WebAuthnOutcome = Object.freeze({ Error: 'ERROR', Unsupported: 'unsupported' });

export const WebAuthnStepType = Object.freeze({ None: 0, Authentication: 1, Registration: 2 });

/**
 * @typedef {import('./webauthn.js').CallbackStep} CallbackStep
 * @typedef {import('./index.js').BaseCallback} BaseCallback
 */

/**
 * What stops the conditional request that is waiting for a passkey.
 *
 * @type {AbortController | undefined}
 */
let conditional;

/** @type {typeof import('./webauthn.js').WebAuthn} */
export const WebAuthn = {
  isSupported: () => Boolean(globalThis.PublicKeyCredential),

  isConditionalMediationSupported: async () =>
    Boolean(await globalThis.PublicKeyCredential?.isConditionalMediationAvailable?.()),

  getWebAuthnStepType(step) {
    const { hiddenCallback, metadataCallback, textOutputCallback } = WebAuthn.getCallbacks(step);
    if (!hiddenCallback || !(metadataCallback ?? textOutputCallback)) {
      return WebAuthnStepType.None;
    }
    const { pubKeyCredParams, _pubKeyCredParams } = dataOf(metadataCallback);
    const registers = metadataCallback
      ? pubKeyCredParams || _pubKeyCredParams
      : messageOf(textOutputCallback).includes('pubKeyCredParams');
    return registers ? WebAuthnStepType.Registration : WebAuthnStepType.Authentication;
  },

  authenticate: (step, signal) =>
    perform(step, 'authentication', async (data) => {
      const options = WebAuthn.createAuthenticationPublicKey(data);
      const credential = await requestAssertion(options, data.mediation, signal);
      return outcome(data, credential, WebAuthn.getAuthenticationOutcome(credential));
    }),

  register: (step, deviceName, signal) =>
    perform(step, 'registration', async (data) => {
      const options = WebAuthn.createRegistrationPublicKey(data);
      conditional?.abort();
      const credential = await WebAuthn.getRegistrationCredential(options, signal);
      const result = WebAuthn.getRegistrationOutcome(credential);
      return outcome(data, credential, deviceName ? `${result}::${deviceName}` : result);
    }),

  getCallbacks(step) {
    const hiddenCallback = WebAuthn.getOutcomeCallback(step);
    const metadataCallback = WebAuthn.getMetadataCallback(step);
    return metadataCallback
      ? { hiddenCallback, metadataCallback }
      : { hiddenCallback, textOutputCallback: WebAuthn.getTextOutputCallback(step) };
  },

  getMetadataCallback: (step) =>
    find(step, 'MetadataCallback', (callback) => {
      const data = dataOf(callback);
      return Object.hasOwn(data, 'relyingPartyId') || Object.hasOwn(data, '_relyingPartyId');
    }),

  getOutcomeCallback: (step) =>
    find(step, 'HiddenValueCallback', (callback) => output(callback, 'id') === 'webAuthnOutcome'),

  getTextOutputCallback: (step) =>
    find(step, 'TextOutputCallback', (callback) => messageOf(callback).includes('webAuthnOutcome')),

  async getAuthenticationCredential(publicKey, mediation, signal) {
    requireSupport();
    return /** @type {any} */ (
      navigator.credentials.get({
        publicKey,
        ...(mediation && { mediation }),
        ...(signal && { signal }),
      })
    );
  },

  async getRegistrationCredential(publicKey, signal) {
    requireSupport();
    return /** @type {any} */ (
      navigator.credentials.create({ publicKey, ...(signal && { signal }) })
    );
  },

  getAuthenticationOutcome: (credential) =>
    encode(credential, 'authentication', (response) => {
      const { clientDataJSON, authenticatorData, signature, userHandle } = response;
      const user = userHandle ? text(userHandle) : '';
      return [
        text(clientDataJSON),
        bytes(authenticatorData),
        bytes(signature),
        credential?.id,
        ...(user ? [user] : []),
      ];
    }),

  getRegistrationOutcome: (credential) =>
    encode(credential, 'registration', ({ clientDataJSON, attestationObject }) => [
      text(clientDataJSON),
      bytes(attestationObject),
      credential?.id,
    ]),

  createAuthenticationPublicKey(data) {
    const { allowCredentials, acceptableCredentials, extensions, userVerification } = data;
    return {
      challenge: decode(data.challenge),
      ...filled({
        timeout: numberOf(data.timeout),
        allowCredentials: descriptors(
          data._allowCredentials ?? (allowCredentials || acceptableCredentials || ''),
        ),
        userVerification,
        rpId: relyingPartyId(data),
        extensions,
      }),
    };
  },

  createRegistrationPublicKey(data) {
    const { displayName, extensions, userId, userName } = data;
    const pubKeyCredParams = parameters(data._pubKeyCredParams ?? data.pubKeyCredParams);
    const excludeCredentials = descriptors(data._excludeCredentials ?? data.excludeCredentials);
    return {
      ...filled({
        attestation: data.attestationPreference,
        authenticatorSelection: object(data._authenticatorSelection ?? data.authenticatorSelection),
        excludeCredentials,
        extensions,
        timeout: numberOf(data.timeout),
      }),
      challenge: decode(data.challenge),
      pubKeyCredParams,
      rp: { name: data.relyingPartyName, ...filled({ id: relyingPartyId(data) }) },
      user: {
        id: new TextEncoder().encode(userId),
        name: userName || displayName || '',
        displayName: displayName || userName,
      },
    };
  },
};

/**
 * Runs a ceremony on the data of a step, and tells the server what came of it.
 *
 * @template {CallbackStep} Step
 * @param {Step} step
 * @param {string} name
 * @param {(data: any) => Promise<string>} ceremony
 */
async function perform(step, name, ceremony) {
  const { hiddenCallback, metadataCallback, textOutputCallback } = WebAuthn.getCallbacks(step);
  const data = dataOf(metadataCallback);
  try {
    if (!hiddenCallback || !(metadataCallback ?? textOutputCallback)) {
      throw named('DataError', `Incorrect callbacks for WebAuthn ${name}`);
    }
    if (!metadataCallback) {
      throw new Error(
        `No metadata callback found for WebAuthn ${name}. Please disable JavaScript in server node.`,
      );
    }
    hiddenCallback.setInputValue(await ceremony(data));
    return step;
  } catch (error) {
    // What has a name is an error: another realm's is no instance of this one's class.
    const { name, message } = /** @type {any} */ (error ?? {});
    const waits = data.mediation === 'conditional' && name === 'AbortError';
    if (typeof name === 'string' && !waits) {
      hiddenCallback?.setInputValue(
        name === 'NotSupportedError'
          ? WebAuthnOutcome.Unsupported
          : `${WebAuthnOutcome.Error}::${name}:${textOf(message)}`,
      );
    }
    throw error;
  }
}

/**
 * Asks for an assertion. A browser has room for one request, so a conditional one that is waiting
 * makes way.
 *
 * @param {PublicKeyCredentialRequestOptions} options
 * @param {CredentialMediationRequirement | undefined} mediation
 * @param {AbortSignal | undefined} signal
 */
async function requestAssertion(options, mediation, signal) {
  conditional?.abort();
  if (mediation !== 'conditional') {
    return WebAuthn.getAuthenticationCredential(options, mediation, signal);
  }
  const controller = new AbortController();
  conditional = controller;
  const abort = () => controller.abort(signal?.reason);
  if (signal?.aborted) {
    abort();
  }
  // Not AbortSignal.any(): Safari has it since 17.4.
  signal?.addEventListener('abort', abort);
  try {
    if (!(await WebAuthn.isConditionalMediationSupported())) {
      throw named(
        'NotSupportedError',
        'Conditional mediation was requested, but is not supported by this browser.',
      );
    }
    return await WebAuthn.getAuthenticationCredential(options, mediation, controller.signal);
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

function requireSupport() {
  if (!WebAuthn.isSupported()) {
    throw named('NotSupportedError', 'PublicKeyCredential not supported by this browser');
  }
}

/**
 * @param {CallbackStep} step
 * @param {string} type
 * @param {(callback: BaseCallback) => boolean} matches
 * @returns {any}
 */
function find(step, type, matches) {
  return step.getCallbacksOfType(type).find(matches);
}

/** @param {BaseCallback | undefined} callback @param {string} name @returns {any} */
const output = (callback, name) => callback?.getOutputByName(name, undefined);

/** @param {BaseCallback | undefined} callback */
const dataOf = (callback) => output(callback, 'data') ?? {};

/** @param {BaseCallback | undefined} callback */
const messageOf = (callback) => textOf(output(callback, 'message'));

/**
 * What AM reads: with the kind of authenticator, where AM and the browser both know of it.
 *
 * @param {any} data
 * @param {any} credential
 * @param {string} legacyData
 */
function outcome(data, credential, legacyData) {
  if (!data.supportsJsonResponse || !('authenticatorAttachment' in credential)) {
    return legacyData;
  }
  const { authenticatorAttachment } = credential;
  return JSON.stringify({ authenticatorAttachment, legacyData });
}

/**
 * @param {PublicKeyCredential | null} credential
 * @param {string} name
 * @param {(response: any) => unknown[]} parts
 * @returns {any}
 */
function encode(credential, name, parts) {
  if (!credential) {
    throw named('UnknownError', `No credential generated from ${name}`);
  }
  try {
    return parts(credential.response).join('::');
  } catch {
    throw untransformed();
  }
}

const untransformed = () =>
  named('EncodingError', 'Transforming credential object to string failed');

/** @param {BufferSource} buffer */
const text = (buffer) => new TextDecoder().decode(buffer);

/** @param {ArrayBuffer} buffer */
const bytes = (buffer) => new Int8Array(buffer).toString();

/**
 * The bytes of base64 or base64url (RFC 4648 sections 4 and 5).
 *
 * @param {string} encoded
 */
function decode(encoded) {
  const binary = atob(textOf(encoded).replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0)).buffer;
}

/**
 * Credentials from AM's list, or from its JavaScript, where they are
 * `{ "type": "public-key", "id": new Int8Array([1, -2]).buffer }` with commas between them.
 *
 * @param {any} credentials
 * @returns {PublicKeyCredentialDescriptor[]}
 */
function descriptors(credentials) {
  if (Array.isArray(credentials)) {
    return credentials.map(({ id, ...more }) => ({
      type: 'public-key',
      ...more,
      id: typeof id === 'string' ? decode(id) : Int8Array.from(id).buffer,
    }));
  }
  if (typeof credentials !== 'string') {
    throw untransformed();
  }
  return Array.from(
    credentials.matchAll(/Int8Array\(\s*\[\s*([-\d][^\]]*)/g),
    ([, numbers = '']) => ({
      type: 'public-key',
      id: Int8Array.from(numbers.split(','), Number).buffer,
    }),
  );
}

/**
 * Algorithms from AM's list, from its JSON, or from its JavaScript, where names are bare and there
 * are no brackets.
 *
 * @param {any} algorithms
 * @returns {PublicKeyCredentialParameters[]}
 */
function parameters(algorithms) {
  if (Array.isArray(algorithms)) {
    return algorithms;
  }
  if (typeof algorithms !== 'string') {
    throw named('DataError', 'Missing pubKeyCredParams property from registration options');
  }
  const json = algorithms.replace(/\b(\w+)\s*:/g, '"$1":');
  return JSON.parse(/^\s*\[/.test(json) ? json : `[${json}]`);
}

/**
 * The id, also from AM's JavaScript `rpId: "…",` or `id: "…",`.
 *
 * @param {any} data
 */
const relyingPartyId = ({ _relyingPartyId, relyingPartyId: script }) =>
  _relyingPartyId ?? script?.replace(/^(?:rpI|i)d: "(.*)",$/, '$1');

/**
 * An object, or the one of a JSON text. Without either it fails, and so does the ceremony, rather
 * than to go on with defaults that AM never asked for.
 *
 * @param {any} value
 */
const object = (value) => (typeof value === 'object' && value ? value : JSON.parse(value ?? ''));

/**
 * The members that say something.
 *
 * @param {Record<string, any>} members
 */
const filled = (members) =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value && value.length !== 0));

/** @param {string} name @param {string} message */
const named = (name, message) => Object.assign(new Error(message), { name });
