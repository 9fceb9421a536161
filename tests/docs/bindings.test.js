/** The whole programs at the top of docs/react.md and docs/vue.md are the examples, which tests/package runs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blocks, text } from './pages.js';

const LINES = 40;

for (const [page, files] of [
  ['docs/react.md', ['react/src/main.jsx']],
  ['docs/vue.md', ['vue/src/main.js', 'vue/src/App.vue', 'vue/src/UserAccount.vue']],
]) {
  test(`${page} begins with the example`, () => {
    const programs = files.map((file) => text(`examples/${file}`));
    const code = blocks(page).map((block) => block.code);
    assert.deepEqual(code.slice(0, files.length), programs);
    if (page === 'docs/react.md') assert.ok(programs[0].trim().split('\n').length <= LINES);
  });
}
