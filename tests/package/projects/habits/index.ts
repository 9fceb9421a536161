/** What existing apps of the documented clients do, habit by habit: nothing in it knows this package. */
import { end } from './end.js';
import { environment } from './environment.js';
import { guard, signOut } from './guard.js';
import { stories } from './stories.js';
import { createClients, signIn } from './unified.js';

Object.assign(globalThis, {
  habits: { createClients, end, environment, guard, signIn, signOut, stories },
});
