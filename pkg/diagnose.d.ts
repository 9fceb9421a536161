/**
 * What is wrong with the configuration of a sign-in: in the page, at the provider, and between the two.
 *
 * @module
 */
import type { OidcClient, OidcConfig, oidc, StorageConfig } from './index.js';

export type { OidcClient, OidcConfig, StorageConfig };

/** What {@link diagnose} looks at. The page docs/diagnose.md has a section for each. */
export type Check =
  | 'algorithms'
  | 'am-cookie'
  | 'am-cors'
  | 'am-journey'
  | 'am-realm'
  | 'am-sessions'
  | 'authorization'
  | 'browser'
  | 'clock'
  | 'configuration'
  | 'connect-src'
  | 'cookies'
  | 'copies'
  | 'document'
  | 'dpop'
  | 'end-session'
  | 'endpoints'
  | 'frame-src'
  | 'framed'
  | 'iss'
  | 'isolation'
  | 'issuer'
  | 'keys'
  | 'landing'
  | 'locks'
  | 'par'
  | 'pkce'
  | 'response-types'
  | 'revocation-cors'
  | 'scopes'
  | 'secure-context'
  | 'service-worker'
  | 'storage'
  | 'token-cors'
  | 'userinfo-cors'
  | 'wasm';

/**
 * What came of a check. `ok`: nothing is wrong. `warning`: a sign-in works, but something is worse than it
 * could be. `problem`: a sign-in, or a part of it, fails. `unknown`: it can't be seen from here.
 */
export type Result = 'ok' | 'warning' | 'problem' | 'unknown';

/** What came of one check. Its texts may quote the provider: show them as text, not as HTML. */
export interface Finding {
  /** What was looked at. */
  check: Check;
  /** What came of it. */
  result: Result;
  /** What was seen; may be empty when the result is `ok`. */
  found: string;
  /** What follows from it for a sign-in; may be empty when the result is `ok`. */
  means: string;
  /** What to do, with the name of the setting where the provider is known; empty when the result is `ok`. */
  remedy: string;
  /** The page about it, as a path in the repository of this package. */
  link: string;
}

/** The argument of {@link diagnose}. */
export interface DiagnoseInput {
  /** The configuration of the app's `oidc()` client. */
  config: OidcConfig;
  /** Where the app keeps tokens; default `localStorage`. */
  storage?: Partial<StorageConfig>;
  /** The name of a journey of AM; it is started, and not continued. Default: no journey is started. */
  journey?: string;
  /**
   * The app's client: with it `user.info()` is called, which sends the access token to the provider if a user is
   * signed in, and may renew it. Default: the UserInfo endpoint is not asked.
   */
  client?: OidcClient;
  /** `oidc` of `journey-oidc/url`, for apps with that entry. */
  oidc?: typeof oidc;
}

/**
 * Checks the page that it is called in, the provider, the client at the provider, and AM, and returns a finding
 * for each check, in the order in which a sign-in meets what they look at. Checks that need what could not be had
 * are left out.
 *
 * It signs nobody in and changes nothing that is stored; to test the storage it writes a text and removes it at
 * once. No secret is sent: the requests have a made-up code and a made-up token, which the provider refuses, and
 * an authorization request with `prompt=none` ([OpenID Connect Core section
 * 3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest)) in a hidden frame, whose code is
 * thrown away. It takes some seconds, and never rejects because of what it finds.
 *
 * @example
 * const report = await diagnose({ config });
 * console.table(report.filter(({ result }) => result !== 'ok'));
 */
export function diagnose(input: DiagnoseInput): Promise<Finding[]>;
