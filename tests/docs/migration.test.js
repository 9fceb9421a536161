/** The ways of docs/migration.md to run programs of the documented clients, verbatim. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { build } from 'esbuild';
import { root } from '../../scripts/run.mjs';
import { blocks } from './pages.js';

const PROGRAMS = join(root, 'tests/types/drop-in');
const folder = mkdtempSync(join(tmpdir(), 'migration-'));
after(() => rmSync(folder, { recursive: true }));

const page = blocks('docs/migration.md');
const [npm, typescript] = page
  .filter(({ language }) => language === 'json')
  .map(({ code }) => code);
const alias = page.find(({ code }) => code.includes('alias')).code;

/** A project with the package, and the programs of tests/types/drop-in. */
function project(name, files) {
  const path = join(folder, name);
  mkdirSync(join(path, 'node_modules'), { recursive: true });
  symlinkSync(root, join(path, 'node_modules/journey-oidc'));
  for (const program of readdirSync(PROGRAMS).filter((file) => file.endsWith('.ts'))) {
    cpSync(join(PROGRAMS, program), join(path, program));
  }
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
  return path;
}

test('by TypeScript’s paths', () => {
  const config = {
    extends: './paths.json',
    compilerOptions: {
      target: 'es2022',
      module: 'esnext',
      moduleResolution: 'bundler',
      strict: true,
      noEmit: true,
      types: [],
    },
  };
  const path = project('types', {
    'paths.json': typescript,
    'tsconfig.json': JSON.stringify(config),
  });
  const tsc = join(root, 'node_modules/.bin/tsc');
  const { stdout, status } = spawnSync(tsc, ['-p', path, '--pretty', 'false'], {
    encoding: 'utf8',
  });
  assert.equal(stdout, '');
  assert.equal(status, 0);
});

test('by the bundler', async () => {
  const path = project('bundler', { 'alias.mjs': alias });
  const options = await import(join(path, 'alias.mjs'));
  const { metafile } = await build({
    absWorkingDir: path,
    entryPoints: ['programs.ts'],
    bundle: true,
    format: 'esm',
    splitting: true,
    outdir: 'out',
    metafile: true,
    logLevel: 'silent',
    ...options,
  });
  const cores = Object.keys(metafile.inputs).filter((name) => name.endsWith('wasm/inline.js'));
  assert.equal(cores.length, 1);
});

test('by npm, for the app and for what it depends on', () => {
  const path = join(folder, 'npm');
  mkdirSync(join(path, 'theirs'), { recursive: true });
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', path];
  const [{ filename }] = JSON.parse(execFileSync('npm', pack, { cwd: root, encoding: 'utf8' }));
  // The package from here, in the place of the registry's.
  const manifest = JSON.parse(npm.replaceAll(/npm:journey-oidc@[^"]*/g, `file:./${filename}`));
  manifest.dependencies.theirs = 'file:./theirs';
  writeFileSync(join(path, 'package.json'), JSON.stringify(manifest));
  const dependencies = { '@forgerock/oidc-client': '^2.1.0' };
  const theirs = {
    name: 'theirs',
    version: '1.0.0',
    type: 'module',
    exports: './index.js',
    dependencies,
  };
  writeFileSync(join(path, 'theirs/package.json'), JSON.stringify(theirs));
  const program = "export { oidc } from '@forgerock/oidc-client';";
  writeFileSync(join(path, 'theirs/index.js'), program);
  const install = ['install', '--offline', '--no-audit', '--no-fund', '--install-links'];
  execFileSync('npm', install, { cwd: path, stdio: 'pipe' });
  const check = `
    import { oidc } from 'theirs';
    import { StepType } from '@forgerock/journey-client/types';
    import * as client from '@forgerock/oidc-client';
    console.log(StepType.Step, oidc === client.oidc, (await oidc({})).code);
  `;
  const args = ['--input-type=module', '--eval', check];
  const output = execFileSync(process.execPath, args, { cwd: path, encoding: 'utf8' });
  assert.equal(output, 'Step true unsupported_environment\n');
});
