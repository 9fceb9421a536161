/** journey-oidc, both clients, the wasm as a file. */
import { journey, oidc } from 'journey-oidc/url';
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
