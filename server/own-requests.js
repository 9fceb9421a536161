import { request } from 'node:http';
import { request as requestTls } from 'node:https';

/**
 * A request of the server to itself, whose certificate needs no authority then.
 *
 * @param {string} url
 * @param {{ method?: string, headers?: Record<string, string>, body?: URLSearchParams }} [options]
 * @returns {Promise<{ status: number, headers: import('node:http').IncomingHttpHeaders, text: string }>}
 */
export async function ask(url, { method = 'GET', headers = {}, body } = {}) {
  const form = body && { 'Content-Type': 'application/x-www-form-urlencoded' };
  const options = { method, headers: { ...headers, ...form }, agent: false };
  const response = await new Promise((resolve, reject) => {
    const outgoing = url.startsWith('https:')
      ? requestTls(url, { ...options, rejectUnauthorized: false }, resolve)
      : request(url, options, resolve);
    outgoing.once('error', reject).end(body?.toString());
  });
  const chunks = await response.toArray();
  const text = Buffer.concat(chunks).toString('utf8');
  return { status: response.statusCode, headers: response.headers, text };
}
