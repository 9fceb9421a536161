/** `Device` in a real browser: what it collects there, and where the browser refuses. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newContext, openApp, useWorld } from './support.js';

useWorld();

const collect = (page) =>
  page.evaluate(async () => {
    const { Device } = await import('/pkg/device.js');
    return new Device().getProfile({ location: true, metadata: true });
  });

/** A page that may know where it is, or may not. */
async function openAt(t, place, init) {
  const permissions = place ? ['geolocation'] : [];
  const context = await newContext(t, { geolocation: place, permissions });
  return openApp(t, { context, init });
}

test('a profile, of which the identifier stays', async (t) => {
  const place = { latitude: 51.5, longitude: -0.12 };
  const page = await openAt(t, place);
  const { identifier, metadata, location } = await collect(page);
  assert.match(identifier, /^\d+-\d+-\d+$/);
  assert.deepEqual(location, place);
  assert.equal(metadata.platform.deviceName, 'Linux (Browser)');
  assert.equal(
    metadata.platform.timezone,
    await page.evaluate(() => new Date().getTimezoneOffset()),
  );
  assert.equal(metadata.browser.userAgent, await page.evaluate(() => navigator.userAgent));
  assert.deepEqual(metadata.hardware.display, {
    width: 1280,
    height: 720,
    pixelDepth: 24,
    angle: 0,
  });
  assert.match(metadata.platform.fonts, /^([\w -]+;)*$/);
  await page.reload();
  assert.equal((await collect(page)).identifier, identifier);
});

test('blocked storage and a refused location', async (t) => {
  const page = await openAt(t, undefined, () => {
    Object.defineProperty(window, 'localStorage', {
      get() {
        throw new DOMException('Access is denied for this document.', 'SecurityError');
      },
    });
  });
  const { identifier, location } = await collect(page);
  assert.equal(identifier, '');
  assert.deepEqual(location, {});
});
