import type { Fixtures, PlaywrightTestArgs, PlaywrightWorkerArgs } from '@playwright/test';
import type { Server, ServerOptions } from './index.js';

/** What each test has besides what Playwright gives. */
export interface TestFixtures {
  /** The user of `signedIn`; set it by `test.use({ user: 'alice' })`. Default: the first */
  user: string;
  /**
   * Signs `user` in at the server before the test, in its browser context: an app that asks gets
   * tokens without a form. The user's name.
   */
  signedIn: string;
}

/** What each worker has. */
export interface WorkerFixtures {
  /** Set them in playwright.config.js, by `use`. A worker adds its `parallelIndex` to a `port` that is not 0. */
  serverOptions: ServerOptions;
  /** The worker's own, as at its start before each test. */
  server: Server;
}

/** For `test.extend(fixtures)`. */
export const fixtures: Fixtures<
  TestFixtures,
  WorkerFixtures,
  PlaywrightTestArgs,
  PlaywrightWorkerArgs
>;
