import type { Server, ServerOptions } from './index.js';

/** A {@link Server} in another thread: every method is asynchronous. */
export type WorkerServer = {
  readonly [Name in keyof Server]: Server[Name] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : Server[Name];
};

/**
 * Starts a server in a thread of its own, for tests in jsdom and happy-dom: they replace globals that a
 * server needs, such as `Uint8Array`. Rejects as `startServer` of `journey-oidc-server` does.
 *
 * @param options without functions
 */
export function startServer(options?: Omit<ServerOptions, 'decisions'>): Promise<WorkerServer>;
