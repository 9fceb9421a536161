/**
 * `npm run server -- <fault>…`, each `name` or `name=value` as in docs/development-server.md.
 * Environment: `PORT`, `TEST_MODE=1`, `LOG=1`, `DEMO_ORIGINS=a,b`, `FAULTS=a,b` in the place
 * of what AM does, and `HOST=a,b` for names by which it may be asked, besides those of loopback.
 */
const { PORT, TEST_MODE, LOG, DEMO_ORIGINS, FAULTS } = process.env;
const list = (text) => (text ? text.split(',') : []);

const port = Number(PORT ?? 9443);

try {
  const { AM } = await import('./fault-registry.js');
  const { startServer } = await import('./server.js');
  const { hostsOf } = await import('./guard.js');
  const server = await startServer({
    port,
    testMode: TEST_MODE === '1',
    demoOrigins: list(DEMO_ORIGINS),
    hosts: hostsOf(process.env),
    faults: [...(FAULTS === undefined ? AM : list(FAULTS)), ...process.argv.slice(2)],
    log: LOG === '1',
  });
  console.log(`Development server: ${server.url}/am`);
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => server.close().then(() => process.exit(0)));
  }
} catch (error) {
  const advice = {
    EADDRINUSE: `Port ${port} is in use. Set PORT to another one.`,
    ERR_FAULT: error.message,
    ERR_MODULE_NOT_FOUND: 'The npm packages are missing: run `npm start` first.',
  }[error.code];
  if (!advice) throw error;
  console.error(advice);
  process.exitCode = 1;
}
