/** What the apps on the pages have: the documentation's code uses it without showing it. */
declare const config: import('journey-oidc').OidcConfig;
declare const client: import('journey-oidc').OidcClientMethods;
declare const journeyClient: typeof import('journey-oidc').journeyClient;
declare const step: import('journey-oidc').JourneyStep;
declare const result: import('journey-oidc').JourneyResult;

declare const form: import('journey-oidc/form').JourneyForm;
declare const username: HTMLInputElement;
declare const password: HTMLInputElement;
declare const signInButton: HTMLButtonElement;
declare const signOutButton: HTMLButtonElement;

declare function ask(
  step: import('journey-oidc').JourneyStep,
): Promise<import('journey-oidc').JourneyStep>;
declare function walkThrough(
  result: import('journey-oidc').JourneyResult,
): Promise<import('journey-oidc').JourneyResult>;
declare function showError(message?: string): void;
declare function showSignIn(): void;
declare function showSignedIn(): void;
declare function showSignedOut(): void;
declare function showUnknown(message?: string): void;
declare function goTo(page: string): void;
declare const metrics: { count(name: string, value: number): void };

/** What Vite gives an app of its `.env`. */
interface ImportMeta {
  env: Record<string, string>;
}
declare module '*.css';
declare module '*.vue' {
  const component: import('vue').Component;
  export default component;
}
declare module '*/auth.js' {
  export const auth: import('journey-oidc/state').SignIn;
}

/** As much of the frameworks as the pages use. */
declare function defineNuxtPlugin(plugin: (nuxt: { vueApp: import('vue').App }) => void): void;
declare module 'react-dom/client' {
  export function createRoot(container: Element | null): { render(node: unknown): void };
}
declare module '@angular/core' {
  export function signal<T>(value: T): { (): T; set(value: T): void };
}
declare module 'solid-js' {
  export function from<T>(store: {
    subscribe(listener: (value: T) => void): () => void;
  }): () => T | undefined;
}
declare module 'axios' {
  // biome-ignore lint/suspicious/noExplicitAny: likewise.
  const axios: any;
  export default axios;
}
declare module '@angular/common/http' {
  // biome-ignore lint/suspicious/noExplicitAny: likewise.
  type Any = any;
  export type HttpInterceptorFn = (request: Any, next: (request: Any) => Any) => Any;
}
declare module 'rxjs' {
  // biome-ignore lint/suspicious/noExplicitAny: likewise.
  type Any = any;
  export function from<T>(promise: Promise<T>): { pipe(operator: Operator<T>): Any };
  type Operator<T> = (value: T) => Any;
  export function switchMap<T>(project: (value: T) => Any): Operator<T>;
  export function catchError(handle: (error: Any) => Any): Any;
}
declare namespace JSX {
  interface IntrinsicElements {
    [element: string]: object;
  }
}

/** As much of the tools as docs/testing.md uses; its code is run in tests/package/unit.test.js. */
declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: likewise.
  type Any = any;
  export function test(name: string, body: () => Promise<void>): void;
  export function beforeAll(body: () => Promise<void>): void;
  export function afterAll(body: () => Promise<void>): void;
  export function beforeEach(body: () => unknown): void;
  export function afterEach(body: () => unknown): void;
  export function expect(value: unknown): Any;
  export const vi: {
    fn(body: (...args: Any[]) => unknown): Any;
    stubGlobal(name: string, value: Any): void;
    unstubAllGlobals(): void;
    mock(name: string, factory: () => object): void;
  };
}
declare module '@playwright/test' {
  // biome-ignore lint/suspicious/noExplicitAny: likewise.
  type Any = any;
  type Test<F> = (name: string, body: (fixtures: F) => Promise<void>) => void;
  export const test: Test<{ page: Any }> & {
    extend(fixtures: Fixtures): Test<{
      page: Any;
      server: import('journey-oidc-server').Server;
      signedIn: string;
    }>;
  };
  export type Fixtures<_T = Any, _W = Any, _PT = Any, _PW = Any> = object;
  export type PlaywrightTestArgs = Any;
  export type PlaywrightWorkerArgs = Any;
  export const expect: Any;
  export function defineConfig<_T, _W>(config: object): object;
}
declare module '*/sign-in.js' {
  // biome-ignore lint/suspicious/noExplicitAny: likewise.
  export function signIn(client: any, username: string, password: string): Promise<string>;
}
