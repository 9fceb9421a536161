/** What is about windows, frames and cookies, in WebKitGTK. */
import { playAll } from './play.js';
import { startOther } from './stage.js';

playAll(
  () => startOther('WebKitGTK'),
  ({ EVERYWHERE }) => EVERYWHERE ?? {},
);
