import { QUIRKS } from './quirks.js';

/** A quirk that does not exist, or a value that it does not take. */
class WrongQuirk extends TypeError {
  code = 'ERR_QUIRK';
}

/**
 * The quirks that are on, and what they change. Each is a way in which a real provider differs from
 * this server, and lasts until it is switched off; see {@link QUIRKS}. A failure of a single request
 * is one of the `Faults` instead.
 */
export class ActiveQuirks {
  #active = new Map();
  #initial;
  #onChange;

  /**
   * @param {string[]} initial what is on at the start and after a reset: `name` or `name=value`,
   *   where the value is JSON or else text
   * @param {() => void} onChange called after each change
   */
  constructor(initial = [], onChange = () => {}) {
    this.#initial = initial;
    this.#onChange = onChange;
    this.#start();
  }

  #start() {
    this.#active.clear();
    for (const text of this.#initial) this.#set(...parse(text));
  }

  /**
   * Switches a quirk on, with a value if it takes one, or off.
   * @param {string} name
   * @param {unknown} value `true` for its usual value, `false` to switch it off
   */
  set(name, value = true) {
    this.#set(name, value);
    this.#onChange();
  }

  #set(name, value) {
    const quirk = QUIRKS.find((one) => one.name === name);
    if (!quirk) throw new WrongQuirk(`Unknown quirk ${name}. There are: ${NAMES.join(', ')}`);
    if (value === false) this.#active.delete(name);
    else this.#active.set(name, settingOf(quirk, value));
  }

  /** Switches all quirks off. */
  clear() {
    this.#active.clear();
    this.#onChange();
  }

  /** Only what was on at the start is on again. */
  reset() {
    this.#start();
    this.#onChange();
  }

  /** Every quirk there is: `{ name, does, seenAt, takes?, value }`, `value` is `false` if it is off. */
  list() {
    return QUIRKS.map(({ name, does, seenAt, takes, values }) => ({
      name,
      does,
      seenAt,
      ...((takes ?? values) && { takes: takes ?? values }),
      value: this.#active.has(name) ? this.#active.get(name) : false,
    }));
  }

  /** Whether a quirk that is on has a say at a stage. */
  changes(stage) {
    return this.#at(stage).length > 0;
  }

  /** A value as the quirks that are on want it; see {@link QUIRKS} for the stages. */
  as(stage, value, context = {}) {
    return this.#at(stage).reduce(
      (changed, [quirk, setting]) => quirk[stage](changed, { ...context, setting }),
      value,
    );
  }

  /** Whether one of the quirks that are on has answered a request. */
  async handle(call) {
    for (const [quirk, setting] of this.#at('handle')) {
      if (await quirk.handle(call, setting)) return true;
    }
    return false;
  }

  #at(stage) {
    return QUIRKS.filter((quirk) => quirk[stage] && this.#active.has(quirk.name)).map((quirk) => [
      quirk,
      this.#active.get(quirk.name),
    ]);
  }
}

const NAMES = QUIRKS.map(({ name }) => name);

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
    throw new WrongQuirk(`${name} must be one of ${values.join(', ')}`);
  }
  if (!values && !takes) throw new WrongQuirk(`${name} takes no value`);
  if (!accepts(value)) throw new WrongQuirk(`${name} takes ${takes}`);
  return value;
}
