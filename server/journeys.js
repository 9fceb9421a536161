import { readdirSync, readFileSync } from 'node:fs';

/**
 * A journey is a JSON file in `journeys/`:
 *
 *     { name, description, start, nodes: { [id]: node } }
 *     node = { type: 'page', header?, description?, stage?, callbacks, next? }
 *          | { type: 'decision', decision, with?, outcomes: { [outcome]: id } }
 *     callback = { type, output: { [name]: value }, input?, initial?, secret? }
 *
 * `success` and `failure` are the ids of the two ends; a page without `next` comes again. `input`
 * names what the answer is kept as; a callback with several inputs has an object of them by suffix:
 * `{ "": "answer", "question": "q" }` is `IDToken1` and `IDToken1question`. `initial` is what AM
 * sends in the input, again a value or an object by suffix. A value `{ "$": name, "otherwise"? }`
 * stands for what is kept as `name`; without either the output is left out. An `input` of a callback
 * with `secret` (one for a password has it unsaid) reaches the decisions up to the next page and is
 * forgotten there.
 *
 * Each journey's `description` says what it is and what it wants for an answer. There are
 *
 * - to sign in: Login, LoginSteps, Social (by another provider), MagicLink, StepUp
 * - for a user: Registration, ResetPassword
 * - by callback: Choice, Confirmation, Consent, DeviceProfile, DeviceProfileLocation, HiddenValue,
 *   Metadata, Polling, Text, Unknown
 * - with a device: OtpQr, PushQr, RecoveryCodes, WebAuthnRegister, WebAuthnLogin,
 *   WebAuthnUsernameless, WebAuthnConditional; as the modules of older AMs do it: OtpQrModule,
 *   WebAuthnRegisterModule, WebAuthnLoginModule
 * - against robots: Captcha, CaptchaEnterprise, Protect
 */
export function loadJourneys(folder = new URL('./journeys/', import.meta.url)) {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const journeys = files.map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')));
  return new Map(journeys.map((journey) => [journey.name, journey]));
}

/**
 * What is wrong with a journey, as a message; nothing if it can be run.
 *
 * @param {Record<string, Function>} decisions those that there are, by name
 * @returns {string | undefined}
 */
export function checkJourney({ name, start, nodes }, decisions) {
  if (typeof name !== 'string' || name === '') return 'A journey has no name';
  if (typeof nodes !== 'object' || nodes === null) return `Journey ${name} has no nodes`;
  const isNode = (id) => Object.hasOwn(nodes, id) || id === 'success' || id === 'failure';
  if (!isNode(start)) return `Journey ${name} starts at ${start}, which is not one of its nodes`;
  for (const [id, node] of Object.entries(nodes)) {
    const problem = node.type === 'page' ? problemOfPage(node) : problemOfDecision(node, decisions);
    if (problem) return `Journey ${name}, node ${id}: ${problem}`;
    const lost = Object.values(node.outcomes ?? [node.next ?? id]).find((next) => !isNode(next));
    if (lost) return `Journey ${name}, node ${id}: ${lost} is not one of its nodes`;
  }
  return undefined;
}

function problemOfPage({ callbacks }) {
  if (!Array.isArray(callbacks)) return 'a page needs a list of callbacks';
  const isOne = ({ type, output }) => typeof type === 'string' && typeof output === 'object';
  return callbacks.every(isOne) ? undefined : 'each callback needs a type and an output';
}

function problemOfDecision({ type, decision, outcomes }, decisions) {
  if (type !== 'decision') return 'the type must be page or decision';
  if (!Object.hasOwn(decisions, decision)) {
    return `there is no decision ${decision}. There are: ${Object.keys(decisions).join(', ')}`;
  }
  return typeof outcomes === 'object' ? undefined : 'a decision needs outcomes';
}

/** An answer that doesn't fit the page it is for. */
export class UnexpectedInput extends Error {}

/** The page as AM sends it: `{ callbacks, stage?, header?, description? }`. */
export function renderPage({ callbacks, stage, header, description }, inputs) {
  const rendered = callbacks.map((callback, index) => renderCallback(callback, index, inputs));
  return { callbacks: rendered, stage, header, description };
}

function renderCallback({ type, output, input, initial }, index, inputs) {
  const entry = (name, value) => ({ name, value: fill(value, inputs) });
  return {
    type,
    output: Object.entries(output)
      .map(([name, value]) => entry(name, value))
      .filter(({ value }) => value !== undefined),
    ...(input && {
      input: inputNames(input, index).map(({ name, suffix }) =>
        entry(name, bySuffix(initial)[suffix] ?? ''),
      ),
    }),
    _id: index,
  };
}

function fill(value, inputs) {
  const isReference = typeof value === 'object' && value !== null && '$' in value;
  return isReference ? (inputs[value.$] ?? value.otherwise) : value;
}

/** A value for the first input alone, or an object of values by suffix. */
function bySuffix(values) {
  const isObject = typeof values === 'object' && values !== null && !('$' in values);
  return isObject ? values : { '': values };
}

function inputNames(input, index) {
  return Object.entries(bySuffix(input)).map(([suffix, key]) => ({
    name: `IDToken${index + 1}${suffix}`,
    suffix,
    key,
  }));
}

/**
 * Reads the answers to a page: `{ kept, secret }`, each by the names in the journey.
 * Throws `UnexpectedInput` if the callbacks are not the page's.
 */
export function readAnswers(page, callbacks) {
  if (!Array.isArray(callbacks) || callbacks.length !== page.callbacks.length) {
    throw new UnexpectedInput('The number of callbacks is not the expected one');
  }
  const answers = { kept: {}, secret: {} };
  for (const [index, expected] of page.callbacks.entries()) {
    const part = isSecret(expected) ? answers.secret : answers.kept;
    Object.assign(part, readCallback(expected, callbacks[index], index));
  }
  return answers;
}

const SECRET_TYPES = ['PasswordCallback', 'ValidatedCreatePasswordCallback'];

function isSecret({ type, secret = SECRET_TYPES.includes(type) }) {
  return secret;
}

function readCallback(expected, callback, index) {
  if (callback?.type !== expected.type) {
    throw new UnexpectedInput(`Callback ${index} is not a ${expected.type}`);
  }
  const entries = inputNames(expected.input ?? {}, index).map(({ name, key }) => {
    const entry = Array.isArray(callback.input) && callback.input.find((one) => one?.name === name);
    if (!entry) throw new UnexpectedInput(`Input ${name} is missing`);
    return [key, entry.value];
  });
  return Object.fromEntries(entries);
}

/**
 * Follows the decisions from node `id` to the next page or end: `{ node, kept }`, the id of that and
 * what the decisions want kept.
 * @param context what a decision gets besides the inputs, see decisions.js
 */
export async function advance(journey, id, inputs, context, decisions) {
  const kept = {};
  let node = id;
  while (journey.nodes[node]?.type === 'decision') {
    const { decision, with: params, outcomes } = journey.nodes[node];
    const result = await decisions[decision]({ ...inputs, ...kept }, { ...context, params });
    const { outcome, ...more } = typeof result === 'string' ? { outcome: result } : result;
    if (!Object.hasOwn(outcomes, outcome)) {
      throw new Error(`${journey.name}: ${node} has no outcome ${outcome}`);
    }
    Object.assign(kept, more);
    node = outcomes[outcome];
  }
  return { node, kept };
}
