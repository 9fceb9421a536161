export { createJourney } from './state/journey.js';
export { createSignIn } from './state/sign-in.js';
