/** What a page has taken of the browser and not given back. */

/** In the page, before the package: counts what is taken and given back. */
export function countResources() {
  const listeners = [];
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  const indexOf = (target, type, callback, options) => {
    const capture = Boolean(options?.capture ?? options);
    const entry = [target, type, callback, capture];
    return listeners.findIndex((other) => other.every((part, index) => part === entry[index]));
  };
  EventTarget.prototype.addEventListener = function (type, callback, options) {
    const target = this ?? window;
    if (callback && indexOf(target, type, callback, options) < 0) {
      listeners.push([target, type, callback, Boolean(options?.capture ?? options)]);
      const forget = () => target.removeEventListener(type, callback, options);
      if (options?.once) addEventListener.call(target, type, forget, options);
      if (options?.signal) addEventListener.call(options.signal, 'abort', forget);
    }
    return addEventListener.call(target, type, callback, options);
  };
  EventTarget.prototype.removeEventListener = function (type, callback, options) {
    const target = this ?? window;
    const index = indexOf(target, type, callback, options);
    if (index >= 0) listeners.splice(index, 1);
    return removeEventListener.call(target, type, callback, options);
  };

  const timers = new Set();
  const { setTimeout, clearTimeout, setInterval, clearInterval } = window;
  window.setTimeout = (callback, ...rest) => {
    const id = setTimeout(
      (...args) => {
        timers.delete(id);
        callback(...args);
      },
      ...rest,
    );
    timers.add(id);
    return id;
  };
  window.setInterval = (...args) => {
    const id = setInterval(...args);
    timers.add(id);
    return id;
  };
  window.clearTimeout = (id) => {
    timers.delete(id);
    clearTimeout(id);
  };
  window.clearInterval = (id) => {
    timers.delete(id);
    clearInterval(id);
  };

  let requests = 0;
  const { fetch } = window;
  window.fetch = (...args) => {
    requests += 1;
    return fetch(...args).finally(() => {
      requests -= 1;
    });
  };

  const channels = new Set();
  const { close } = BroadcastChannel.prototype;
  window.BroadcastChannel = class extends BroadcastChannel {
    constructor(name) {
      super(name);
      channels.add(this);
    }
    close() {
      channels.delete(this);
      close.call(this);
    }
  };

  // For two seconds after a write a second lock tells other tabs what was written, by its name:
  // `<lock>|<ms>|<sha256>`. It is held on purpose, and so is the timer that ends it, which ends a
  // moment before the lock is seen to be released.
  const isTold = ({ name }) => /\|\d+\|[\w-]{43}$/.test(name);
  // An instance follows the sign-outs of other tabs by one listener of each, which ends with it and comes
  // back with the next one. A second one is left over.
  const listening = () => {
    const following = new Set(['Window storage', 'Window pageshow']);
    const names = listeners.map(([target, type]) => `${target.constructor.name} ${type}`);
    return names.filter((name) => !following.delete(name));
  };
  const read = async () => {
    const { held, pending } = await navigator.locks.query();
    const told = held.filter(isTold).length;
    return {
      frames: document.querySelectorAll('iframe').length,
      listeners: listening(),
      timers: Math.max(0, timers.size - told),
      locks: held.length - told,
      pending: pending.length,
      requests,
      channels: channels.size,
    };
  };
  window.resources = {
    read,
    /** The resources once they are as `before`, or after three seconds: work that outlives its call. */
    async after(before) {
      const expected = JSON.stringify(before);
      for (const deadline = Date.now() + 3000; ; await new Promise((go) => setTimeout(go, 20))) {
        const now = await read();
        if (JSON.stringify(now) === expected || Date.now() > deadline) return now;
      }
    },
  };
}
