/**
 * Passkeys and security keys (Web Authentication Level 2), for AM's WebAuthn Registration and
 * Authentication nodes with "Return challenge as JavaScript" off.
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

/** What is read of a step. */
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

/** How outcomes begin that are no success. */
export const WebAuthnOutcome: {
  /** Followed by `::<name>:<message>`. */
  readonly Error: 'ERROR';
  /** The whole outcome. */
  readonly Unsupported: 'unsupported';
};
/** How outcomes begin that are no success. */
export type WebAuthnOutcome = (typeof WebAuthnOutcome)[keyof typeof WebAuthnOutcome];

/** What AM wants to know about the authenticator (section 5.4.7). */
export type AttestationType = 'direct' | 'indirect' | 'none';

/** Whether the authenticator is to verify the person (section 5.8.6). */
export type UserVerificationType = 'discouraged' | 'preferred' | 'required';

/** Who asks for a credential (section 5.4.2). */
export interface RelyingParty {
  /** A domain; without it the page's own. */
  id?: string;
  /** What the person is shown. */
  name: string;
}

/** The outcome of a success: parts with `::` between them. */
export type OutcomeWithName<
  ClientId extends string,
  Attestation extends string,
  PubKeyCred extends string | { id: string },
  Name extends string = '',
> = `${ClientId}::${Attestation}::${PubKeyCred extends { id: infer Id extends string } ? Id : PubKeyCred & string}${Name extends '' ? '' : `::${Name}`}`;

/** A credential in AM's lists. */
export interface CredentialMetadata {
  /** Default `public-key`, the only one. */
  type?: string;
  /** Its bytes, signed or not; or base64url. */
  id: number[] | string;
  /** How the authenticator can be reached (section 5.8.4). */
  transports?: string[];
}

/**
 * AM's data for a registration. AM sends most of it twice, as JavaScript and, with a `_` before the
 * name, as JSON; the JSON is used where present.
 */
export interface WebAuthnRegistrationMetadata {
  /** What AM wants to know about the authenticator. */
  attestationPreference: AttestationType;
  /** Which authenticators will do (section 5.4.4): JSON text, or the object. */
  authenticatorSelection: string | AuthenticatorSelectionCriteria;
  /** The same as JSON. */
  _authenticatorSelection?: AuthenticatorSelectionCriteria;
  /** Base64 or base64url. */
  challenge: string;
  /** What is registered already, as JavaScript or a list. */
  excludeCredentials: string | CredentialMetadata[];
  /** The same as JSON. */
  _excludeCredentials?: CredentialMetadata[];
  /** The algorithms that AM knows (section 5.3), as JavaScript, JSON text or a list. */
  pubKeyCredParams: string | PublicKeyCredentialParameters[];
  /** The same as JSON. */
  _pubKeyCredParams?: PublicKeyCredentialParameters[];
  /** `id: "<domain>",`, or the domain. */
  relyingPartyId: string;
  /** The domain; `''` for the page's own. */
  _relyingPartyId?: string;
  /** What the person is shown. */
  relyingPartyName: string;
  /** Milliseconds. */
  timeout: number | string;
  /** The user handle: up to 64 bytes of UTF-8. */
  userId: string;
  /** The account, such as `demo`. */
  userName: string;
  /** The person's name, such as `Demo User`; default: the account. */
  displayName?: string;
  /** Extensions (section 9), handed to the browser as they are. */
  extensions?: AuthenticationExtensionsClientInputs;
  /** Whether AM reads outcomes that are JSON. */
  supportsJsonResponse?: boolean;
  [member: string]: unknown;
}

/** AM's data for a sign-in; for names with a `_` see {@link WebAuthnRegistrationMetadata}. */
export interface WebAuthnAuthenticationMetadata {
  /** The same as `allowCredentials`, from AM 6.5. */
  acceptableCredentials?: string | CredentialMetadata[];
  /** What the person has registered, as JavaScript or a list; without it any passkey will do. */
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
  /** Whether the authenticator is to verify the person. */
  userVerification?: UserVerificationType;
  /** Extensions (section 9), handed to the browser as they are. */
  extensions?: AuthenticationExtensionsClientInputs;
  /** Whether AM reads outcomes that are JSON. */
  supportsJsonResponse?: boolean;
  [member: string]: unknown;
}

/** The callbacks of a step. */
export interface WebAuthnCallbacks {
  /** Takes the outcome. */
  hiddenCallback?: HiddenValueCallback;
  /** Has AM's data. */
  metadataCallback?: MetadataCallback;
  /** Has AM's script, where there is no data. */
  textOutputCallback?: TextOutputCallback;
}

/**
 * Answers WebAuthn steps by the browser.
 *
 * @example
 * switch (WebAuthn.getWebAuthnStepType(step)) {
 *   case WebAuthnStepType.Authentication:
 *     await WebAuthn.authenticate(step).catch(() => {});
 *     break;
 *   case WebAuthnStepType.Registration:
 *     await WebAuthn.register(step, 'My laptop').catch(() => {});
 * }
 * const result = await journeyClient.next(step); // a failure too: AM has an outcome for it
 */
export const WebAuthn: {
  /** Whether this browser has WebAuthn on this page. Plain http pages have none, but `localhost`. */
  isSupported(): boolean;
  /** Whether this browser offers passkeys in its autofill. */
  isConditionalMediationSupported(): Promise<boolean>;
  /** What a step asks for. */
  getWebAuthnStepType(step: CallbackStep): WebAuthnStepType;
  /**
   * Signs in: asks the browser for an assertion (section 5.1.4), and sets it as the step's outcome.
   * A conditional request that is still waiting is aborted first: there can be only one.
   *
   * When AM asks for conditional mediation, the page needs an input with
   * `autocomplete="username webauthn"`; the promise is settled when the person chooses a passkey
   * there.
   *
   * Rejects with the browser's error, after setting the outcome `ERROR::<name>:<message>`, or
   * `unsupported` for a `NotSupportedError`. An aborted conditional request leaves the outcome as it
   * was. `DataError`: the step is none of these.
   *
   * @param signal stops the request
   * @returns the same step
   */
  authenticate<Step extends CallbackStep>(step: Step, signal?: AbortSignal): Promise<Step>;
  /**
   * Registers a device: asks the browser for a credential (section 5.1.3), and sets it as the step's
   * outcome.
   *
   * Rejects as {@link authenticate} does; also before asking the browser, when AM's data has no
   * `pubKeyCredParams` (`DataError`), no `excludeCredentials` (`EncodingError`) or no
   * `authenticatorSelection` (`SyntaxError`).
   *
   * @param deviceName what AM is to call the device
   * @param signal stops the request
   * @returns the same step
   */
  register<Step extends CallbackStep>(
    step: Step,
    deviceName?: string,
    signal?: AbortSignal,
  ): Promise<Step>;
  /** The callbacks of a step that are there. */
  getCallbacks(step: CallbackStep): WebAuthnCallbacks;
  /** The callback with AM's data: the first MetadataCallback that has a `relyingPartyId`. */
  getMetadataCallback(step: CallbackStep): MetadataCallback | undefined;
  /** The callback for the outcome: the first HiddenValueCallback with the id `webAuthnOutcome`. */
  getOutcomeCallback(step: CallbackStep): HiddenValueCallback | undefined;
  /** The callback with AM's script: the first TextOutputCallback that names `webAuthnOutcome`. */
  getTextOutputCallback(step: CallbackStep): TextOutputCallback | undefined;
  /**
   * Asks the browser for an assertion. Rejects with its error, and with a `NotSupportedError` where
   * there is no WebAuthn.
   */
  getAuthenticationCredential(
    options: PublicKeyCredentialRequestOptions,
    mediation?: CredentialMediationRequirement,
    signal?: AbortSignal,
  ): Promise<PublicKeyCredential | null>;
  /**
   * Asks the browser for a new credential. Rejects with its error, and with a `NotSupportedError`
   * where there is no WebAuthn.
   */
  getRegistrationCredential(
    options: PublicKeyCredentialCreationOptions,
    signal?: AbortSignal,
  ): Promise<PublicKeyCredential | null>;
  /**
   * `<clientDataJSON>::<authenticatorData>::<signature>::<credential id>`, and `::<user handle>` if
   * there is one. Bytes are signed, decimal, with commas between them.
   *
   * @throws Error `UnknownError` without a credential, `EncodingError` for one of another kind
   */
  getAuthenticationOutcome(
    credential: PublicKeyCredential | null,
  ): OutcomeWithName<string, string, string> | OutcomeWithName<string, string, string, string>;
  /**
   * `<clientDataJSON>::<attestationObject>::<credential id>`. Bytes are signed, decimal, with commas
   * between them.
   *
   * @throws Error `UnknownError` without a credential, `EncodingError` for one of another kind
   */
  getRegistrationOutcome(
    credential: PublicKeyCredential | null,
  ): OutcomeWithName<string, string, string>;
  /**
   * The browser's options (section 5.5) from AM's data.
   *
   * @throws DOMException `InvalidCharacterError` for a challenge that is not base64
   */
  createAuthenticationPublicKey(
    metadata: WebAuthnAuthenticationMetadata,
  ): PublicKeyCredentialRequestOptions;
  /**
   * The browser's options (section 5.4) from AM's data.
   *
   * @throws Error as {@link register}; DOMException `InvalidCharacterError` for a challenge that is
   * not base64
   */
  createRegistrationPublicKey(
    metadata: WebAuthnRegistrationMetadata,
  ): PublicKeyCredentialCreationOptions;
};
