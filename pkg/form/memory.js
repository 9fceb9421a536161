const CONTROLS =
  'input:not([type="hidden"], [readonly], [autocomplete="one-time-code"]), select, textarea';

/**
 * What the user has entered, so that a submission that fails loses none of it. It is only in memory. Passwords
 * are kept until the next submission or the end of the journey; codes that are used once are not kept.
 */
export class Memory {
  /** By callback, the value of each control. @type {Map<string, (string | boolean)[]>} */
  #kept = new Map();
  /** Which of them have a password. @type {Set<string>} */
  #secret = new Set();
  /** The callbacks of the last submitted step. */
  #last = '';

  clear() {
    this.#kept.clear();
    this.#secret.clear();
    this.#last = '';
  }

  /** Forgets the passwords alone. */
  clearSecrets() {
    for (const key of this.#secret) this.#kept.delete(key);
    this.#secret.clear();
  }

  /**
   * @param {import('../index.js').JourneyStep} step
   * @param {import('../form.js').FormField[]} fields of its callbacks
   */
  keep(step, fields) {
    const keys = keysOf(step);
    this.#last = keys.join();
    this.clearSecrets();
    for (const [index, key] of keys.entries()) {
      const controls = controlsOf(fields[index]);
      this.#kept.set(key, controls.map(entered));
      if (controls.some(({ type, autocomplete }) => /password/.test(type + autocomplete))) {
        this.#secret.add(key);
      }
    }
  }

  /**
   * Enters it again, if the step is the same as before or `isAfterFailure`.
   *
   * @param {import('../index.js').JourneyStep} step
   * @param {import('../form.js').FormField[]} fields
   * @param {boolean} isAfterFailure
   */
  restore(step, fields, isAfterFailure) {
    const keys = keysOf(step);
    if (!isAfterFailure && keys.join() !== this.#last) return;
    for (const [index, key] of keys.entries()) {
      const values = this.#kept.get(key) ?? [];
      for (const [at, control] of controlsOf(fields[index]).entries()) enter(control, values[at]);
    }
  }
}

/**
 * What tells each callback from the others: its place, its type, and its name or prompt.
 *
 * @param {import('../index.js').JourneyStep} step
 */
const keysOf = ({ callbacks }) =>
  callbacks.map((callback, index) => {
    const name = callback.getOutputByName('name', '') || callback.getOutputByName('prompt', '');
    return `${index} ${callback.getType()} ${name}`;
  });

/** @param {import('../form.js').FormField} [field] @returns {any[]} */
const controlsOf = ({ nodes = [] } = {}) =>
  nodes.flatMap((node) => {
    if (!(node instanceof Element)) return [];
    return node.matches(CONTROLS) ? [node] : [...node.querySelectorAll(CONTROLS)];
  });

/** @param {any} control */
const memberOf = ({ type }) => (/checkbox|radio/.test(type) ? 'checked' : 'value');

/** @param {any} control */
const entered = (control) => control[memberOf(control)];

/** @param {any} control @param {unknown} value */
function enter(control, value) {
  if (value === undefined || entered(control) === value) return;
  control[memberOf(control)] = value;
  control.dispatchEvent(new Event('change', { bubbles: true }));
}
