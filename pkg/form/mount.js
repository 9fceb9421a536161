import { asFailure } from '../entry/failure.js';

const EVENTS = /** @type {const} */ (['step', 'success', 'failure', 'error']);

const PROPERTIES = ['client', 'html', 'journey', 'messages', 'query', 'renderers'];

/**
 * Puts a `<journey-form>` into an element of a framework, which never sees the form's own nodes: neither when it
 * hydrates nor when it renders. The form's modules are loaded by this.
 *
 * @param {HTMLElement} host
 * @param {import('../state.js').SignIn | undefined} signIn
 * @param {(type: (typeof EVENTS)[number], detail: any) => void} tell called for each event
 */
export function mountForm(host, signIn, tell) {
  const form = document.createElement('journey-form');
  /** @type {Record<string, any>} */
  const current = {};
  const setTokens = () => {
    form.tokens = signIn?.getClient();
  };
  setTokens();
  for (const type of EVENTS) {
    form.addEventListener(type, ({ detail }) => {
      // Where the client could not be made, the next attempt needs another one.
      if (type === 'error') setTokens();
      tell(type, detail);
    });
  }
  host.append(form);
  import('./define.js').then(
    ({ define }) => define(),
    (error) => tell('error', asFailure(error)),
  );
  return {
    /**
     * Sets what has changed: an equal object that the app has made again begins nothing.
     *
     * @param {Record<string, any>} given
     */
    update(given) {
      for (const name of PROPERTIES) {
        const value = given[name] ?? (name === 'client' ? signIn?.input : undefined);
        if (isEqual(value, current[name])) continue;
        current[name] = value;
        /** @type {any} */ (form)[name] = value;
      }
    },
    remove: () => form.remove(),
  };
}

/**
 * Whether both are the same, or objects with the same members.
 *
 * @param {any} one
 * @param {any} other
 */
function isEqual(one, other) {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return false;
  const names = Object.keys({ ...one, ...other });
  return names.every((name) => Object.is(one[name], other[name]));
}
