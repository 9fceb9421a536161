/** Steps made by hand, as apps make them for their own tests. */
import { createCallback } from '../../pkg/callbacks/callbacks.js';

/** A step of callbacks that AM would send as `[type, output, input]`; only what helpers may read. */
export function step(...sent) {
  const callbacks = sent.map(([type, output, input = []]) =>
    createCallback({ type, output: entries(output), input: entries(input) }),
  );
  return {
    callbacks,
    getCallbacksOfType: (type) => callbacks.filter((callback) => callback.getType() === type),
  };
}

const entries = (members) => Object.entries(members).map(([name, value]) => ({ name, value }));

/** Puts globals in place of what Node has, until the test ends; `undefined` takes one away. */
export function setGlobals(t, globals) {
  for (const [name, value] of Object.entries(globals)) {
    const before = Object.getOwnPropertyDescriptor(globalThis, name);
    const property = typeof value === 'function' && value.isGetter ? { get: value } : { value };
    Object.defineProperty(globalThis, name, { ...property, configurable: true });
    t.after(() => {
      delete globalThis[name];
      if (before) Object.defineProperty(globalThis, name, before);
    });
  }
}
