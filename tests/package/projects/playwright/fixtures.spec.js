/** What each test finds, whatever the one before it did. */
import { test as base, expect } from '@playwright/test';
import { fixtures } from 'journey-oidc-server/playwright';

const test = base.extend(fixtures);

const settingOf = (server, name) => server.faults().find((one) => one.name === name).value;

test('a test changes its server', async ({ server, signedIn, context }) => {
  const [{ value }] = await context.cookies(server.url);
  expect(signedIn).toBe('demo');
  expect(await server.session(value)).toEqual({ active: true });
  server.fault('cors-star');
  expect(settingOf(server, 'cors-star')).toBe(true);
});

test('which is as at the start for the next test', async ({ server, context }) => {
  expect(settingOf(server, 'cors-star')).toBe(false);
  expect(server.requests()).toEqual([]);
  expect(await context.cookies(server.url)).toEqual([]);
});
