/** `npm run server`. Environment: `PORT`, `TEST_MODE=1`, `LOG=1`, `DEMO_ORIGINS=a,b`. */
const { PORT, TEST_MODE, LOG, DEMO_ORIGINS } = process.env;

const port = Number(PORT ?? 9443);

try {
  const { startServer } = await import('./server.js');
  const server = await startServer({
    port,
    testMode: TEST_MODE === '1',
    demoOrigins: DEMO_ORIGINS ? DEMO_ORIGINS.split(',') : [],
    log: LOG === '1',
  });
  console.log(`Development server: ${server.url}/am`);
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => server.close().then(() => process.exit(0)));
  }
} catch (error) {
  const advice = {
    EADDRINUSE: `Port ${port} is in use. Set PORT to another one.`,
    ERR_MODULE_NOT_FOUND: 'The npm packages are missing: run `npm start` first.',
  }[error.code];
  if (!advice) throw error;
  console.error(advice);
  process.exitCode = 1;
}
