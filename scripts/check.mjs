/**
 * `npm run check`: formatting, lints and types. Needs the build, whose types the package uses.
 * Says all that is wrong, not only the first.
 */
import { join } from 'node:path';
import { build } from './build.mjs';
import { checkFloors } from './floors.mjs';
import { checkPromises } from './promises.mjs';
import { Failure, isMain, main, root, run, say } from './run.mjs';
import { setup } from './setup.mjs';

const CLIPPY = ['clippy', '--locked', '--all-targets'];
const DENY_WARNINGS = ['--', '-D', 'warnings'];

/**
 * @param {import('./toolchain.mjs').Toolchain} toolchain
 */
export async function check({ cargo, env, web }) {
  const plain = process.stdout.isTTY ? [] : ['--colors=off'];
  const tool = (name) => join(root, 'node_modules/.bin', name);
  const checks = {
    rustfmt: () => run(cargo, ['fmt', '--check'], { env }),
    'clippy, native': () => run(cargo, [...CLIPPY, ...DENY_WARNINGS], { env }),
    'clippy, web': () =>
      run(cargo, [...CLIPPY, ...web.args, ...DENY_WARNINGS], { env: { ...env, ...web.env } }),
    'tsc, as Node resolves': () => run(tool('tsc'), ['-p', 'tsconfig.json']),
    'tsc, as bundlers resolve': () => run(tool('tsc'), ['-p', 'tsconfig.bundler.json']),
    'tsc, for the documented clients’ programs': () =>
      run(tool('tsc'), ['-p', 'tests/types/drop-in/tsconfig.json']),
    // Reads declarations by a package, which may not be installed yet when this file is loaded.
    'pages made by npm run docs': async () => (await import('./docs.mjs')).checkDocs(),
    'the floors of the core': checkFloors,
    'the tests that pages name': checkPromises,
    biome: () => run(tool('biome'), ['ci', '--error-on-warnings', ...plain]),
  };
  const failed = [];
  for (const [name, body] of Object.entries(checks)) {
    say(`Checking: ${name}`);
    await body().catch(() => failed.push(name));
  }
  if (failed.length > 0) throw new Failure(`Checks failed: ${failed.join('; ')}`);
}

if (isMain(import.meta.url)) {
  await main(async () => {
    const ready = await setup({ lint: true });
    await build(ready);
    await check(ready.toolchain);
  });
}
