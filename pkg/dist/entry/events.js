export function createEvents() {
  const e = new Set();
  return {
    isEmpty: () => 0 === e.size,
    add(t) {
      const n = { listener: t };
      return e.add(n), () => e.delete(n);
    },
    tell(t) {
      Object.freeze(t);
      for (const n of e) queueMicrotask(() => e.has(n) && n.listener(t));
    },
  };
}
