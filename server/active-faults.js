import { FAULTS } from './fault-registry.js';
import { unknown, WrongOption } from './wrong-option.js';

/**
 * The faults that are on, and what they change. Each is a way in which a real provider differs from
 * this server, and lasts until it is switched off; see {@link FAULTS}. A single request that fails
 * is one of the `Failures` instead.
 */
export class ActiveFaults {
  #active = new Map();
  #initial;
  #onChange;

  /**
   * @param {(string | [string, unknown])[]} initial what is on at the start and after a reset: `name`,
   *   `name=value`, where the value is JSON or else text, or `[name, value]`
   * @param {() => void} onChange called after each change
   */
  constructor(initial = [], onChange = () => {}) {
    this.#initial = initial;
    this.#onChange = onChange;
    this.#start();
  }

  #start() {
    this.#active.clear();
    for (const one of this.#initial) this.#set(...(Array.isArray(one) ? one : parse(one)));
  }

  /**
   * Switches a fault on, with a value if it takes one, or off.
   * @param {string} name
   * @param {unknown} value `true` for its usual value, `false` to switch it off
   */
  set(name, value = true) {
    this.#set(name, value);
    this.#onChange();
  }

  #set(name, value) {
    const fault = FAULTS.find((one) => one.name === name);
    if (!fault) throw unknown('fault', name, NAMES);
    if (value === false) this.#active.delete(name);
    else this.#active.set(name, settingOf(fault, value));
  }

  /** Switches all faults off. */
  clear() {
    this.#active.clear();
    this.#onChange();
  }

  /** Only what was on at the start is on again. */
  reset() {
    this.#start();
    this.#onChange();
  }

  /** Every fault there is: `{ name, does, seenAt, takes?, value }`, `value` is `false` if it is off. */
  list() {
    return FAULTS.map(({ name, does, seenAt, takes, values }) => ({
      name,
      does,
      seenAt,
      ...((takes ?? values) && { takes: takes ?? values }),
      value: this.#active.has(name) ? this.#active.get(name) : false,
    }));
  }

  /** Whether a fault that is on has a say at a stage. */
  changes(stage) {
    return this.#at(stage).length > 0;
  }

  /** A value as the faults that are on want it; see {@link FAULTS} for the stages. */
  as(stage, value, context = {}) {
    return this.#at(stage).reduce(
      (changed, [fault, setting]) => fault[stage](changed, { ...context, setting }),
      value,
    );
  }

  /** Whether one of the faults that are on has answered a request. */
  async handle(call) {
    for (const [fault, setting] of this.#at('handle')) {
      if (await fault.handle(call, setting)) return true;
    }
    return false;
  }

  #at(stage) {
    return FAULTS.filter((fault) => fault[stage] && this.#active.has(fault.name)).map((fault) => [
      fault,
      this.#active.get(fault.name),
    ]);
  }
}

const NAMES = FAULTS.map(({ name }) => name);

function parse(text) {
  const [name, value] = text.split(/=(.*)/s);
  if (value === undefined) return [name, true];
  try {
    return [name, JSON.parse(value)];
  } catch {
    return [name, value];
  }
}

function settingOf({ name, values, takes, usual, accepts = () => true }, value) {
  if (value === true) return values?.[0] ?? usual ?? true;
  if (values && !values.includes(value)) {
    throw new WrongOption(`${name} must be one of ${values.join(', ')}`);
  }
  if (!values && !takes) throw new WrongOption(`${name} takes no value`);
  if (!accepts(value)) throw new WrongOption(`${name} takes ${takes}`);
  return value;
}
