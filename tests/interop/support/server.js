/** What the tests of each server need to run and to ask it. */
import { createServer } from 'node:http';

/**
 * The server that `npm run interop` has started for all files of a folder; where a file runs alone,
 * one of its own.
 *
 * @template Address
 * @param {string} name the folder's
 * @param {() => Promise<{ address: Address, close(): unknown }>} start
 */
export async function running(name, start) {
  const given = process.env[`INTEROP_${name.toUpperCase()}`];
  return given ? { address: JSON.parse(given), close() {} } : start();
}

/** A port of loopback that was free a moment ago. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * Sends a request and reads its JSON; fails with what was answered unless that is expected.
 *
 * @param {string | URL} url
 * @param {RequestInit & { json?: unknown, form?: Record<string, string>, token?: string,
 *   expect?: number[] }} [options] `json` or `form`: the body; `expect`: statuses besides the 2xx
 * @returns {Promise<{ status: number, headers: Headers, body: any }>} `body`: text where it is no JSON
 */
export async function ask(url, { json, form, token, expect = [], ...options } = {}) {
  const headers = new Headers(options.headers);
  if (json !== undefined) headers.set('content-type', 'application/json');
  if (token) headers.set('authorization', `Bearer ${token}`);
  const body = form ? new URLSearchParams(form) : json === undefined ? null : JSON.stringify(json);
  const method = options.method ?? (body === null ? 'GET' : 'POST');
  const signal = AbortSignal.timeout(60_000);
  const response = await fetch(url, {
    signal,
    redirect: 'manual',
    ...options,
    method,
    headers,
    body,
  });
  const text = await response.text();
  if (!response.ok && !expect.includes(response.status)) {
    throw new Error(`${method} ${url}: ${response.status} ${text}`);
  }
  return { status: response.status, headers: response.headers, body: parse(text) };
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
