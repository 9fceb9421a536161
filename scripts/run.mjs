/**
 * Helpers of all scripts: paths, commands, and failures that are shown as one plain message.
 * Built-ins only: they run before `npm ci` has.
 */
import { spawn, spawnSync } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** What is kept between checkouts: the wasm-bindgen CLI, Firefox's driver. */
export const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'journey-oidc');

/** A failure whose message is all that a developer needs: shown without a stack. */
export class Failure extends Error {}

/** Commands under way, ended with this process. */
const running = new Set();

/**
 * Runs a command, showing its output, and fails when it fails.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, capture?: boolean, minutes?: number }} [options]
 *   `capture` also returns what it wrote to stdout; after `minutes` it is ended.
 * @returns {Promise<string>} the captured output
 */
export async function run(command, args, options = {}) {
  const { code, output, problem } = await execute(command, args, options);
  if (code !== 0) {
    throw Object.assign(new Failure(`${[command, ...args].join(' ')}\n${problem}`), { output });
  }
  return output;
}

/** Runs a command to its end, whatever that is. */
function execute(command, args, { cwd = root, env = {}, capture = false, minutes }) {
  const { promise, resolve } = withResolvers();
  const stdio = ['ignore', capture ? 'pipe' : 'inherit', 'inherit'];
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio });
  running.add(child);
  let late = false;
  const timer =
    minutes &&
    setTimeout(() => {
      late = true;
      child.kill();
    }, minutes * 60_000);
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    output += text;
    process.stdout.write(text);
  });
  const finish = (code, problem) => {
    clearTimeout(timer);
    running.delete(child);
    resolve({ code, output, problem: late ? `took longer than ${minutes} minutes` : problem });
  };
  child.on('error', (error) => finish(-1, error.message));
  child.on('close', (code, signal) => finish(code ?? -1, `ended with ${signal ?? `exit ${code}`}`));
  return promise;
}

/** `Promise.withResolvers()`, which Node 20 lacks. */
function withResolvers() {
  const deferred = {};
  deferred.promise = new Promise((resolve) => {
    deferred.resolve = resolve;
  });
  return deferred;
}

/**
 * What a quick command prints, trimmed.
 *
 * @returns {string | undefined} nothing when the command is missing or fails
 */
export function output(command, args, env = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return result.status === 0 ? result.stdout.trim() : undefined;
}

/** One line that says what comes next. */
export function say(text) {
  console.log(`\n▸ ${text}`);
}

/** `1 min 02 s`, `3.4 s` */
export function duration(milliseconds) {
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const rest = Math.round(seconds) % 60;
  return `${Math.floor(Math.round(seconds) / 60)} min ${String(rest).padStart(2, '0')} s`;
}

/** Whether this file was started by `node`, not imported. */
export function isMain(url) {
  return process.argv[1] !== undefined && fileURLToPath(url) === process.argv[1];
}

/** Runs a script: a failure is printed, and becomes the exit code. Ctrl-C ends its commands too. */
export async function main(body) {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      for (const child of running) child.kill(signal);
      process.exit(running.size > 0 ? 1 : 0);
    });
  }
  try {
    await body();
  } catch (error) {
    console.error(error instanceof Failure ? `\n✗ ${error.message}` : error);
    process.exitCode = 1;
  }
}
