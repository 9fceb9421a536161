/** The packed package with an older TypeScript, in each way of resolving modules that it has. */
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../processes.js';
import { createProject, provideWorld, root, world } from './support.js';

provideWorld(undefined, { browser: false });

/** Older Angulars have `node`, which reads no `exports`. */
const RESOLUTIONS = { node: 'esnext', bundler: 'esnext', nodenext: 'nodenext' };

/** The bindings are compiled once here: the frameworks' types are big. `npm run check` has those of React 19. */
const BINDINGS = { paths: { react: ['../../node_modules/types-react-18'] } };

for (const [moduleResolution, module] of Object.entries(RESOLUTIONS)) {
  test(`TypeScript 5, moduleResolution: '${moduleResolution}'`, async () => {
    const project = await createProject(`typescript ${moduleResolution}`, []);
    const hasBindings = moduleResolution === 'bundler';
    const names = ['programs.ts', 'subpaths.ts', 'literals.ts'];
    for (const name of hasBindings ? [...names, 'bindings.ts'] : names) {
      await cp(join(root, 'tests/types', name), join(project, name));
    }
    const compilerOptions = {
      target: 'es2022',
      lib: ['es2022', 'dom', 'dom.iterable'],
      module,
      moduleResolution,
      strict: true,
      noUncheckedIndexedAccess: true,
      noEmit: true,
      types: [],
      ...(hasBindings && BINDINGS),
    };
    const config = { compilerOptions, include: ['*.ts'] };
    await writeFile(join(project, 'tsconfig.json'), JSON.stringify(config));
    const tsc = join(world.workshop, '../node_modules/typescript-5/bin/tsc');
    await run(project, [process.execPath, tsc, '-p', '.']);
  });
}
