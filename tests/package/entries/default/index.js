import { journeyClient, oidc } from 'journey-oidc';
import { startApp } from './app.js';

startApp({ journeyClient, oidc });
