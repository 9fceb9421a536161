/**
 * The Rust toolchain, in two kinds, chosen by WASM_TOOLCHAIN=auto|rustup|debian:
 *
 * - `rustup`: the cargo on the PATH, with the target wasm32-unknown-unknown installed. What
 *   everybody has; the package is built with the ordinary standard library.
 * - `debian`: Debian's own rustc, in `/usr/bin`, beside any other. It has no standard library for
 *   wasm, but its source, so cargo builds that along (`-Zbuild-std`). Being built from source, it
 *   is also optimised for size and aborts without a message: the package is 12 to 14 % smaller.
 *
 * And wasm-bindgen's CLI, of exactly the version that Cargo.toml pins, in the cache folder.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isDebian, newestDebianPackage } from './packages.mjs';
import { cache, Failure, output, root, run, say } from './run.mjs';

const TARGET = 'wasm32-unknown-unknown';

/** Where the Rust build for the web goes. Apart from `target/`, which editors use meanwhile. */
export const webTarget = join(root, 'target/web');

/**
 * What makes the package smaller, given the source of the standard library: a panic is a bare
 * trap, without message or location, and `{:?}` writes nothing.
 */
const SMALLER = [
  '-Zunstable-options',
  '-Cpanic=immediate-abort',
  '-Zlocation-detail=none',
  '-Zfmt-debug=none',
];

/** A quarter of a mebibyte of stack is enough for the deepest JSON, when optimised; the default is 1 MiB. */
const STACK = '-Clink-arg=-zstack-size=262144';

/**
 * @typedef {object} Toolchain
 * @property {'rustup' | 'debian'} name
 * @property {string} cargo
 * @property {string} version rustc's
 * @property {Record<string, string>} env for every call of cargo
 * @property {{ env: Record<string, string>, args: string[] }} web for builds for the web
 * @property {{ env: Record<string, string>, args: string[] }} published the same, as published
 */

/**
 * Decides which toolchain to use, from what there is.
 *
 * @param {string} wanted WASM_TOOLCHAIN
 * @param {{ installedTarget: boolean, rustup: boolean, debian: boolean }} facts the cargo on the
 *   PATH builds for the web; there is a rustup, which may add that; Debian's packages can be had
 * @returns {Array<'installed' | 'add-target' | 'debian'>} what to try, in order
 */
export function choose(wanted, { installedTarget, rustup, debian }) {
  if (!['auto', 'rustup', 'debian'].includes(wanted)) {
    throw new Failure(`WASM_TOOLCHAIN is '${wanted}', expected auto, rustup or debian`);
  }
  if (wanted === 'debian') return ['debian'];
  if (installedTarget) return ['installed'];
  const ways = [];
  if (rustup) ways.push('add-target');
  if (debian && wanted === 'auto') ways.push('debian');
  return ways;
}

/**
 * The name of the toolchain to use. Adds rustup's target when that is all that is missing.
 *
 * @returns {Promise<'rustup' | 'debian'>}
 */
export async function findToolchain(wanted = process.env.WASM_TOOLCHAIN || 'auto') {
  const targetFolder = output('rustc', ['--print', 'target-libdir', '--target', TARGET]);
  const rustup = output('rustup', ['--version']) !== undefined;
  const installedTarget = targetFolder !== undefined && existsSync(targetFolder);
  for (const way of choose(wanted, { installedTarget, rustup, debian: isDebian() })) {
    if (way === 'installed') return 'rustup';
    if (way === 'debian') return 'debian';
    if (await addTarget()) return 'rustup';
  }
  throw new Failure(
    `No Rust toolchain that builds for the web (${TARGET}). ${
      rustup
        ? `Run:\n\n  rustup target add ${TARGET}\n`
        : 'Install Rust from https://rustup.rs, then repeat this command.'
    }`,
  );
}

/** Lets rustup add the target; whether it could. */
async function addTarget() {
  say(`Adding the Rust target ${TARGET}`);
  try {
    await run('rustup', ['target', 'add', TARGET]);
    return true;
  } catch {
    return false;
  }
}

/**
 * The Debian packages that a toolchain needs.
 *
 * @param {'rustup' | 'debian'} name
 * @param {{ lint: boolean }} needs `lint`: also clippy and rustfmt
 * @returns {string[]}
 */
export function toolchainPackages(name, { lint }) {
  if (name !== 'debian') return [];
  return [
    'rustc-web',
    'cargo-web',
    'rust-web-src',
    ...(findLinker() ? [] : [newestDebianPackage('lld') ?? 'lld-22']),
    ...(lint ? ['rust-web-clippy', 'rustfmt-web'] : []),
  ];
}

/** The newest wasm linker among Debian's. */
function findLinker() {
  const number = (name) => Number(name.slice('wasm-ld-'.length));
  const names = readdirSync('/usr/bin').filter((name) => /^wasm-ld-\d+$/.test(name));
  const newest = names.sort((a, b) => number(a) - number(b)).pop();
  return newest && join('/usr/bin', newest);
}

/**
 * The toolchain, once its packages are installed. Checks rustc's version.
 *
 * @param {'rustup' | 'debian'} name
 * @returns {Toolchain}
 */
export function describeToolchain(name) {
  const toolchain = name === 'debian' ? debianToolchain() : rustupToolchain();
  const needed = cargoToml(/^rust-version = "([\d.]+)"/m);
  if (!isAtLeast(toolchain.version, needed)) {
    throw new Failure(
      `rustc ${toolchain.version} is too old, ${needed} is needed. ` +
        (name === 'debian' ? 'Update the package rustc-web.' : 'Run: rustup update stable'),
    );
  }
  return toolchain;
}

/** @returns {Toolchain} */
function rustupToolchain() {
  const web = {
    env: { CARGO_TARGET_DIR: webTarget, ...rustFlags() },
    args: [`--target=${TARGET}`],
  };
  return {
    name: 'rustup',
    cargo: 'cargo',
    version: rustcVersion('rustc'),
    env: {},
    web,
    published: { ...web, env: { ...web.env, ...rustFlags(STACK) } },
  };
}

/** @returns {Toolchain} */
function debianToolchain() {
  const args = [`--target=${TARGET}`, '-Zbuild-std=std,panic_abort'];
  const env = {
    CARGO_TARGET_DIR: webTarget,
    CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER: findLinker() ?? '',
    RUSTC_BOOTSTRAP: '1',
    ...rustFlags(),
  };
  return {
    name: 'debian',
    cargo: '/usr/bin/cargo',
    version: rustcVersion('/usr/bin/rustc'),
    // First on the PATH, since cargo looks up `cargo-clippy`, `rustfmt` and the like there.
    env: { PATH: `/usr/bin:${process.env.PATH}`, RUSTC: '/usr/bin/rustc' },
    web: { env, args },
    published: {
      env: { ...env, ...rustFlags(STACK, ...SMALLER) },
      args: [...args, '-Zbuild-std-features=optimize_for_size'],
    },
  };
}

/** rustc's flags for the web, as the environment variable that allows spaces in them. */
function rustFlags(...more) {
  const cargoHome = process.env.CARGO_HOME || join(homedir(), '.cargo');
  const flags = [
    // Keep this machine's folders out of the build: it is the same everywhere.
    `--remap-path-prefix=${cargoHome}=/cargo`,
    `--remap-path-prefix=${root}=/`,
    // The loops of SHA-2 as loops.
    '--cfg=sha2_backend_soft="compact"',
    ...more,
  ];
  return { CARGO_ENCODED_RUSTFLAGS: flags.join('\x1f') };
}

/** `1.96.0` */
function rustcVersion(rustc) {
  const version = output(rustc, ['--version'])?.split(' ')[1];
  if (!version) throw new Failure(`${rustc} --version doesn't run. Is Rust installed?`);
  return version;
}

/** Whether a dotted version is at least another. */
export function isAtLeast(version, needed) {
  const [have, want] = [version, needed].map((text) => text.split(/[.-]/).map(Number));
  const differing = want.findIndex((part, i) => part !== (have[i] ?? 0));
  return differing < 0 || have[differing] > want[differing];
}

/** What Cargo.toml says. */
function cargoToml(pattern) {
  const match = pattern.exec(readFileSync(join(root, 'Cargo.toml'), 'utf8'));
  if (!match) throw new Failure(`Cargo.toml has nothing like ${pattern}`);
  return match[1];
}

/** Adds rustup's clippy and rustfmt when they are missing. */
export async function installLinters(toolchain) {
  const missing = ['clippy', 'fmt'].filter(
    (name) => output(toolchain.cargo, [name, '--version'], toolchain.env) === undefined,
  );
  if (missing.length === 0) return;
  const components = missing.map((name) => (name === 'fmt' ? 'rustfmt' : name));
  say(`Adding ${components.join(' and ')}`);
  await run('rustup', ['component', 'add', ...components]);
}

/**
 * wasm-bindgen's CLI and test runner, of the version that Cargo.toml pins: the two must agree.
 * Installed by cargo into the cache folder, once per version.
 *
 * @param {Toolchain} toolchain
 * @returns {Promise<{ version: string, cli: string, testRunner: string }>}
 */
export async function installWasmBindgen({ cargo, env }) {
  const version = cargoToml(/^wasm-bindgen = "=([\d.]+)"/m);
  const folder = join(cache, `wasm-bindgen-${version}`);
  const cli = join(folder, 'bin/wasm-bindgen');
  const reported = () => output(cli, ['--version']);
  if (reported() !== `wasm-bindgen ${version}`) {
    say(`Installing wasm-bindgen ${version} (about two minutes, once)`);
    await cargoInstall({ cargo, env, folder, name: `wasm-bindgen-cli@=${version}` });
  }
  if (reported() !== `wasm-bindgen ${version}`) {
    throw new Failure(`${cli} says it is ${reported()}, expected ${version}`);
  }
  return { version, cli, testRunner: join(folder, 'bin/wasm-bindgen-test-runner') };
}

/** Installs a tool into a folder, all or nothing; what an interrupted run compiled is used. */
export async function cargoInstall({ cargo, env, folder, name }) {
  const [target, partial] = [`${folder}.target`, `${folder}.partial`];
  await mkdir(cache, { recursive: true });
  await rm(partial, { recursive: true, force: true });
  // Without --locked: the lockfile of 0.2.130 names a version that registries no longer serve.
  await run(cargo, ['install', '--quiet', '--debug', name, '--root', partial], {
    cwd: cache,
    env: { ...env, CARGO_PROFILE_DEV_DEBUG: '0', CARGO_INCREMENTAL: '0', CARGO_TARGET_DIR: target },
  });
  await rm(folder, { recursive: true, force: true });
  await rename(partial, folder);
  await rm(target, { recursive: true, force: true });
}
