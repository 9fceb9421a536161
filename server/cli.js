#!/usr/bin/env node
/** `journey-oidc-server`: see README.md. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

const HELP = `Usage: journey-oidc-server [options]

An OpenID Provider with the endpoints of PingAM, to develop and test sign-in with.

  --config FILE      the options in a file (default: journey-oidc-server.config.js, .mjs or .json)
  --port NUMBER      default 9443; 0 for a free one
  --origin ORIGIN    an origin that an app is served from, such as http://localhost:5173; repeatable
  --fault NAME[=VALUE]  behaves as a real provider does, or not with =false; repeatable
  --list-faults      prints the faults, and ends
  --tls              speaks https, by a certificate that is made now
  --cert FILE --key FILE  speaks https by this certificate
  --listen ADDRESS   an address that other machines may reach; default: loopback only
  --host NAME        the host in the issuer (default: localhost)
  --allow-host NAME  another host name by which it may be requested; repeatable
  --test-mode        lets tests control it by requests below /test/
  --log              prints a line for each request
  --help, --version
`;

const FLAGS = {
  config: { type: 'string' },
  port: { type: 'string' },
  origin: { type: 'string', multiple: true },
  fault: { type: 'string', multiple: true },
  'list-faults': { type: 'boolean' },
  tls: { type: 'boolean' },
  cert: { type: 'string' },
  key: { type: 'string' },
  listen: { type: 'string' },
  host: { type: 'string' },
  'allow-host': { type: 'string', multiple: true },
  'test-mode': { type: 'boolean' },
  log: { type: 'boolean' },
  help: { type: 'boolean' },
  version: { type: 'boolean' },
};

/** Errors whose message is all that a developer needs. */
const PLAIN = [
  'ENOENT',
  'ERR_OPTION',
  'ERR_PARSE_ARGS_INVALID_OPTION_VALUE',
  'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL',
  'ERR_PARSE_ARGS_UNKNOWN_OPTION',
  'invalid_client_metadata',
  'invalid_redirect_uri',
];

try {
  await main(parseArgs({ options: FLAGS }).values);
} catch (error) {
  const message = messageOf(error);
  if (message === undefined) throw error;
  console.error(message);
  process.exitCode = 1;
}

async function main(flags) {
  if (flags.help) return console.log(HELP);
  if (flags.version) return console.log(version());
  if (flags['list-faults']) return listFaults();
  const { CONFIG_FILES, loadConfig, readOptions } = await import('./options.js');
  const { startServer } = await import('./server.js');
  const file = flags.config ?? CONFIG_FILES.find((name) => existsSync(name));
  const { options, folder } = file ? await loadConfig(file) : { options: {}, folder: undefined };
  const read = readOptions({ ...options, ...optionsOf(flags, options) }, folder);
  const faults = [...read.faults, ...(flags.fault ?? [])];
  const server = await startServer({ ...read, faults });
  console.log(`Development server: ${server.url}/am\nDiscovery: ${server.wellknown}`);
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => server.close().then(() => process.exit(0)));
  }
}

/** What the command line says otherwise than the file; lists add to those of the file. */
function optionsOf(flags, { origins = [], hosts = [] }) {
  const tls =
    flags.cert || flags.key ? { cert: pathOf(flags.cert), key: pathOf(flags.key) } : flags.tls;
  const found = {
    port: flags.port && Number(flags.port),
    origins: [origins, flags.origin ?? []].flat(),
    hosts: [hosts, flags['allow-host'] ?? []].flat(),
    tls,
    listen: flags.listen,
    host: flags.host,
    testMode: flags['test-mode'],
    log: flags.log,
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

const pathOf = (file) => file && resolve(file);

function version() {
  const manifest = readFileSync(new URL('./package.json', import.meta.url), 'utf8');
  return JSON.parse(manifest).version;
}

async function listFaults() {
  const { FAULTS } = await import('./fault-registry.js');
  for (const { name, does, seenAt, values, takes } of FAULTS) {
    const value = values ? `=${values.join('|')}` : takes ? `=${takes}` : '';
    console.log(`${name}${value}\n  ${does}\n  Seen at: ${seenAt.join(', ')}`);
  }
}

/** The message of an error that needs no stack. */
function messageOf({ code, error, message, error_description, port }) {
  if (code === 'EADDRINUSE') return `Port ${port} is in use. Choose another one by --port.`;
  if (code === 'EADDRNOTAVAIL') return 'No network interface has the address of --listen.';
  if (!PLAIN.includes(code ?? error)) return undefined;
  return error_description ? `${message}: ${error_description}` : message;
}
