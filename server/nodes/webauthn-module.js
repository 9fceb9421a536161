/**
 * WebAuthn as the modules of older AMs have it: the request is the standard's options as JSON in a
 * text, and the answer a credential as JSON in a password.
 */

/** Makes the request of what is kept as `webauthn`, and keeps it as `moduleRequest`. */
export function askAsModule({ webauthn }) {
  const isNew = webauthn._action === 'webauthn_registration';
  const options = isNew ? creationOptions(webauthn) : requestOptions(webauthn);
  return { outcome: 'true', moduleRequest: JSON.stringify(options) };
}

/** Turns the answer into a `webauthnOutcome`. */
export function readFromModule({ moduleCredentials }) {
  return {
    outcome: 'true',
    moduleRequest: undefined,
    webauthnOutcome: outcomeOf(moduleCredentials),
  };
}

function creationOptions(data) {
  return {
    rp: { id: data._relyingPartyId, name: data.relyingPartyName },
    user: { id: data.userId, name: data.userName, displayName: data.displayName },
    challenge: { value: data.challenge },
    pubKeyCredParams: data._pubKeyCredParams,
    timeout: Number(data.timeout),
    excludeCredentials: data._excludeCredentials.map(descriptor),
    authenticatorSelection: data._authenticatorSelection,
    attestation: data.attestationPreference,
  };
}

function requestOptions(data) {
  return {
    challenge: { value: data.challenge },
    timeout: Number(data.timeout),
    rpId: data._relyingPartyId,
    allowCredentials: data._allowCredentials.map(descriptor),
    userVerification: data.userVerification,
  };
}

function descriptor({ type, id }) {
  return { type, id: Buffer.from(Int8Array.from(id)).toString('base64') };
}

/** The outcome that a newer AM's script would have made; empty for what is no credential. */
function outcomeOf(text) {
  const credential = parse(text);
  const numbers = (name) => new Int8Array(Buffer.from(String(credential[name]), 'base64url'));
  const clientData = Buffer.from(String(credential.clientDataJSON), 'base64url').toString();
  if (credential.attestationObject) {
    return [clientData, numbers('attestationObject'), credential.credentialId].join('::');
  }
  if (!credential.signature) return '';
  const { assertionId, userHandle } = credential;
  const signed = [clientData, numbers('authenticatorData'), numbers('signature'), assertionId];
  return [...signed, ...(userHandle ? [userHandle] : [])].join('::');
}

function parse(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
