/** journey-oidc, both clients, the wasm inside the JavaScript. */
import { journey, oidc } from 'journey-oidc';
import { adapter } from './ours-adapter.js';

export const {
  ready,
  openForm,
  submit,
  warm,
  signIn,
  get,
  url,
  login,
  renewByFrame,
  renewByRefresh,
  expire,
} = adapter({ journey, oidc });
