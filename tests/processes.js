/** Commands and servers of the projects: each is ended with its children, whatever happens. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const MINUTES = 4;

/** What keeps every tool to itself: no telemetry, no questions, no colours. */
const QUIET = { CI: '1', NO_COLOR: '1', NEXT_TELEMETRY_DISABLED: '1' };

/** Runs a command in its process group, and ends the group when we are no more, were it by SIGKILL. */
const GUARDED = `
exec 3<&0
(read -r _ <&3; kill -KILL 0) >/dev/null 2>&1 &
"$@" </dev/null 3<&-
`;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

process.once('exit', endAll);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => process.exit(1));
}

function endAll() {
  for (const child of running) end(child);
}

/** Ends a process and what it started. */
function end(child, signal = 'SIGKILL') {
  if (signal === 'SIGKILL') running.delete(child);
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // It ended by itself.
    if (error.code !== 'ESRCH') throw error;
  }
}

/**
 * Starts a command in a process group of its own.
 *
 * @param {string} folder
 * @param {string[]} command
 * @param {Record<string, string>} env
 * @returns {{ child: import('node:child_process').ChildProcess, ended: Promise<number>,
 *   text: () => string, end: (signal?: NodeJS.Signals) => void }} `ended`: its exit code; `text`:
 *   what it has written
 */
export function start(folder, command, env) {
  const child = spawn('sh', ['-c', GUARDED, 'sh', ...command], {
    cwd: folder,
    env: { ...withoutOurs(process.env), ...QUIET, ...env },
    stdio: 'pipe',
    detached: true,
  });
  running.add(child);
  const output = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => output.push(text));
  }
  const ended = once(child, 'close').then(
    ([code]) => code,
    (error) => output.push(String(error)),
  );
  return { child, ended, text: () => output.join(''), end: (signal) => end(child, signal) };
}

/** The environment, without what Node and npm say to the processes of this run of the tests. */
function withoutOurs(env) {
  const ours = /^(npm_|NODE_|INIT_CWD$)/i;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !ours.test(name)));
}

/**
 * Runs a command to its end; fails when it fails, with all that it wrote.
 *
 * @param {string} folder
 * @param {string[]} command
 * @param {Record<string, string>} [env]
 * @returns {Promise<string>} what it wrote
 */
export async function run(folder, command, env = {}) {
  const { child, ended, text } = start(folder, command, env);
  const late = setTimeout(() => end(child), MINUTES * 60_000);
  const code = await ended;
  clearTimeout(late);
  end(child);
  if (code !== 0) throw new Error(`${command.join(' ')} (in ${folder}): ${code}\n${text()}`);
  return text();
}

/**
 * Starts a server, and waits until it answers.
 *
 * @param {string} folder
 * @param {string[]} command
 * @param {string} url
 * @param {Record<string, string>} [env]
 * @returns {Promise<() => void>} its end
 */
export async function serve(folder, command, url, env = {}) {
  const { child, ended, text } = start(folder, command, env);
  let hasEnded = false;
  ended.then(() => {
    hasEnded = true;
  });
  for (const deadline = Date.now() + MINUTES * 60_000; ; ) {
    const response = await fetch(url).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.ok) return () => end(child);
    if (hasEnded || Date.now() > deadline) {
      end(child);
      throw new Error(`${command.join(' ')} (in ${folder}) doesn't answer at ${url}\n${text()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
