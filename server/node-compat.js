/**
 * oidc-provider 9 calls `URL.parse`, which Node has from 22.1. This module must be imported before
 * it, so that the server also runs on Node 20.
 * @see https://url.spec.whatwg.org/#dom-url-parse
 */
URL.parse ??= (url, base) => (URL.canParse(url, base) ? new URL(url, base) : null);
