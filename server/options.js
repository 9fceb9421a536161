import { readdirSync, readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { decisions } from './decisions.js';
import { AM } from './fault-registry.js';
import { checkJourney } from './journeys.js';
import { checkSettings } from './settings.js';
import { unknown, WrongOption } from './wrong-option.js';

const isText = (value) => typeof value === 'string' && value !== '';
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isFlag = (value) => typeof value === 'boolean';
const isList = (isOne) => (value) => Array.isArray(value) && value.every(isOne);
const isOrigin = (value) =>
  /^https?:/.test(value) && URL.canParse(value) && new URL(value).origin === value;

/** Each option: whether a value is one for it, and what it takes. */
const OPTIONS = {
  port: [(value) => Number.isInteger(value) && value >= 0 && value <= 65535, 'a port, 0 to 65535'],
  host: [isHost, 'a host name or an address, without a port'],
  listen: [(value) => isText(value) && isIP(value) !== 0, 'an address, such as 0.0.0.0'],
  hosts: [isList(isText), 'a list of host names'],
  tls: [
    (value) => isFlag(value) || (isObject(value) && isText(value.key) && isText(value.cert)),
    'true, or { key, cert } with PEM files',
  ],
  origins: [isList(isOrigin), 'a list of origins, such as http://localhost:5173'],
  users: [(value) => isObject(value) && Object.values(value).every(isObject), 'an object by name'],
  clients: [isList((one) => isText(one?.client_id)), 'a list of registrations with client_id'],
  settings: [isObject, 'an object'],
  journeys: [isList((one) => isText(one) || isObject(one)), 'a list of journeys or of their files'],
  decisions: [
    (value) => isObject(value) && Object.values(value).every((one) => typeof one === 'function'),
    'an object of functions',
  ],
  faults: [(value) => isObject(value) || isList(isText)(value), 'a list of names, or an object'],
  testMode: [isFlag, 'true or false'],
  log: [isFlag, 'true or false'],
};

/**
 * Checks the options of the package, and makes of them those of `startServer` in server.js.
 *
 * @param {import('./index.js').ServerOptions} options
 * @param {string} [folder] files in the options are relative to it
 * @throws {WrongOption}
 */
export function readOptions(options, folder = process.cwd()) {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(OPTIONS, name)) throw unknown('option', name, Object.keys(OPTIONS));
    const [accepts, takes] = OPTIONS[name];
    if (value !== undefined && !accepts(value)) throw new WrongOption(`${name} takes ${takes}`);
  }
  const { listen, host, faults = [], journeys = [], settings = {}, ...rest } = options;
  checkSettings(settings);
  return {
    ...rest,
    listen,
    host: hostOf(host, listen),
    settings,
    faults: [...AM, ...(Array.isArray(faults) ? faults : Object.entries(faults))],
    journeys: readJourneys(journeys, folder, { ...decisions, ...rest.decisions }),
    tls: isObject(rest.tls) ? readKeyPair(rest.tls, folder) : rest.tls || undefined,
  };
}

function isHost(value) {
  if (!isText(value) || isIP(value)) return isIP(value) !== 0;
  return URL.canParse(`http://${value}`) && new URL(`http://${value}`).hostname === value;
}

/** The host in the issuer: that of one address if the server listens on it alone. */
function hostOf(host, listen) {
  const isOne = listen !== undefined && !/^(0\.0\.0\.0|::|127\..*|::1)$/.test(listen);
  const name = host ?? (isOne ? listen : 'localhost');
  return isIP(name) === 6 ? `[${name}]` : name;
}

function readKeyPair({ key, cert }, folder) {
  const read = (value) =>
    value.startsWith('-----BEGIN') ? value : readFileSync(resolve(folder, value), 'utf8');
  return { key: read(key), cert: read(cert) };
}

/** Journeys, of which some are named by their file, or by a folder of files. */
function readJourneys(list, folder, known) {
  const journeys = list.flatMap((one) =>
    typeof one === 'string' ? filesAt(resolve(folder, one)).map(readJson) : [one],
  );
  for (const journey of journeys) {
    const problem = checkJourney(journey, known);
    if (problem) throw new WrongOption(problem);
  }
  return journeys;
}

function filesAt(path) {
  if (!statSync(path).isDirectory()) return [path];
  const names = readdirSync(path).filter((name) => name.endsWith('.json'));
  return names.map((name) => join(path, name));
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new WrongOption(`${file} is not JSON: ${error.message}`);
  }
}

/** The names of a configuration file that is found without being named. */
export const CONFIG_FILES = ['js', 'mjs', 'json'].map(
  (ending) => `journey-oidc-server.config.${ending}`,
);

/**
 * Reads a configuration file: JSON, or a module whose default export is the options.
 *
 * @param {string} file
 * @returns {Promise<{ options: import('./index.js').ServerOptions, folder: string }>}
 */
export async function loadConfig(file) {
  const path = resolve(file);
  const options = path.endsWith('.json')
    ? readJson(path)
    : (await import(pathToFileURL(path).href)).default;
  if (!isObject(options)) throw new WrongOption(`${file} has no object of options`);
  return { options, folder: dirname(path) };
}
