/** What is about windows, frames and cookies, in Firefox. */
import { playAll } from './play.js';
import { startOther } from './stage.js';

playAll(
  () => startOther('Firefox'),
  ({ EVERYWHERE }) => EVERYWHERE ?? {},
);
