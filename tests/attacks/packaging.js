/**
 * Class 8: the package itself: what is published, what importing does, what a strict page allows, and the
 * two pages that apps serve beside theirs (OAuth 2.0 for Browser-Based Applications section 8.5).
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../../scripts/run.mjs';
import { until } from '../e2e/oidc-support.js';
import { host, run, signIn, storage, world } from '../e2e/support.js';
import { actors, assertNobody, at, call, clickPopup, outcome, wait } from './stage.js';

const execute = promisify(execFile);
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The files that would be published, with their texts. */
let published;
async function files() {
  published ??= execute('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
  }).then(({ stdout }) =>
    JSON.parse(stdout)[0].files.map(({ path }) => ({
      path,
      text: readFileSync(join(root, path), 'latin1'),
    })),
  );
  return published;
}

/** What no published script may do: make code of a text, or markup of one. */
const SINKS =
  /\beval\(|\bnew Function\b|\bFunction\(|\.innerHTML\b|\.outerHTML\b|insertAdjacentHTML|document\.write|\bsrcdoc\b|setTimeout\(\s*['"`]|setInterval\(\s*['"`]|javascript:/;

/** What no published file may hold. */
const LEAKS =
  /-----BEGIN [A-Z ]*PRIVATE KEY|\/work\/|\/home\/|\/root\/|npm_[A-Za-z0-9]{30}|ghp_[A-Za-z0-9]{30}|_authToken/;

export const EVERYWHERE = {
  'a page with the strictest policy that is documented: all works, and nothing is reported':
    async ({ page }) => {
      const sources = `${actors.idp.url} ${world.provider}`;
      host.headers = {
        'content-security-policy': `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src ${sources}; frame-src 'self' ${sources}; base-uri 'none'; object-src 'none'; form-action 'none'`,
      };
      await page.goto(`${world.app}/strict`);
      await page.evaluate(() => {
        window.violations = [];
        addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
          window.violations.push(`${violatedDirective} ${blockedURI}`);
        });
      });
      const settings = at('idp', { backgroundRedirectUri: `${world.app}/callback.html` });
      const { code, state, iss } = await call(page, settings, 'authorize.background');
      const tokens = await call(page, settings, 'token.exchange', code, state, { iss });
      assert.equal(actors.idp.whose(tokens.accessToken), 'alice', JSON.stringify(tokens));
      assert.deepEqual(await page.evaluate(() => window.violations), []);
    },

  'a window of the package’s page reports to nobody but the page that waits for this state':
    async ({ page, open }) => {
      const other = await open();
      await other.evaluate(() => {
        window.heard = [];
        for (const name of [
          'journey-oidc-popup',
          'journey-oidc-popup-',
          'journey-oidc-popup-null',
        ]) {
          new BroadcastChannel(name).onmessage = ({ data }) => window.heard.push(data);
        }
        addEventListener('message', ({ data }) => window.heard.push(data));
      });
      await clickPopup(page, at('idp', { popupRedirectUri: `${world.app}/popup.html` }));
      assert.ok((await outcome(page)).accessToken);
      assert.deepEqual(await other.evaluate(() => window.heard), []);
    },
};

export const CHROMIUM = {
  'the package’s pages, asked with markup for parameters: no script of it runs, nothing is stored':
    async ({ page }) => {
      const markup = encodeURIComponent(
        '"><img src=x onerror="document.title=1"><script>document.title=1</script>',
      );
      for (const path of ['/callback.html', '/popup.html']) {
        for (const query of [
          `?code=${markup}&state=`,
          `?state=${markup}&error=${markup}`,
          `#${markup}`,
        ]) {
          await page.goto(world.app + path + query);
          await page.goto(`${world.app}/after`);
          await assertNobody(page);
        }
      }
      assert.equal(actors.idp.requests.length, 0);
    },

  'importing: no request, no storage, no global, no listener': async ({ page }) => {
    const requests = [];
    page.on('request', (request) => requests.push(new URL(request.url()).pathname));
    const globals = await page.evaluate(async () => {
      const before = new Set(Object.getOwnPropertyNames(window));
      const listeners = [];
      const { addEventListener } = EventTarget.prototype;
      EventTarget.prototype.addEventListener = function (type, ...rest) {
        listeners.push(type);
        return addEventListener.call(this, type, ...rest);
      };
      await import('/pkg/index.js');
      EventTarget.prototype.addEventListener = addEventListener;
      return [Object.getOwnPropertyNames(window).filter((name) => !before.has(name)), listeners];
    });
    assert.deepEqual(globals, [[], []]);
    assert.ok(requests.every((path) => path.startsWith('/pkg/') && path.endsWith('.js')));
    assert.deepEqual(await storage(page), {});
  },

  'published scripts: none makes code or markup of a text': async () => {
    for (const { path, text } of await files()) {
      if (!/\.(js|html)$/.test(path)) continue;
      const [, found] = text.match(new RegExp(`(.{0,40}(?:${SINKS.source}).{0,40})`)) ?? [];
      assert.equal(found, undefined, path);
    }
  },

  'published files: no key, no token, no path of the machine that built them': async () => {
    for (const { path, text } of await files()) {
      const [found] = text.match(LEAKS) ?? [];
      assert.equal(found, undefined, path);
    }
  },

  'published files: what the package needs, and no test, no source, no settings': async () => {
    const paths = (await files()).map(({ path }) => path);
    assert.ok(paths.includes('pkg/index.js') && paths.includes('pkg/callback.html'));
    for (const path of paths) {
      assert.match(path, /^(pkg\/|package\.json$|README\.md$|LICENSE$|CHANGELOG\.md$)/);
      assert.doesNotMatch(
        path,
        /\btests?\/|\.test\.|\.env|\.npmrc|\.map$|\.pem$|node_modules/i,
        path,
      );
    }
  },

  'installing: no script runs, and nothing else is installed': () => {
    for (const name of ['preinstall', 'install', 'postinstall', 'prepare', 'prepack']) {
      assert.equal(manifest.scripts?.[name], undefined, name);
    }
    assert.deepEqual(Object.keys(manifest.dependencies ?? {}), []);
    assert.deepEqual(Object.keys(manifest.optionalDependencies ?? {}), []);
    assert.equal(manifest.bin, undefined);
    return Promise.resolve();
  },

  'an app asks for the package’s inner modules: there is no way in': async () => {
    const source = `
      for (const path of ['pkg/entry/create.js', 'pkg/entry/load.js', 'wasm/core.js', 'pkg/core/instance.js', '../package.json', 'package.json/../pkg']) {
        await import('journey-oidc/' + path).then(
          () => { console.log('in:', path); },
          ({ code }) => { if (!/PATH_NOT_EXPORTED|INVALID_MODULE|MODULE_NOT_FOUND|UNKNOWN/.test(code)) console.log(path, code); },
        );
      }`;
    const args = ['--input-type=module', '--eval', source];
    const { stdout } = await execute(process.execPath, args, { cwd: root });
    assert.equal(stdout, '');
  },

  'the landing page for frames has no script, and tells no referrer with a code': async () => {
    const all = await files();
    const page = all.find(({ path }) => path === 'pkg/callback.html').text;
    assert.doesNotMatch(page, /script|src=|href=|http/i);
    const popup = all.find(({ path }) => path === 'pkg/popup.html').text;
    assert.match(popup, /<meta name="referrer" content="no-referrer">/);
    assert.deepEqual(popup.match(/(src|href)="[^"]*"/g), ['src="popup.js"']);
  },

  'init() is given a file that is no core of ours: it says so, and the right one still loads':
    async ({ page }) => {
      const module = Buffer.from('0061736d01000000', 'hex');
      actors.evil.answer = () => ({ body: '<html>', headers: { 'content-type': 'text/html' } });
      const codes = await page.evaluate(
        async ([evil, bytes]) => {
          const sdk = await import('/pkg/url.js');
          const results = [];
          for (const from of [
            `${evil}/core.wasm`,
            'javascript:window.pwned=1',
            'data:application/wasm;base64,AAAA',
            new Uint8Array(bytes),
            new Uint8Array([0]),
          ]) {
            results.push((await sdk.init({ core: from }))?.code ?? 'loaded');
          }
          const { default: _, ...rest } = {
            default: 0,
            url: new URL('/pkg/wasm/core.wasm', location),
          };
          results.push((await sdk.init({ core: rest.url }))?.code ?? 'loaded');
          return results;
        },
        [actors.evil.url, [...module]],
      );
      assert.ok(!(await page.evaluate(() => window.pwned)));
      assert.equal(codes.at(-1), 'loaded', JSON.stringify(codes));
      assert.ok(!codes.slice(0, -1).includes('loaded'), JSON.stringify(codes));
    },

  'the app is shown in a page of another site: the documented policy does not let it': async ({
    open,
  }) => {
    host.headers = { 'content-security-policy': "frame-ancestors 'self'" };
    const evil = await open(actors.evil.page(`<iframe src="${world.app}"></iframe>`));
    await wait(evil, 300);
    assert.ok(!evil.frames().some((frame) => frame.url() === `${world.app}/`));
    // The package's own frames are of the same origin, and work.
    const page = await open();
    await run(page, () => {}, undefined);
    const settings = at('idp', { backgroundRedirectUri: `${world.app}/callback.html` });
    assert.ok((await call(page, settings, 'authorize.background')).state);
    await until(async () => (await signIn(page)).length > 0);
  },
};
