/**
 * The floors of the core and the folders of `pkg` (docs/architecture.md): a file imports only from its own
 * floor and from those below it, the lower ones know nothing of the world, a module imports only what is
 * loaded by then, and no imports go in a circle.
 */
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure, isMain, main, root } from './run.mjs';

/** From the ground up. What is no folder is a file. */
const FLOORS = [
  'text json url base64url secret error fault done',
  'http storage log',
  'protocol am',
  'platform',
  'task',
  'page',
  'oidc',
  'journey',
  'web',
].map((names) => names.split(' '));

/** Below this floor nothing is asynchronous, and nothing reaches the world. */
const FIRST_ASYNC = 3;

const ASYNC = /\basync\b|\bPlatform\b/;

/** What is compiled for tests alone: the end of a file. */
const TESTS = /^#\[cfg\((?:test|any\(test\b[^\n]*)\)\]\n(?:pub )?mod .*/ms;

/**
 * What is wrong with some files.
 *
 * @param {Record<string, string>} files texts by path below `src`, as `oidc/token.rs`
 * @returns {string[]} one message for each fault
 */
export function faults(files) {
  const modules = new Map();
  for (const [path, text] of Object.entries(files)) {
    modules.set(path.replace(/(?:\/mod)?\.rs$/, ''), text.replace(TESTS, ''));
  }
  const found = [];
  const imports = new Map();
  for (const [name, text] of modules) {
    const code = text.replace(/^\s*\/\/.*$/gm, '');
    const floor = floorOf(name);
    if (floor === -1) {
      found.push(`src/${name}: on no floor`);
      continue;
    }
    if (floor < FIRST_ASYNC && ASYNC.test(code)) {
      found.push(`src/${name}: async, or Platform, below the floor of ${FLOORS[FIRST_ASYNC]}`);
    }
    imports.set(name, importsOf(name, code, modules));
    for (const other of imports.get(name)) {
      if (floorOf(other) > floor) found.push(`src/${name} imports src/${other}, which is above it`);
    }
  }
  for (const circle of circles(imports)) found.push(`a circle: ${circle.join(' → ')}`);
  return found;
}

function floorOf(name) {
  const [top] = name.split('/');
  return FLOORS.findIndex((names) => names.includes(top));
}

/** The modules that a module's code names by `crate::` or `super::`, alone or in a list. */
function importsOf(name, code, modules) {
  const found = new Set();
  const parent = name.split('/').slice(0, -1);
  for (const [, start, path, list] of code.matchAll(
    /\b(crate|super)((?:::\w+)*)(?:::\{([^}]*)\})?/g,
  )) {
    if (path === '' && list === undefined) continue; // as in `pub(crate)`
    for (const last of list?.split(',') ?? ['']) {
      const parts = [...path.split('::'), ...last.trim().split('::')].filter((part) => part !== '');
      if (start === 'super') parts.unshift(...parent);
      while (parts.length > 0 && !modules.has(parts.join('/'))) parts.pop();
      const other = parts.join('/');
      if (other !== '' && other !== name) found.add(other);
    }
  }
  return found;
}

/** From which folders of `pkg` a module of each may import, besides its own. `.` has what apps import. */
const MAY_IMPORT = {
  callbacks: [],
  entry: ['callbacks'],
  page: ['entry'],
  core: ['page', 'entry', 'callbacks'],
  types: [],
  form: ['.', 'entry', 'callbacks'],
  state: ['.', 'entry', 'form'],
  '.': ['entry', 'callbacks', 'types', 'form', 'state'],
};

/** The folder of `pkg` that a path is in, at any depth. */
const folderOf = (path) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : '.');

/** `import … from`, `export … from` and `import` alone, but not `import()`, which loads later. */
const IMPORT = /^(?:import|export)\b(?:[^'"();]*?\bfrom)?\s*'(\.[^']+)'/gm;

/**
 * What is wrong with some modules.
 *
 * @param {Record<string, string>} files texts by path below `pkg`, as `entry/oidc.js`
 * @returns {string[]} one message for each fault
 */
export function faultsOfModules(files) {
  const found = [];
  const imports = new Map();
  for (const [path, text] of Object.entries(files)) {
    const folder = folderOf(path);
    if (!(folder in MAY_IMPORT)) {
      found.push(`pkg/${path}: in no known folder`);
      continue;
    }
    const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
    const others = [...code.matchAll(IMPORT)].map(([, name]) => {
      const other = join(dirname(path), name);
      return path.endsWith('.d.ts') ? other.replace(/\.js$/, '.d.ts') : other;
    });
    imports.set(path, others);
    const allowed = [folder, ...MAY_IMPORT[folder]];
    for (const other of others) {
      if (allowed.includes(folderOf(other))) continue;
      found.push(`pkg/${path} imports pkg/${other}, which its folder may not`);
    }
  }
  for (const circle of circles(imports)) found.push(`a circle: ${circle.join(' → ')}`);
  return found;
}

/** Each group of modules that import each other, by way of others or not. */
function circles(imports) {
  const found = [];
  const done = new Set();
  const visit = (name, path) => {
    if (path.includes(name)) {
      found.push([...path.slice(path.indexOf(name)), name]);
      return;
    }
    if (done.has(name)) return;
    for (const other of imports.get(name) ?? []) visit(other, [...path, name]);
    done.add(name);
  };
  for (const name of imports.keys()) visit(name, []);
  return found;
}

/** Checks the crate and the modules around it. */
export async function checkFloors() {
  const core = await read('src', (path) => {
    return path.endsWith('.rs') && path !== 'lib.rs' && !path.startsWith('testing/');
  });
  const modules = await read('pkg', (path) => {
    return /\.(?:js|d\.ts)$/.test(path) && !path.startsWith('wasm/');
  });
  const found = [...faults(core), ...faultsOfModules(modules)];
  if (found.length > 0) throw new Failure(`The floors do not hold:\n${found.join('\n')}`);
}

/** The texts of the files in a folder that are asked for, by their paths in it. */
async function read(name, isWanted) {
  const folder = join(root, name);
  const files = {};
  for (const path of await readdir(folder, { recursive: true })) {
    if (isWanted(path)) files[path] = await readFile(join(folder, path), 'utf8');
  }
  return files;
}

if (isMain(import.meta.url)) await main(checkFloors);
