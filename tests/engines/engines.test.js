/**
 * The core of what the package does, in Chromium, Firefox and WebKit. Afterwards docs/engines.md
 * must say what was run; `UPDATE_DOCS=1` writes it.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { startServers, world } from '../e2e/support.js';
import { ENGINES, startEngine } from './engines.js';
import { rewritePage } from './page.js';
import { BLOCKED, blockedStorage, features, SCENARIOS } from './scenarios.js';

const TIME = { timeout: 120_000 };
const PAGE = new URL('../../docs/engines.md', import.meta.url);

/** What was run: by engine, its version, what it has, and the scenarios that passed. */
const report = {};
let closeServers;

before(async () => {
  closeServers = await startServers();
});
after(() => closeServers?.());

for (const name of Object.keys(ENGINES)) {
  describe(name, () => {
    let engine;
    let session;
    let tab;
    const passed = new Set();

    before(async () => {
      engine = await startEngine(name);
      session = await engine.open({ storage: true });
      tab = await session.firstTab();
      await tab.goto(world.app);
      const { browserVersion } = session.capabilities;
      report[name] = { version: browserVersion, features: await features(tab), passed };
    }, TIME);
    after(async () => {
      await session?.end();
      engine?.close();
    });

    for (const [scenario, play] of Object.entries(SCENARIOS)) {
      test(scenario, TIME, async () => {
        world.server.control.reset();
        await tab.goto(world.app);
        await tab.evaluate(() => {
          localStorage.clear();
          sessionStorage.clear();
        });
        const tabs = [];
        const openTab = async () => {
          const opened = await session.newTab();
          tabs.push(opened);
          await opened.goto(world.app);
          return opened;
        };
        try {
          await play(tab, { openTab, popup: () => session.popup(tab) });
        } finally {
          for (const opened of tabs) await opened.close();
        }
        passed.add(scenario);
      });
    }

    test(BLOCKED, TIME, async () => {
      world.server.control.reset();
      await session.end();
      session = await engine.open({ storage: false });
      tab = await session.firstTab();
      await tab.goto(world.app);
      await blockedStorage(tab);
      passed.add(BLOCKED);
    });
  });
}

test('docs/engines.md says what was run', () => {
  const actual = readFileSync(PAGE, 'utf8');
  const update = Boolean(process.env.UPDATE_DOCS);
  const expected = rewritePage(actual, report, [...Object.keys(SCENARIOS), BLOCKED], { update });
  if (update) return writeFileSync(PAGE, expected);
  assert.equal(actual, expected, 'UPDATE_DOCS=1 writes it');
});
