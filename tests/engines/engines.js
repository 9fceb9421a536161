/** The three engines, and how each is started. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { findBrowsers, requireBrowsers } from '../../scripts/browsers.mjs';
import { FLAGS } from '../chromium.js';
import { Session } from './webdriver.js';

const programs = findBrowsers();

/**
 * By name: the driver, its arguments, whether it needs a screen, and the capabilities of a session,
 * with or without the storage that pages may use.
 */
export const ENGINES = {
  Chromium: {
    driver: 'CHROMEDRIVER',
    args: (port) => [`--port=${port}`],
    capabilities: ({ storage }) => ({
      browserName: 'chrome',
      'goog:chromeOptions': {
        binary: programs.CHROMIUM,
        args: ['--headless', ...FLAGS],
        ...(!storage && { prefs: { 'profile.default_content_setting_values.cookies': 2 } }),
      },
    }),
  },
  Firefox: {
    driver: 'GECKODRIVER',
    args: (port) => [`--port=${port}`, '--websocket-port=0'],
    capabilities: ({ storage }) => ({
      browserName: 'firefox',
      'moz:firefoxOptions': {
        binary: programs.FIREFOX,
        args: ['-headless'],
        prefs: {
          'datareporting.policy.dataSubmissionEnabled': false,
          ...(!storage && { 'network.cookie.cookieBehavior': 2 }),
        },
      },
    }),
  },
  WebKitGTK: {
    driver: 'WEBKITDRIVER',
    args: (port) => [`--port=${port}`],
    screen: true,
    capabilities: ({ storage }) => ({
      browserName: 'MiniBrowser',
      'webkitgtk:browserOptions': {
        binary: programs.MINIBROWSER,
        args: ['--automation', ...(storage ? [] : ['--enable-html5-local-storage=FALSE'])],
      },
    }),
  },
};

/**
 * Starts an engine's driver.
 *
 * @param {string} name
 * @returns {Promise<{ open(options: { storage: boolean }): Promise<Session>, close(): void }>}
 *   `open` starts a browser
 */
export async function startEngine(name) {
  requireBrowsers(programs, [name]);
  const { driver, args, screen, capabilities } = ENGINES[name];
  const display = screen && (await startScreen());
  const port = await freePort();
  const child = spawn(programs[driver], args(port), {
    stdio: 'ignore',
    env: { ...process.env, ...(display && { DISPLAY: display.name }) },
  });
  const close = () => {
    child.kill();
    display?.close();
  };
  process.once('exit', close);
  const address = `http://127.0.0.1:${port}`;
  await ready(address);
  return { open: (options) => Session.start(address, capabilities(options)), close };
}

/** A screen in memory, on a display that is free. */
async function startScreen() {
  const args = ['-displayfd', '1', '-nolisten', 'tcp', '-screen', '0', '1280x800x24'];
  const child = spawn(programs.XVFB, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const [number] = await once(child.stdout.setEncoding('utf8'), 'data');
  return { name: `:${number.trim()}`, close: () => child.kill() };
}

/** Waits until a driver answers. */
async function ready(address) {
  for (const deadline = Date.now() + 20_000; ; await sleep(50)) {
    const response = await fetch(`${address}/status`).catch(() => {});
    if (response?.ok) return;
    if (Date.now() > deadline) throw new Error(`No driver at ${address}`);
  }
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
