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

/** By how many seconds clocks may differ. */
export const LEEWAY = 300;

/** The versions of AM's sessions endpoint, in the order in which they are tried; `null` is AM's default. */
export const VERSIONS = ['protocol=1.0,resource=2.1', 'protocol=1.0,resource=2.0', null];

/** The algorithms that ID tokens may be signed with; `EdDSA` has the newer name `Ed25519`. */
export const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/** For how many milliseconds the response to an authorization is awaited. */
export const AUTHORIZATION_AGE = 3600000;
