/** What the bench measures of pages, by apps of which the answer is known. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';
import { openPage, startBrowser } from './browser.js';
import { coldSignIn, SLOW_LINK, warmStart } from './measures.js';
import { startServer } from './server.js';

/** Text that can't be compressed to less than this. */
const KILOBYTES = 40;
const filler = randomBytes(KILOBYTES * 1000).toString('base64');

const APPS = {
  'signs-in/app.js': `
    export async function openForm() {
      await import('./later.js');
      await fetch('/am/json/alpha/authenticate', { method: 'POST', body: '{}' });
    }
    export const submit = async () =>
      (await fetch('/am/oauth2/alpha/access_token', { method: 'POST', body: '' })).json();
    export const warm = async () => ({ accessToken: 'stored' });`,
  'signs-in/later.js': `export const filler = '${filler}';`,
  'fails/app.js': `
    export const openForm = async () => {};
    export const submit = async () => ({ error: 'access_denied' });
    export const warm = async () => ({ error: 'No tokens found' });`,
};

let folder;
let server;
let browser;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-'));
  for (const [path, code] of Object.entries(APPS)) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, `${path}.br`), brotliCompressSync(code));
  }
  [server, browser] = await Promise.all([startServer(folder), startBrowser()]);
});

after(async () => {
  await browser?.close();
  server?.close();
  await rm(folder, { recursive: true, force: true });
});

/** What a request takes at least: a little less than the latency, since timers are inexact. */
const ROUND_TRIP = SLOW_LINK.latency * 0.9;

test('a cold page waits for each request, and for its bytes, as long as the link takes', async () => {
  const { form, tokens } = await coldSignIn(browser, server.origin, 'signs-in');
  const transfer = (KILOBYTES * 1_000_000) / SLOW_LINK.downloadThroughput;
  // The page, the app, the rest of it, the step.
  assert.ok(form > 4 * ROUND_TRIP + 0.9 * transfer, `the form was there after ${form} ms`);
  assert.ok(tokens - form > ROUND_TRIP, `the tokens were there ${tokens - form} ms later`);
});

test('a page with hints asks for a file before its code does', async () => {
  const [app, later] = ['/signs-in/app.js', '/signs-in/later.js'];
  const order = async (hints) => {
    const { paths } = await coldSignIn(browser, server.origin, 'signs-in', hints);
    return paths.filter((path) => path === app || path === later);
  };
  assert.deepEqual(await order([]), [app, later]);
  assert.deepEqual(await order([later]), [later, app]);
});

test('a cold page that does not sign in is no sample', async () => {
  await assert.rejects(coldSignIn(browser, server.origin, 'fails'), /access_denied/);
});

test('the bytes of a warm page are those that were sent', async () => {
  const page = await openPage(browser, server.origin);
  try {
    const measured = await warmStart(page, server.origin, 'signs-in');
    const sent = brotliCompressSync(APPS['signs-in/app.js']).length;
    assert.equal(measured['warm page: bytes'], sent / 1000);
    await assert.rejects(warmStart(page, server.origin, 'fails'), /no token is stored/);
  } finally {
    await page.close();
  }
});
