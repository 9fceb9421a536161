/** The journeys as files: nothing in them leads nowhere, and no type of callback is left out. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { callbackType } from '../../pkg/callbacks/callbacks.js';
import { decisions } from '../../server/decisions.js';
import { loadJourneys } from '../../server/journeys.js';

const journeys = [...loadJourneys().values()];
const LIST = readFileSync(new URL('../../server/journeys.js', import.meta.url), 'utf8');
const ENDS = ['success', 'failure'];

for (const { name, description, start, nodes } of journeys) {
  test(`${name} is whole`, () => {
    assert.equal(typeof description, 'string');
    assert.match(LIST, new RegExp(`\\b${name}\\b`));
    const targets = new Set([start]);
    for (const node of Object.values(nodes)) {
      const next = node.type === 'page' ? [node.next] : Object.values(node.outcomes);
      for (const id of next.filter(Boolean)) targets.add(id);
      if (node.with?.goOn) targets.add(node.with.goOn);
      if (node.type === 'decision') assert.ok(Object.hasOwn(decisions, node.decision));
      else assert.ok(node.callbacks.length > 0);
    }
    for (const id of targets) assert.ok(ENDS.includes(id) || Object.hasOwn(nodes, id), id);
    for (const id of Object.keys(nodes)) assert.ok(targets.has(id), `${id} is never reached`);
  });
}

test('every type of callback that has a class is in a journey', () => {
  const pages = journeys.flatMap(({ nodes }) => Object.values(nodes));
  const types = pages.flatMap(({ callbacks = [] }) => callbacks.map(({ type }) => type));
  for (const type of Object.values(callbackType)) assert.ok(types.includes(type), type);
});

test('the demo offers every journey', () => {
  const page = readFileSync(new URL('../../www/index.html', import.meta.url), 'utf8');
  const offered = Array.from(page.matchAll(/<option>(\w+)<\/option>/g), ([, name]) => name);
  assert.deepEqual(offered.toSorted(), journeys.map(({ name }) => name).toSorted());
});
