/** Every attempt there is, in Chromium. */
import { playAll } from './play.js';
import { startChromium } from './stage.js';

playAll(startChromium, ({ EVERYWHERE, CHROMIUM }) => ({ ...EVERYWHERE, ...CHROMIUM }));
