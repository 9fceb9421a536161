/**
 * Names that are needed before the core is loaded, or in more than one folder. Those that the core has too are
 * compared with its own by `src/testing/names.rs`.
 */

/** The name of our frames, by which a page inside one knows where it is. */
export const FRAME = 'journey-oidc-frame';

/** The prefix of the key of a provider's document, in `sessionStorage`. */
export const DOCUMENTS = 'pic-document-';

/** The values of `storage.type` with which the core needs nothing else of the app. */
export const STORAGES = ['localStorage', 'sessionStorage', 'memory'];

/** The `Accept` header of the request for a provider's metadata. */
export const ACCEPT = 'application/json';

/** The longest time that timers of browsers count, in milliseconds. */
export const MAX_TIMEOUT = 2_147_483_647;

/** The version of this package. */
export const VERSION = '0.1.0';

/** The prefix of the key of a client's lease, in `localStorage`. */
export const LEASES = 'pic-lease-';

/** The prefix of the key of an issuer's entry of sign-ins, in `localStorage`. */
export const SIGN_INS = 'pic-clients-';

/** The prefix of the key of AM's session, by issuer. */
export const SESSIONS = 'pic-session-';

/** The prefix of the key of an authorization, in `sessionStorage`. */
export const AUTHORIZATIONS = 'FR-SDK-authflow-';

/** The key of the stored step of a journey, in `sessionStorage`. */
export const JOURNEY_STEP = 'pic-journey-step';

/** For how many milliseconds the response to an authorization is awaited. */
export const AUTHORIZATION_AGE = 3600000;
