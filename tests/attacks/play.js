/** The attempts of all classes, as tests in an engine. */
import { after, before, describe, test } from 'node:test';
import * as am from './am.js';
import * as anotherSite from './another-site.js';
import * as fetch from './fetch.js';
import * as otherData from './other-data.js';
import * as packaging from './packaging.js';
import * as provider from './provider.js';
import * as secrets from './secrets.js';
import * as servers from './servers.js';
import { startActors } from './stage.js';
import * as tabs from './tabs.js';

const TIME = { timeout: 60_000 };

/** Each has `EVERYWHERE` (windows, frames, cookies: in every engine) and `CHROMIUM`: by name, what is played. */
export const CLASSES = {
  'another site': anotherSite,
  'a hostile or second provider': provider,
  'a hostile AM': am,
  "other code's data": otherData,
  'tricks on fetch': fetch,
  secrets,
  'races between tabs': tabs,
  packaging,
  'development servers': servers,
};

/**
 * Plays the attempts.
 *
 * @param {() => Promise<{ play: Function, close: () => Promise<void> }>} startBrowser
 * @param {(attempts: { EVERYWHERE?: object, CHROMIUM?: object }) => object} chosen
 */
export function playAll(startBrowser, chosen) {
  let browser;
  let closeActors;
  before(async () => {
    closeActors = await startActors();
    browser = await startBrowser();
  }, TIME);
  after(async () => {
    await browser?.close();
    await closeActors?.();
  });
  for (const [name, attempts] of Object.entries(CLASSES)) {
    describe(name, () => {
      for (const [what, attempt] of Object.entries(chosen(attempts))) {
        test(what, TIME, () => browser.play(attempt));
      }
    });
  }
}
