/**
 * `npm run bench`: sizes and timings beside the peers, in one run. `--rounds 12` is how often each
 * library is sampled, `--only ours,forgerock` which ones. Prints a table; writes
 * `target/bench/results.json`. Judges nothing: machines are too different.
 */
import { writeFile } from 'node:fs/promises';
import { cpus, loadavg, release } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { duration, isMain, main } from '../../scripts/run.mjs';
import { startBrowser } from './browser.js';
import { buildBundles } from './build.js';
import { sample } from './measures.js';
import { startServer } from './server.js';
import { overFloor, summarise, toTable } from './table.js';

const FLOOR = 'floor';
const DIRECT_PEER = 'forgerock';

/** What is printed, in the order of the columns. */
const ORDER = [
  'ours',
  'ours-url',
  DIRECT_PEER,
  'javascript-sdk',
  'oidc-client-ts',
  'auth0-spa-js',
  FLOOR,
];

/**
 * @param {{ rounds: number, only?: string[] }} options
 */
export async function bench({ rounds, only }) {
  const { folder, bundles } = await buildBundles(
    (name) => !only || only.includes(name) || name === FLOOR,
  );
  const names = bundles.map(({ name }) => name);
  const machine = {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    system: release(),
    load: [loadavg()[0]],
  };
  const { samples, chromium } = await measure(folder, names, rounds);
  machine.load.push(loadavg()[0]);
  const results = {
    date: new Date().toISOString(),
    node: process.version,
    chromium,
    machine,
    rounds,
    bundles,
    libraries: Object.fromEntries(names.map((name) => [name, summarise(samples[name])])),
  };
  await writeFile(
    join(folder, 'results.json'),
    `${JSON.stringify({ ...results, samples }, null, 1)}\n`,
  );
  console.log(`\n${report(results)}`);
}

/** Samples every library once a round, in random order. */
async function measure(folder, names, rounds) {
  const server = await startServer(folder);
  const browser = await startBrowser();
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  try {
    for (let round = 1; round <= rounds; round += 1) {
      const start = Date.now();
      for (const name of shuffled(names)) {
        samples[name].push(await sampleOnce(browser, server, name));
      }
      console.log(`Round ${round} of ${rounds} (${duration(Date.now() - start)})`);
    }
    return { samples, chromium: browser.version() };
  } finally {
    await browser.close();
    server.close();
  }
}

/** One sample; one that fails is told, and missing. */
async function sampleOnce(browser, server, name) {
  try {
    return await sample(browser, server, name);
  } catch (error) {
    console.error(`${name}: ${error}`);
    return {};
  }
}

function shuffled(names) {
  const keyed = names.map((name) => ({ name, key: Math.random() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ name }) => name);
}

/** The tables of the issue, in Markdown. */
function report({ libraries, bundles, machine, chromium, rounds }) {
  const columns = ORDER.filter((name) => name in libraries);
  const size = (key) => (name) => {
    const bundle = bundles.find((other) => other.name === name && name !== FLOOR);
    return bundle && { median: bundle[key] / 1000 };
  };
  const of = (measure) => (name) => libraries[name]?.[measure];
  const over = (measure) => (name) =>
    name === FLOOR ? of(measure)(name) : overFloor(of(measure)(name), of(measure)(FLOOR));
  const rows = [
    { title: 'transfer, brotli, kB', of: size('total') },
    { title: 'before the first call, kB', of: size('atStart') },
    { title: 'start-up CPU over the floor, ms', of: over('start-up CPU') },
    { title: 'start-up wall, ms', of: of('start-up wall') },
    { title: 'token.get(), µs', of: of('token.get()') },
    { title: 'authorize.url(), µs', of: of('authorize.url()') },
    { title: 'journey step CPU over fetch, ms', of: over('journey step CPU') },
    { title: 'heap, kB', of: of('heap') },
    { title: 'outside of the heap, kB', of: of('outside heap') },
    ...[
      'cold page: form',
      'cold page: submit to tokens',
      'cold page: form + tokens',
      'cold page with hints: form',
      'cold page with hints: form + tokens',
    ].map((measure) => ({ title: `${measure}, ms`, of: of(measure) })),
    { title: 'warm page: bytes before the token, kB', of: of('warm page: bytes') },
    { title: 'warm page: CPU over the floor, ms', of: over('warm page: CPU') },
    { title: 'warm page: wall, ms', of: of('warm page: wall') },
    { title: 'renewal by frame, ms', of: of('renewal by frame') },
    { title: 'renewal by refresh, ms', of: of('renewal by refresh') },
  ];
  const requests = ['requests, cold', 'requests, warm', 'requests, warm, renewal'];
  const perLibrary = columns.map((name) => ({
    title: name,
    of: (measure) => of(measure)(name),
  }));
  const load = machine.load.map((value) => value.toFixed(1)).join(' to ');
  return `Median (minimum) and ratio to ${DIRECT_PEER}. ${rounds} rounds, Chromium ${chromium}, ${machine.cores} cores (${machine.cpu}), load ${load}.

${toTable(columns, rows, DIRECT_PEER)}

${toTable(requests, perLibrary)}`;
}

if (isMain(import.meta.url)) {
  await main(async () => {
    const options = { rounds: { type: 'string', default: '12' }, only: { type: 'string' } };
    const { values } = parseArgs({ options });
    await bench({ rounds: Number(values.rounds), only: values.only?.split(',') });
  });
}
