/** Go: one server of the interop tests, Ory Hydra, is built with it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDebian } from './packages.mjs';
import { Failure, output, root } from './run.mjs';

/** Where the instructions of Go's own archive have it unpacked, which is not always on the PATH. */
const USUAL = '/usr/local/go/bin/go';

/** The Debian packages of what is not found, unless Debian's is known to be too old. */
export function goPackages() {
  if (!isDebian() || findGo()) return [];
  const policy = output('apt-cache', ['policy', 'golang-go']) ?? '';
  const [, ...candidate] = /Candidate: (?:\d+:)?(\d+)\.(\d+)/.exec(policy) ?? [];
  return candidate.length === 0 || isNewEnough(candidate.map(Number)) ? ['golang-go'] : [];
}

/**
 * Fails unless a Go that is new enough is there.
 *
 * @returns {string} its command
 */
export function requireGo(go = findGo()) {
  if (go) return go;
  throw new Failure(
    `The interop tests build Ory Hydra with Go ${oldest().join('.')} or newer. Put "go" on the PATH, ` +
      `or unpack Go's archive so that ${USUAL} is there. \`npm run interop -- --only …\` runs the ` +
      'tests of the other servers.',
  );
}

function findGo() {
  return ['go', USUAL].find((go) => isNewEnough(goVersion(output(go, ['version']))));
}

function isNewEnough([major, minor]) {
  const [wantedMajor, wantedMinor] = oldest();
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

/** The version that Hydra wants. */
function oldest() {
  const module = readFileSync(join(root, 'tests/interop/hydra/go.mod'), 'utf8');
  return /^go (\d+)\.(\d+)/m.exec(module).slice(1).map(Number);
}

/** The 1 and 26 of `go version go1.26.8 linux/amd64`; zeros for none. */
export function goVersion(text = '') {
  const [, major, minor] = /^go version go(\d+)\.(\d+)/.exec(text) ?? [];
  return [Number(major ?? 0), Number(minor ?? 0)];
}
