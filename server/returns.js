import { randomUUID } from 'node:crypto';
import { page, readForm, sendPage, sendRedirect } from './http.js';

/**
 * Where other providers post their answers for AM: the path, the field that says which journey it is
 * for, and the parameters by which the app is told.
 */
const PATHS = {
  '/am/oauth2/client/form_post/idp': {
    field: 'state',
    tell: (key) => ({ form_post_entry: key }),
  },
  '/am/AuthConsumer/metaAlias/sp': {
    field: 'RelayState',
    tell: (key, RelayState) => ({ responsekey: key, RelayState }),
  },
};

/** The answers of other providers that came as a form, and the pages of apps that they lead to. */
export class Returns {
  #apps = new Map();
  #entries = new Map();

  clear() {
    this.#apps.clear();
    this.#entries.clear();
  }

  /** An answer with this `state` or `RelayState` leads to the app's page `url`. */
  expect(state, url) {
    this.#apps.set(state, url);
  }

  /** The fields of an answer, only once; `undefined` for an unknown key. */
  take(key) {
    const entry = this.#entries.get(key);
    this.#entries.delete(key);
    return entry;
  }

  isFor(pathname) {
    return Object.hasOwn(PATHS, pathname);
  }

  async handle(req, res, pathname) {
    const { field, tell } = PATHS[pathname];
    const form = req.method === 'POST' ? await readForm(req) : new URLSearchParams();
    const state = form.get(field);
    const app = this.#apps.get(state);
    if (!app) return sendPage(res, 400, page('Sign In', '<p>This answer is not expected.</p>'));
    this.#apps.delete(state);
    const key = randomUUID();
    this.#entries.set(key, Object.fromEntries(form));
    return sendRedirect(res, `${app}?${new URLSearchParams(tell(key, state))}`);
  }
}
