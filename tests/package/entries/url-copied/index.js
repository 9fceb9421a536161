import { init, journeyClient, oidc } from 'journey-oidc/url';
import { startApp } from './app.js';

// Where the build has copied the package's files.
const files = { core: '/core.wasm', oidc: '/oidc.wasm' };
const configure = async (input) => (await init(files)) ?? journeyClient.configure(input);

startApp({ journeyClient: { ...journeyClient, configure }, oidc });
