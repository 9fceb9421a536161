import { init, journeyClient, oidc } from 'journey-oidc/url';
import { startApp } from './app.js';

// Where the build has copied the package's core.wasm.
const configure = async (input) => (await init('/core.wasm')) ?? journeyClient.configure(input);

startApp({ journeyClient: { ...journeyClient, configure }, oidc });
