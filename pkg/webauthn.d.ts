/**
 * Passkeys and security keys ([Web Authentication Level 2](https://www.w3.org/TR/webauthn-2/)), for AM's
 * WebAuthn Registration and Authentication nodes with "Return challenge as JavaScript" off.
 *
 * @module
 */
import type {
  BaseCallback,
  HiddenValueCallback,
  JourneyStep,
  MetadataCallback,
  TextOutputCallback,
} from './index.js';

export type {
  BaseCallback,
  HiddenValueCallback,
  JourneyStep,
  MetadataCallback,
  TextOutputCallback,
};

/** The members of a step that are used. */
export type CallbackStep = Pick<JourneyStep, 'getCallbacksOfType'>;

/** What a step asks for. */
export const WebAuthnStepType: {
  /** Neither. */
  readonly None: 0;
  /** To sign in. */
  readonly Authentication: 1;
  /** To register a device. */
  readonly Registration: 2;
};
/** What a step asks for. */
export type WebAuthnStepType = (typeof WebAuthnStepType)[keyof typeof WebAuthnStepType];

/** Outcomes of a failure. */
export const WebAuthnOutcome: {
  /** The beginning of an outcome; `::<name>:<message>` follows. */
  readonly Error: 'ERROR';
  /** The whole outcome. */
  readonly Unsupported: 'unsupported';
};
/** Outcomes of a failure. */
export type WebAuthnOutcome = (typeof WebAuthnOutcome)[keyof typeof WebAuthnOutcome];

/** Which attestation AM asks for (section 5.4.7). */
export type AttestationType = 'direct' | 'indirect' | 'none';

/** Whether the authenticator verifies the user (section 5.8.6). */
export type UserVerificationType = 'discouraged' | 'preferred' | 'required';

/** The relying party (section 5.4.2). */
export interface RelyingParty {
  /** Its domain; default: the domain of the page. */
  id?: string;
  /** The name that the user sees. */
  name: string;
}

/** The outcome of a success: parts that are separated by `::`. */
export type OutcomeWithName<
  ClientId extends string,
  Attestation extends string,
  PubKeyCred extends string | { id: string },
  Name extends string = '',
> = `${ClientId}::${Attestation}::${PubKeyCred extends { id: infer Id extends string } ? Id : PubKeyCred & string}${Name extends '' ? '' : `::${Name}`}`;

/** A credential in AM's lists. */
export interface CredentialMetadata {
  /** Default and only value: `public-key`. */
  type?: string;
  /** Its bytes, signed or unsigned; or base64url. */
  id: number[] | string;
  /** How the authenticator can be reached (section 5.8.4). */
  transports?: string[];
}

/**
 * AM's data for a registration. AM sends most of it twice: as JavaScript, and as JSON in a member whose name
 * begins with `_`. The JSON is used if present.
 */
export interface WebAuthnRegistrationMetadata {
  /** Which attestation AM asks for. */
  attestationPreference: AttestationType;
  /** Which authenticators are accepted (section 5.4.4): JSON text, or the object. */
  authenticatorSelection: string | AuthenticatorSelectionCriteria;
  /** The same as JSON. */
  _authenticatorSelection?: AuthenticatorSelectionCriteria;
  /** Base64 or base64url. */
  challenge: string;
  /** The credentials that are registered already, as JavaScript or a list. */
  excludeCredentials: string | CredentialMetadata[];
  /** The same as JSON. */
  _excludeCredentials?: CredentialMetadata[];
  /** The algorithms that AM supports (section 5.3), as JavaScript, JSON text or a list. */
  pubKeyCredParams: string | PublicKeyCredentialParameters[];
  /** The same as JSON. */
  _pubKeyCredParams?: PublicKeyCredentialParameters[];
  /** `id: "<domain>",`, or the domain. */
  relyingPartyId: string;
  /** The domain; `''` for the page's own. */
  _relyingPartyId?: string;
  /** The name that the user sees. */
  relyingPartyName: string;
  /** Milliseconds. */
  timeout: number | string;
  /** The user handle: up to 64 bytes of UTF-8. */
  userId: string;
  /** The account, such as `demo`. */
  userName: string;
  /** The user's name, such as `Demo User`; default: the account. */
  displayName?: string;
  /** Extensions (section 9), handed to the browser as they are. */
  extensions?: AuthenticationExtensionsClientInputs;
  /** Whether AM reads outcomes that are JSON. */
  supportsJsonResponse?: boolean;
  [member: string]: unknown;
}

/** AM's data for a sign-in; {@link WebAuthnRegistrationMetadata} explains names with a `_`. */
export interface WebAuthnAuthenticationMetadata {
  /** The same as `allowCredentials`, from AM 6.5. */
  acceptableCredentials?: string | CredentialMetadata[];
  /** The credentials that are accepted, as JavaScript or a list; without it any passkey of the user is. */
  allowCredentials?: string | CredentialMetadata[];
  /** The same as JSON. */
  _allowCredentials?: CredentialMetadata[];
  /** Base64 or base64url. */
  challenge: string;
  /** `conditional` for passkeys in the browser's autofill. */
  mediation?: string;
  /** `rpId: "<domain>",`, or the domain. */
  relyingPartyId: string;
  /** The domain; `''` for the page's own. */
  _relyingPartyId?: string;
  /** Milliseconds. */
  timeout: number | string;
  /** Whether the authenticator verifies the user. */
  userVerification?: UserVerificationType;
  /** Extensions (section 9), handed to the browser as they are. */
  extensions?: AuthenticationExtensionsClientInputs;
  /** Whether AM reads outcomes that are JSON. */
  supportsJsonResponse?: boolean;
  [member: string]: unknown;
}

/** The callbacks of a step. */
export interface WebAuthnCallbacks {
  /** The callback for the outcome. */
  hiddenCallback?: HiddenValueCallback;
  /** The callback with AM's data. */
  metadataCallback?: MetadataCallback;
  /** The callback with AM's script, if AM sends no data. */
  textOutputCallback?: TextOutputCallback;
}

/**
 * Answers WebAuthn steps with the browser's WebAuthn API.
 *
 * @example
 * switch (WebAuthn.getWebAuthnStepType(step)) {
 *   case WebAuthnStepType.Authentication:
 *     await WebAuthn.authenticate(step).catch(() => {});
 *     break;
 *   case WebAuthnStepType.Registration:
 *     await WebAuthn.register(step, 'My laptop').catch(() => {});
 * }
 * const result = await journeyClient.next(step); // also after a failure: AM has an outcome for it
 */
export const WebAuthn: {
  /** Whether WebAuthn is available on this page. It is not on http pages, except on `localhost`. */
  isSupported(): boolean;
  /** Whether this browser offers passkeys in its autofill (conditional mediation). */
  isConditionalMediationSupported(): Promise<boolean>;
  /** What a step asks for. */
  getWebAuthnStepType(step: CallbackStep): WebAuthnStepType;
  /**
   * Signs in: asks the browser for an assertion ([section
   * 5.1.4](https://www.w3.org/TR/webauthn-2/#sctn-getAssertion)), and sets it as the step's outcome. A pending
   * conditional request is aborted first, since there can be only one.
   *
   * When AM asks for conditional mediation, the page needs an input with
   * `autocomplete="username webauthn"`; the promise settles when the user chooses a passkey there.
   *
   * Rejects with the browser's error after it has set the outcome `ERROR::<name>:<message>`, or `unsupported`
   * for a `NotSupportedError`. An aborted conditional request does not change the outcome. Rejects with a
   * `DataError` when the step is not a WebAuthn step.
   *
   * @param signal aborts the request
   * @returns the same step
   */
  authenticate<Step extends CallbackStep>(step: Step, signal?: AbortSignal): Promise<Step>;
  /**
   * Registers a device: asks the browser for a credential ([section
   * 5.1.3](https://www.w3.org/TR/webauthn-2/#sctn-createCredential)), and sets it as the step's outcome.
   *
   * Rejects as {@link authenticate} does. Rejects without asking the browser when AM's data has no
   * `pubKeyCredParams` (`DataError`), no `excludeCredentials` (`EncodingError`) or no
   * `authenticatorSelection` (`SyntaxError`).
   *
   * @param deviceName the name of the device in AM
   * @param signal aborts the request
   * @returns the same step
   */
  register<Step extends CallbackStep>(
    step: Step,
    deviceName?: string,
    signal?: AbortSignal,
  ): Promise<Step>;
  /** Finds the WebAuthn callbacks of a step. */
  getCallbacks(step: CallbackStep): WebAuthnCallbacks;
  /** The callback with AM's data: the first MetadataCallback that has a `relyingPartyId`. */
  getMetadataCallback(step: CallbackStep): MetadataCallback | undefined;
  /** The callback for the outcome: the first HiddenValueCallback with the id `webAuthnOutcome`. */
  getOutcomeCallback(step: CallbackStep): HiddenValueCallback | undefined;
  /** The callback with AM's script: the first TextOutputCallback that names `webAuthnOutcome`. */
  getTextOutputCallback(step: CallbackStep): TextOutputCallback | undefined;
  /**
   * Asks the browser for an assertion. Rejects with the browser's error, and with a `NotSupportedError` when
   * WebAuthn is not available.
   */
  getAuthenticationCredential(
    options: PublicKeyCredentialRequestOptions,
    mediation?: CredentialMediationRequirement,
    signal?: AbortSignal,
  ): Promise<PublicKeyCredential | null>;
  /**
   * Asks the browser for a new credential. Rejects with the browser's error, and with a `NotSupportedError`
   * when WebAuthn is not available.
   */
  getRegistrationCredential(
    options: PublicKeyCredentialCreationOptions,
    signal?: AbortSignal,
  ): Promise<PublicKeyCredential | null>;
  /**
   * Makes the outcome of a sign-in:
   * `<clientDataJSON>::<authenticatorData>::<signature>::<credential id>`, and `::<user handle>` if there is
   * one. Bytes are signed decimal numbers separated by commas.
   *
   * @throws Error `UnknownError` without a credential, `EncodingError` for one of another kind
   */
  getAuthenticationOutcome(
    credential: PublicKeyCredential | null,
  ): OutcomeWithName<string, string, string> | OutcomeWithName<string, string, string, string>;
  /**
   * Makes the outcome of a registration: `<clientDataJSON>::<attestationObject>::<credential id>`. Bytes are
   * signed decimal numbers separated by commas.
   *
   * @throws Error `UnknownError` without a credential, `EncodingError` for one of another kind
   */
  getRegistrationOutcome(
    credential: PublicKeyCredential | null,
  ): OutcomeWithName<string, string, string>;
  /**
   * Makes the browser's options ([section
   * 5.5](https://www.w3.org/TR/webauthn-2/#dictionary-assertion-options)) from AM's data.
   *
   * @throws DOMException `InvalidCharacterError` for a challenge that is not base64
   */
  createAuthenticationPublicKey(
    metadata: WebAuthnAuthenticationMetadata,
  ): PublicKeyCredentialRequestOptions;
  /**
   * Makes the browser's options ([section
   * 5.4](https://www.w3.org/TR/webauthn-2/#dictionary-makecredentialoptions)) from AM's data.
   *
   * @throws Error as {@link register}; DOMException `InvalidCharacterError` for a challenge that is
   * not base64
   */
  createRegistrationPublicKey(
    metadata: WebAuthnRegistrationMetadata,
  ): PublicKeyCredentialCreationOptions;
};
