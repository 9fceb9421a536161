import { unknown } from './wrong-option.js';

/**
 * Lifetimes in seconds, those of tokens for clients that have none of their own; the app's page that
 * other providers and emails lead to; whether PAR is demanded; whether `response_mode=pi.flow` is offered.
 */
export const SETTINGS = {
  accessTokenTtl: 3600,
  refreshTokenTtl: 7 * 24 * 3600,
  idTokenTtl: 3600,
  authIdTtl: 300,
  codeTtl: 120,
  sessionTtl: 7200,
  suspendTtl: 900,
  returnPath: '/',
  requirePar: false,
  piFlow: false,
};

/** @throws {import('./wrong-option.js').WrongOption} for a setting that does not exist */
export function checkSettings(settings) {
  for (const name of Object.keys(settings)) {
    if (!Object.hasOwn(SETTINGS, name)) throw unknown('setting', name, Object.keys(SETTINGS));
  }
}
