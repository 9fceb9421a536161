import { startServer } from './index.js';
import { firstUser } from './users.js';

/** For Playwright's `test.extend(fixtures)`: see playwright.d.ts. */
export const fixtures = {
  serverOptions: [{ port: 0 }, { option: true, scope: 'worker' }],
  server: [
    async ({ serverOptions }, use, { parallelIndex }) => {
      const { port = 0 } = serverOptions;
      const server = await startServer({ ...serverOptions, port: port && port + parallelIndex });
      await use(server);
      await server.close();
    },
    { scope: 'worker' },
  ],
  /** Whatever the former test did is undone, also where a test does not name the server. */
  resetServer: [
    async ({ server }, use) => {
      server.reset();
      await use();
    },
    { auto: true },
  ],
  user: [undefined, { option: true }],
  signedIn: async ({ context, server, serverOptions, user }, use) => {
    const name = user ?? firstUser(serverOptions);
    await context.addCookies([await server.signIn(name)]);
    await use(name);
  },
};
