/** What is about windows, frames and cookies, in the other engines. */
import { describe } from 'node:test';
import { playAll } from './play.js';
import { startOther } from './stage.js';

for (const name of ['Firefox', 'WebKitGTK']) {
  describe(name, () =>
    playAll(
      () => startOther(name),
      ({ EVERYWHERE }) => EVERYWHERE ?? {},
    ),
  );
}
