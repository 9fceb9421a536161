/**
 * `npm start`: builds, then serves the development server and the demo page until Ctrl-C.
 * Ports: PORT (9443) and DEMO_PORT (8080). HOST: names by which they may be asked, separated by
 * commas, besides those of loopback.
 */
import { build, isCurrent } from './build.mjs';
import { installNpmPackages } from './packages.mjs';
import { Failure, main } from './run.mjs';
import { setup } from './setup.mjs';
import { bundleVendor } from './vendor.mjs';

await main(async () => {
  await installNpmPackages();
  // Without a toolchain named, a build that is there will do, whichever has made it.
  const isReady = !process.env.WASM_TOOLCHAIN && (await isCurrent());
  if (isReady) await bundleVendor();
  else await build(await setup());
  // Only now: they need the npm packages.
  const { startServer } = await import('../server/server.js');
  const { serveDemo } = await import('../www/serve.js');
  const hosts = process.env.HOST?.split(',');
  const origins = [`http://localhost:${process.env.DEMO_PORT ?? 8080}`];
  const server = await listen('PORT', 9443, (port) => startServer({ port, origins, hosts }));
  const demo = await listen('DEMO_PORT', 8080, (port) =>
    serveDemo({ port, serverUrl: server.url, hosts }),
  );
  console.log(`
  Demo page            ${demo.url}
  Development server   ${server.url}/am

  Ctrl-C ends both.
`);
});

/** Starts one server on the port that an environment variable names. */
async function listen(variable, usual, start) {
  const port = Number(process.env[variable] ?? usual);
  try {
    return await start(port);
  } catch (error) {
    if (error.code !== 'EADDRINUSE') throw error;
    throw new Failure(`Port ${port} is in use. Set ${variable} to another one.`);
  }
}
