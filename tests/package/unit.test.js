/**
 * Unit tests of apps, by Vitest in jsdom and happy-dom, with the packed package: what the package says
 * there, and the code of docs/testing.md.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { blocks } from '../docs/pages.js';
import { run } from '../processes.js';
import { nodeOf } from '../versions/nodes.js';
import { createProject, provideWorld, world } from './support.js';

let node;

provideWorld(
  async () => {
    // The oldest for jsdom.
    node = await nodeOf('22.22.2');
  },
  { browser: false, server: true },
);

/** Writes the files of the page, each a block of code that begins with its name. */
async function writeCodeOf(page, project) {
  for (const { code } of blocks(page)) {
    const [, name] = /^\/\/ ([\w.-]+\.js)\n/.exec(code) ?? [];
    // Another tool's.
    if (name && !/\.(spec|stories|config)\.js$/.test(name))
      await writeFile(join(project, name), code);
  }
}

for (const environment of ['jsdom', 'happy-dom']) {
  test(environment, async (t) => {
    if (!node) return t.skip('jsdom needs Node 22.22');
    const project = await createProject(environment, ['projects/vitest']);
    await writeCodeOf('docs/testing.md', project);
    const vitest = join(world.workshop, '../node_modules/vitest/vitest.mjs');
    await run(project, [node, vitest, 'run', '--environment', environment, '--root', '.']);
  });
}
