/** axe-core at every page of every journey, in both colour schemes: no violation of WCAG 2.2, A and AA. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadJourneys, renderPage } from '../../server/journeys.js';
import { STEPS } from './am-steps.js';
import { openForm } from './form-support.js';
import { newContext, useWorld } from './support.js';

useWorld();

const AXE = readFileSync(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Every page of the development server's journeys, and AM's steps as its nodes send them, by name. */
const PAGES = new Map([
  ...[...loadJourneys().values()].flatMap(({ name, nodes }) =>
    Object.entries(nodes)
      .filter(([, { type }]) => type === 'page')
      .map(([id, page]) => [`${name}/${id}`, { authId: 'a', ...renderPage(page, {}) }]),
  ),
  ...Object.entries(STEPS),
]);

/** In the page: shows a step and what axe finds wrong with it. */
async function violations({ payload, tags }) {
  const { createStep } = await import('/pkg/testing.js');
  const { form } = window;
  const shown = new Promise((resolve) => form.addEventListener('step', resolve, { once: true }));
  // A step that waits does so until the next one is shown.
  const never = () => new Promise(() => {});
  form.client = { start: async () => createStep(payload), poll: never, next: never };
  await shown;
  const qr = form.querySelector('.jf-qr');
  while (qr && !qr.firstChild) await new Promise((resolve) => setTimeout(resolve, 10));
  const { violations } = await window.axe.run(form, { runOnly: tags });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => [id, html, failureSummary]),
  );
}

for (const colorScheme of ['light', 'dark']) {
  test(`every page of every journey: ${colorScheme}`, async (t) => {
    assert.ok(PAGES.size > 70, `${PAGES.size}`);
    const context = await newContext(t, { colorScheme });
    const page = await openForm(t, { context, css: true });
    await page.evaluate(() => {
      const { style } = document.documentElement;
      style.colorScheme = 'light dark';
      // The colour that it has anyway: axe takes it for white, otherwise.
      style.background = 'Canvas';
    });
    await page.evaluate(AXE);
    const color = await page.evaluate(() => getComputedStyle(window.form).color);
    assert.equal(color, colorScheme === 'dark' ? 'rgb(255, 255, 255)' : 'rgb(0, 0, 0)');
    for (const [name, payload] of PAGES) {
      const found = await page.evaluate(violations, { payload, tags: TAGS });
      assert.deepEqual(found, [], name);
    }
  });
}
