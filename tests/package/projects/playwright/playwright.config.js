/** Runs the tests of docs/testing.md on each of the examples, which are beside this file. */
import { defineConfig } from '@playwright/test';

const port = Number(process.env.PROVIDER_PORT);
const provider = `http://localhost:${port}`;
const apps = JSON.parse(process.env.APPS);

export default defineConfig({
  workers: 1,
  reporter: 'list',
  timeout: 60_000,
  use: {
    launchOptions: { executablePath: process.env.CHROMIUM, args: process.env.FLAGS.split(' ') },
    serverOptions: { port, origins: Object.values(apps) },
  },
  projects: Object.entries(apps).map(([name, baseURL]) => ({ name, use: { baseURL } })),
  webServer: Object.entries(apps).map(([name, url]) => ({
    command: `npm run dev -- --host localhost --strictPort --port ${new URL(url).port}`,
    cwd: name,
    env: {
      VITE_WELLKNOWN: `${provider}/am/oauth2/realms/root/.well-known/openid-configuration`,
      VITE_API: `${provider}/api/orders`,
    },
    url,
  })),
});
