import { readdirSync, readFileSync } from 'node:fs';
import { decisions } from './decisions.js';

/**
 * A journey is a JSON file in `journeys/`:
 *
 *     { name, start, nodes: { [id]: node } }
 *     node = { type: 'page', header?, description?, stage?, callbacks, next }
 *          | { type: 'decision', decision, outcomes: { [outcome]: id } }
 *     callback = { type, output: { [name]: value }, input?, secret? }
 *
 * `success` and `failure` are the ids of the two ends. `input` names what the answer is kept as; a
 * callback with several inputs has an object of them by suffix: `{ "": "answer", "question": "q" }`
 * is `IDToken1` and `IDToken1question`. An `input` of a callback with `secret` (a PasswordCallback
 * has it unsaid) reaches the decisions up to the next page and is forgotten there.
 */
export function loadJourneys(folder = new URL('./journeys/', import.meta.url)) {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const journeys = files.map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')));
  return new Map(journeys.map((journey) => [journey.name, journey]));
}

/** An answer that doesn't fit the page it is for. */
export class UnexpectedInput extends Error {}

/** The page as AM sends it: `{ callbacks, stage?, header?, description? }`. */
export function renderPage({ callbacks, stage, header, description }) {
  return { callbacks: callbacks.map(renderCallback), stage, header, description };
}

function renderCallback({ type, output, input }, index) {
  return {
    type,
    output: Object.entries(output).map(([name, value]) => ({ name, value })),
    ...(input && { input: inputNames(input, index).map(({ name }) => ({ name, value: '' })) }),
    _id: index,
  };
}

function inputNames(input, index) {
  const bySuffix = typeof input === 'string' ? { '': input } : input;
  return Object.entries(bySuffix).map(([suffix, key]) => ({
    name: `IDToken${index + 1}${suffix}`,
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

function isSecret({ type, secret = type === 'PasswordCallback' }) {
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

/** Follows the decisions from node `id` to the next page or end; the id of that. */
export async function advance(journey, id, inputs) {
  let at = id;
  while (journey.nodes[at]?.type === 'decision') {
    const { decision, outcomes } = journey.nodes[at];
    at = outcomes[await decisions[decision](inputs)];
  }
  return at;
}
