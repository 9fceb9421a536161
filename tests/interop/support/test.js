/** Node's `test`, whose tests end in time. */
import { test as nodeTest } from 'node:test';

/** No test takes half as long on two cores. */
const TIMEOUT = 120_000;

/**
 * @param {string} name
 * @param {(t: import('node:test').TestContext) => Promise<unknown>} body
 */
export function test(name, body) {
  return nodeTest(name, { timeout: TIMEOUT }, body);
}
