import { journeyClient, oidc } from 'journey-oidc/url';
import { startApp } from './app.js';

startApp({ journeyClient, oidc });
