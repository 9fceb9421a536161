/** The errors that calls resolve to, and what every call takes. */

// ------------------------------------------------------------------------------------------ Errors

/** What kind of error it is, or which side caused it. */
export type ErrorType =
  | 'argument_error'
  | 'auth_error'
  | 'davinci_error'
  | 'exchange_error'
  | 'fido_error'
  | 'internal_error'
  | 'network_error'
  | 'parse_error'
  | 'state_error'
  | 'unknown_error'
  | 'wellknown_error';

/**
 * The exact reason of an error. Codes are stable; later versions may add some. The page docs/errors.md says
 * what to do about each.
 */
export type ErrorCode =
  | 'aborted'
  | 'access_denied'
  | 'account_selection_required'
  | 'answer_invalid'
  | 'answer_not_json'
  | 'argument_invalid'
  | 'callback_factory_failed'
  | 'config_invalid'
  | 'consent_required'
  | 'discovery_invalid'
  | 'discovery_issuer_mismatch'
  | 'dpop_key_lost'
  | 'dpop_not_bound'
  | 'dpop_unavailable'
  | 'endpoint_missing'
  | 'frame_blocked'
  | 'frame_timeout'
  | 'frame_unexpected_page'
  | 'http_error'
  | 'id_token_algorithm'
  | 'id_token_at_hash'
  | 'id_token_audience'
  | 'id_token_auth_time'
  | 'id_token_expired'
  | 'id_token_issuer'
  | 'id_token_malformed'
  | 'id_token_missing'
  | 'id_token_nonce'
  | 'id_token_signature'
  | 'id_token_subject'
  | 'id_token_time'
  | 'insecure_context'
  | 'inside_own_frame'
  | 'insufficient_scope'
  | 'interaction_required'
  | 'internal_error'
  | 'invalid_client'
  | 'invalid_dpop_proof'
  | 'invalid_grant'
  | 'invalid_request'
  | 'invalid_request_object'
  | 'invalid_request_uri'
  | 'invalid_scope'
  | 'invalid_target'
  | 'invalid_token'
  | 'iss_mismatch'
  | 'iss_missing'
  | 'jwks_unavailable'
  | 'landing_mismatch'
  | 'lock_timeout'
  | 'login_required'
  | 'middleware_failed'
  | 'network_failed'
  | 'not_configured'
  | 'not_signed_in'
  | 'oauth_error'
  | 'offline'
  | 'popup_blocked'
  | 'popup_closed'
  | 'popup_timeout'
  | 'request_not_supported'
  | 'request_origin'
  | 'request_uri_not_supported'
  | 'server_error'
  | 'session_unconfirmed'
  | 'signed_out'
  | 'signing_out'
  | 'state_mismatch'
  | 'state_missing'
  | 'state_unknown'
  | 'storage_blocked'
  | 'storage_failed'
  | 'storage_full'
  | 'temporarily_unavailable'
  | 'timeout'
  | 'token_rejected'
  | 'transaction_expired'
  | 'unauthorized_client'
  | 'unsupported_environment'
  | 'unsupported_grant_type'
  | 'unsupported_response_type'
  | 'unsupported_token_type'
  | 'use_dpop_nonce'
  | 'userinfo_subject'
  | 'wasm_blocked_by_csp'
  | 'wasm_not_found'
  | 'wasm_unsupported'
  | 'wasm_wrong_content';

/**
 * What a failed call resolves to. Test for it with `'error' in result`.
 *
 * `error` is the documented text that existing apps compare; `code` is stable and more exact. No member
 * contains a secret.
 */
export interface GenericError {
  /** The documented text, or the provider's own OAuth error. */
  error: string;
  /** The stable reason, such as `offline` or `id_token_signature`. */
  code: ErrorCode;
  /** The kind of error. */
  type: ErrorType;
  /** What happened and what to do, for developers. */
  message: string;
  /** The provider's own text, where it sent one; otherwise the same as `message`. */
  error_description: string;
  /** The HTTP status; `FETCH_ERROR`, `TIMEOUT_ERROR` or `PARSING_ERROR` when there was none. */
  status?: number | string;
  /**
   * What caused it: for an OAuth error, the provider's `{ error, error_description }`
   * ([RFC 6749 section 4.1.2.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1) and
   * [5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2)); otherwise what the app's own code threw.
   */
  cause?: unknown;
}

/** The members of {@link GenericError} as absent, so that TypeScript can narrow by `'error' in result`. */
export type NoError = { [Member in keyof GenericError]?: undefined };

/** Options of every asynchronous call. */
export interface CallOptions {
  /**
   * Cancels the call: it resolves to an error with the code `aborted`. A `start()`, `next()`, `logout()`,
   * `terminate()`, `revoke()`, exchange or renewal that has begun still completes, so that nothing is lost
   * or half done; only this caller stops waiting.
   */
  signal?: AbortSignal;
}

/**
 * The outcome of a part of a sign-out: `true`, it is confirmed; `false`, it was not needed or not possible;
 * `'unconfirmed'`, it was tried, and the outcome is unknown.
 */
export type Done = boolean | 'unconfirmed';
