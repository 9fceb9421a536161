import * as answers from './nodes/answers.js';
import * as mfa from './nodes/mfa.js';
import * as registration from './nodes/registration.js';
import * as saml from './nodes/saml.js';
import * as social from './nodes/social.js';
import { suspend } from './nodes/suspend.js';
import * as webauthn from './nodes/webauthn.js';
import * as webauthnModule from './nodes/webauthn-module.js';

/**
 * The decisions a journey's nodes can name: `(inputs, context) => outcome`, where `inputs` holds what
 * the callbacks so far have brought, by the names in the journey, and the outcome picks the next
 * node. `{ outcome, ...more }` keeps `more` with the inputs. What `context` holds:
 *
 * - `params`: the node's `with`
 * - `realm`, `req`, `query`: what was asked, and where
 * - `run`: what the `authId` holds
 * - `settings`, `returns`: of the server
 */
export const decisions = {
  ...answers,
  ...mfa,
  ...registration,
  ...saml,
  ...social,
  ...webauthn,
  ...webauthnModule,
  suspend,
};
