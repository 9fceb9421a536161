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
