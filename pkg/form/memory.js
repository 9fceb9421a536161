const CONTROLS =
  'input:not([type="hidden"], [readonly], [autocomplete="one-time-code"]), select, textarea';

/**
 * What the user has entered, so that a submission that fails loses none of it. It is only in memory. Passwords
 * are kept until the next submission; codes that are used once are not kept.
 */
export class Memory {
  /** @type {Map<string, { values: (string | boolean)[], isSecret: boolean }>} */
  #kept = new Map();
  /** Which callbacks the last submitted step had. */
  #last = '';

  clear() {
    this.#kept.clear();
    this.#last = '';
  }

  /**
   * @param {import('../index.js').JourneyStep} step
   * @param {import('../form.js').FormField[]} fields of its callbacks
   */
  keep(step, fields) {
    for (const [key, { isSecret }] of this.#kept) if (isSecret) this.#kept.delete(key);
    const keys = keysOf(step);
    this.#last = keys.join();
    for (const [index, field] of fields.entries()) {
      const controls = controlsOf(field);
      const isSecret = controls.some(({ autocomplete }) => autocomplete?.endsWith('-password'));
      this.#kept.set(keys[index] ?? '', { values: controls.map(entered), isSecret });
    }
  }

  /**
   * Enters it again, if the step is the same as before or `isAfterFailure`.
   *
   * @param {import('../index.js').JourneyStep} step
   * @param {import('../form.js').FormField[]} fields
   * @param {boolean} [isAfterFailure]
   */
  restore(step, fields, isAfterFailure) {
    const keys = keysOf(step);
    if (!isAfterFailure && keys.join() !== this.#last) return;
    for (const [index, field] of fields.entries()) {
      const controls = controlsOf(field);
      const values = this.#kept.get(keys[index] ?? '')?.values;
      if (values?.length !== controls.length) continue;
      for (const [at, control] of controls.entries()) enter(control, values[at]);
    }
  }
}

/**
 * The type and the name or prompt of each callback, with its place among those.
 *
 * @param {import('../index.js').JourneyStep} step
 */
function keysOf(step) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  return step.callbacks.map((callback) => {
    const name = callback.getOutputByName('name', '') || callback.getOutputByName('prompt', '');
    const key = `${callback.getType()} ${name}`;
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    return `${key} ${count}`;
  });
}

/** @param {import('../form.js').FormField} field @returns {any[]} */
const controlsOf = ({ nodes = [] }) =>
  nodes.flatMap((node) => {
    if (!(node instanceof Element)) return [];
    return node.matches(CONTROLS) ? [node] : [...node.querySelectorAll(CONTROLS)];
  });

/** @param {any} control */
const isBox = ({ type }) => type === 'checkbox' || type === 'radio';

/** @param {any} control */
const entered = (control) => (isBox(control) ? control.checked : control.value);

/** @param {any} control @param {any} value */
function enter(control, value) {
  if (entered(control) === value) return;
  control[isBox(control) ? 'checked' : 'value'] = value;
  control.dispatchEvent(new Event('input', { bubbles: true }));
  control.dispatchEvent(new Event('change', { bubbles: true }));
}
