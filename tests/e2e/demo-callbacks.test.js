/** The demo page at every kind of step: what the user sees, and what is sent. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { serveDemo } from '../../www/serve.js';
import { OTP, PUSH, RECOVERY_CODES, STEPS } from './am-steps.js';
import { CLIENT_ID, useWorld, world } from './support.js';

let demo;
useWorld(async () => {
  demo = await serveDemo({ port: 0, serverUrl: world.provider });
  world.demo = demo.url;
  return demo.close;
});
beforeEach(() => world.server.control.setClient({ client_id: CLIENT_ID, origins: [demo.url] }));

const FORBIDDEN = /Content Security Policy/;

/** Has the server answer with these steps, one after the other. */
function answer(...steps) {
  for (const body of steps) {
    world.server.control.fail({ match: '/authenticate', method: 'POST', body });
  }
}

/** The demo at a step; the next answer is the login form. Fails for any error in the page. */
async function openAt(t, step, { context: options, init, prepare, next = STEPS.login } = {}) {
  answer(STEPS[step], next);
  const context = await world.browser.newContext(options);
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (FORBIDDEN.test(message.text())) errors.push(message.text());
  });
  t.after(async () => {
    await context.close();
    // What the page sent last, such as a new start, must not get the next test's answer.
    await sleep(50);
    assert.deepEqual(errors, []);
  });
  if (init) await page.addInitScript(init);
  await prepare?.(page);
  await page.goto(demo.url);
  await page.locator('form.jf-step').waitFor();
  return page;
}

/**
 * What is sent when something is done: the values of the inputs, in order. Returns when it is answered:
 * what is still under way would get the answer of the next test.
 */
async function sentBy(page, action) {
  const sent = page.waitForRequest((request) => request.postData()?.includes('authId'));
  await action();
  const request = await sent;
  await request.response();
  const { authId, callbacks } = request.postDataJSON();
  assert.equal(authId, STEPS.login.authId);
  return callbacks.flatMap(({ input }) => input.map(({ value }) => value));
}

const press = (page, name) => () => page.getByRole('button', { name, exact: true }).click();
const focused = (page) => page.evaluate(() => document.activeElement.labels?.[0].textContent);
const text = (page) => page.locator('form.jf-step').innerText();

/** What of an accessible description the user hears. */
const description = (field) =>
  field.evaluate((node) =>
    (node.getAttribute('aria-describedby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.innerText ?? ''),
  );

test('every step fits a phone and a desk, and has names for all it asks', async (t) => {
  const sizes = [
    { width: 320, height: 640 },
    { width: 1280, height: 800 },
  ];
  for (const viewport of sizes) {
    for (const kind of Object.keys(STEPS)) {
      if (viewport.width > 1000 && !kind.startsWith('qr')) continue;
      const page = await openAt(t, kind, { context: { viewport } });
      const found = await page.evaluate(() => ({
        width: document.documentElement.scrollWidth,
        unnamed: [...document.querySelectorAll('form.jf-step :is(input:not([hidden]), select)')]
          .filter((field) => !field.labels?.length)
          .map(({ id }) => id),
        ids: [...document.querySelectorAll('[id]')]
          .map(({ id }) => id)
          .filter((id, index, all) => all.indexOf(id) !== index),
        focus: document.activeElement.tagName,
      }));
      assert.ok(found.width <= viewport.width, `${kind}: ${found.width} px`);
      assert.deepEqual([found.unnamed, found.ids], [[], []], kind);
      assert.match(found.focus, /^(INPUT|SELECT|H2)$/, kind);
      await page.context().close();
    }
  }
});

test('TextInput', async (t) => {
  const page = await openAt(t, 'textInput');
  assert.equal(await focused(page), 'What’s your nickname?');
  await page.keyboard.type('Zoe');
  assert.deepEqual(await sentBy(page, () => page.keyboard.press('Enter')), ['Zoe']);
  await page.getByLabel('User Name').waitFor();
});

test('a one-time password: Enter submits it, the other button needs none', async (t) => {
  const page = await openAt(t, 'oneTimePassword');
  assert.equal(await focused(page), 'One Time Password');
  const { autocomplete, inputMode } = await page
    .getByLabel('One Time Password')
    .evaluate(({ autocomplete, inputMode }) => ({ autocomplete, inputMode }));
  assert.deepEqual([autocomplete, inputMode], ['one-time-code', 'numeric']);
  await page.keyboard.type('123456');
  assert.deepEqual(await sentBy(page, () => page.keyboard.press('Enter')), ['123456', 0]);
  const again = await openAt(t, 'oneTimePassword');
  assert.deepEqual(await sentBy(again, press(again, 'Resend')), ['', 1]);
});

test('a registration: hints, then errors at the fields', async (t) => {
  const page = await openAt(t, 'registration', { next: STEPS.registrationAgain });
  await page.getByRole('heading', { name: 'Sign Up' }).waitFor();
  const [hints] = await description(page.getByLabel('Password', { exact: true }));
  assert.equal(
    hints,
    'Must be at least 8 characters\nMust contain at least 1 capital letter\n' +
      'Must contain at least 1 numeric value\nMust not contain your user name, first name, last name',
  );
  assert.equal(await focused(page), 'Username');
  await page.keyboard.type('demo');
  await page.getByLabel('Password', { exact: true }).fill('secret');
  await page.getByLabel('Email Address').fill('zoe@example.com');
  await page.getByLabel('Send me news').check();
  const sent = await sentBy(page, press(page, 'Next'));
  const news = [true, false];
  const expected = ['demo', false, 'secret', false, 'zoe@example.com', false, null, false, ...news];
  assert.deepEqual(sent, expected);

  const field = page.getByLabel('Username');
  await page.getByText('Username must be unique').waitFor();
  assert.match((await description(field))[1], /Username must be unique/);
  assert.equal(await field.getAttribute('aria-invalid'), 'true');
  assert.equal(await focused(page), 'Username');
  assert.match(
    (await description(page.getByLabel('Password', { exact: true })))[1],
    /Password must be at least 8 characters.*Password must contain at least 1 capital letter/s,
  );
  await page.getByLabel('Age').fill('41.5');
  await page.getByLabel('Password', { exact: true }).fill('Secret99');
  await page.getByLabel('Email Address').fill('zoe@example.com');
  assert.equal((await sentBy(page, press(page, 'Next')))[6], 41.5);
});

test('a few choices are radio buttons', async (t) => {
  const page = await openAt(t, 'fewChoices');
  const group = page.getByRole('group', { name: 'How shall we reach you?' });
  assert.ok(await group.getByRole('radio', { name: 'SMS' }).isChecked());
  await page.keyboard.press('ArrowDown');
  assert.deepEqual(await sentBy(page, press(page, 'Next')), [2]);
});

test('many choices are a list', async (t) => {
  const page = await openAt(t, 'manyChoices');
  const list = page.getByLabel('How shall we reach you?');
  assert.equal(await list.inputValue(), '2');
  await list.selectOption('Pigeon');
  assert.deepEqual(await sentBy(page, press(page, 'Next')), [4]);
});

test('a confirmation', async (t) => {
  const page = await openAt(t, 'confirmation');
  const buttons = page.locator('form.jf-step button');
  assert.deepEqual(await buttons.allInnerTexts(), ['Keep them', 'Delete them']);
  assert.match(await text(page), /Warning: ?\s*Delete all your devices\?/);
  assert.deepEqual(await sentBy(page, press(page, 'Delete them')), [0]);
});

test('a confirmation without texts', async (t) => {
  const page = await openAt(t, 'confirmationByType');
  await page.getByRole('group', { name: 'Stay signed in?' }).waitFor();
  assert.deepEqual(await sentBy(page, press(page, 'Cancel')), [2]);
});

test('security questions', async (t) => {
  const page = await openAt(t, 'kba');
  const [first, second] = await page.getByRole('group', { name: /security question/ }).all();
  assert.equal(await focused(page), 'Question');
  assert.ok(!(await first.getByLabel('Your question').isVisible()));
  await first.getByLabel('Question', { exact: true }).selectOption('My own question');
  await first.getByLabel('Your question').fill('Which boat?');
  await first.getByLabel('Answer').fill('Ahoy');
  assert.equal(await second.getByRole('option', { name: 'My own question' }).count(), 0);
  await second.getByLabel('Question', { exact: true }).selectOption('Who was your first employer?');
  await second.getByLabel('Answer').fill('Ping');
  const sent = await sentBy(page, press(page, 'Next'));
  assert.deepEqual(sent, ['Which boat?', 'Ahoy', 'Who was your first employer?', 'Ping']);
});

test('terms and conditions', async (t) => {
  const page = await openAt(t, 'terms', { context: { locale: 'en-US' } });
  const region = page.getByRole('region', { name: 'Terms and conditions' });
  assert.ok(await region.evaluate((node) => node.scrollHeight > node.clientHeight));
  assert.match(await text(page), /Version 1\.2, March 4, 2026/);
  await press(page, 'Next')();
  assert.equal(await focused(page), ' I accept the terms and conditions');
  await page.keyboard.press('Space');
  assert.deepEqual(await sentBy(page, press(page, 'Next')), [true]);
});

test('messages by their kind, and no script', async (t) => {
  const page = await openAt(t, 'messages');
  const shown = await text(page);
  assert.match(shown, /You signed in yesterday\./);
  assert.match(await page.locator('.jf-note.jf-warning').innerText(), /^Warning:\s+Your password/);
  assert.match(await page.locator('.jf-note.jf-error').innerText(), /^Error:\s+Your account/);
  assert.doesNotMatch(shown, /script/);
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H2');
});

test('a suspended journey can only be started again', async (t) => {
  const page = await openAt(t, 'suspended');
  assert.match(await text(page), /An email has been sent/);
  await press(page, 'Start again')();
  await page.getByLabel('User Name').waitFor();
});

test('what is not for the user is not shown', async (t) => {
  const page = await openAt(t, 'silent');
  assert.match(await text(page), /^Sign in\s+There is nothing to enter at this step\.\s+Next$/);
  assert.deepEqual(await sentBy(page, press(page, 'Next')), ['clientScriptOutputData']);
});

test('waiting goes on by itself', async (t) => {
  const waiting = structuredClone(STEPS.polling);
  waiting.callbacks[0].output[1].value = 'Still waiting…';
  const page = await openAt(t, 'polling', { next: waiting });
  answer(STEPS.textInput);
  await page.getByRole('status').filter({ hasText: 'Waiting for your phone…' }).waitFor();
  await page.getByRole('progressbar', { name: 'Time until the next check' }).waitFor();
  await page.getByRole('status').filter({ hasText: 'Still waiting…' }).waitFor();
  await page.getByLabel('What’s your nickname?').waitFor();
});

test('waiting is cancelled', async (t) => {
  const page = await openAt(t, 'polling');
  const sent = [];
  page.on('request', (request) => sent.push(request.postData()));
  await press(page, 'Cancel')();
  await page.getByLabel('User Name').waitFor();
  await page.waitForTimeout(800);
  assert.equal(sent.filter((body) => body?.includes('authId')).length, 0);
});

test('waiting, or another way', async (t) => {
  const page = await openAt(t, 'pollingWithExit');
  await page.getByRole('group', { name: 'Or try another way' }).waitFor();
  assert.deepEqual(await sentBy(page, press(page, 'Use a code')), [0]);
});

test('a device profile is collected after the user was told', async (t) => {
  const permissions = ['geolocation'];
  const geolocation = { latitude: 47.4, longitude: 8.5 };
  const page = await openAt(t, 'device', { context: { permissions, geolocation } });
  assert.match(await text(page), /We look at your device\..*the fonts.*where the device is/s);
  const [sent] = await sentBy(page, press(page, 'Send and continue'));
  const profile = JSON.parse(sent);
  assert.deepEqual(profile.location, geolocation);
  assert.match(profile.identifier, /^\d+-\d+-\d+$/);
  assert.ok(profile.metadata.browser.userAgent);
});

/** What a scanner reads of the drawing. */
async function assertScans(page, expected) {
  const svg = page.getByRole('img', { name: 'QR code' });
  const path = await svg.locator('path').last().getAttribute('d');
  const size = Number((await svg.getAttribute('viewBox')).split(' ')[2]);
  const { encode } = await import('uqr');
  const { data } = encode(expected, { ecc: 'M', border: 4 });
  assert.equal(data.length, size);
  const dark = [...path.matchAll(/M(\d+) (\d+)h1v1h-1z/g)].map(([, x, y]) => `${x} ${y}`);
  const wanted = data.flatMap((row, y) => row.flatMap((is, x) => (is ? [`${x} ${y}`] : [])));
  assert.deepEqual(dark, wanted);
  assert.ok((await svg.boundingBox()).width >= 200);
}

test('a QR code for one-time passwords, with the field for the first', async (t) => {
  const permissions = ['clipboard-read', 'clipboard-write'];
  const page = await openAt(t, 'qrOtp', { context: { permissions } });
  await assertScans(page, OTP);
  await page.getByText('Can’t scan it?').click();
  assert.equal(await page.locator('.jf-details code').innerText(), OTP);
  await press(page, 'Copy Address')();
  await page.getByRole('status').filter({ hasText: 'Address copied' }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), OTP);
  assert.equal(await page.getByRole('link', { name: /Open the app/ }).getAttribute('href'), OTP);
  await page.getByLabel('Enter verification code').fill(' 123456 ');
  const sent = await sentBy(page, () => page.keyboard.press('Enter'));
  assert.deepEqual(sent, ['mfaDeviceRegistration', '123456', 0]);
});

test("a QR code of AM's older module, in a script", async (t) => {
  const page = await openAt(t, 'qrModule');
  await assertScans(page, OTP);
  assert.deepEqual(await sentBy(page, press(page, 'Login using verification code')), [0]);
});

test('a QR code for push, while the server waits', async (t) => {
  const page = await openAt(t, 'qrPush');
  await assertScans(page, PUSH);
  assert.deepEqual(await sentBy(page, () => {}), ['mfaDeviceRegistration']);
});

test('recovery codes', async (t) => {
  const permissions = ['clipboard-read', 'clipboard-write'];
  const init = () => {
    window.print = () => {
      window.isPrinted = true;
    };
  };
  const page = await openAt(t, 'recoveryCodes', { context: { permissions }, init });
  await page.locator('.jf-recovery-codes li').first().waitFor();
  assert.deepEqual(await page.locator('.jf-recovery-codes li').allInnerTexts(), RECOVERY_CODES);
  assert.match(await text(page), /when you don’t have Tom & Ann’s laptop\./);
  await press(page, 'Copy Codes')();
  await page.getByRole('status').filter({ hasText: 'Codes copied' }).waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied, RECOVERY_CODES.join('\n'));
  await press(page, 'Print')();
  assert.ok(await page.evaluate(() => window.isPrinted));
  await page.emulateMedia({ media: 'print' });
  assert.ok(await page.locator('.jf-recovery-codes').isVisible());
  assert.ok(!(await page.getByRole('log').isVisible()));
  await page.emulateMedia({ media: 'screen' });
  await page.getByLabel('I have kept them').check();
  assert.deepEqual(await sentBy(page, press(page, 'Next')), []);
});

/** A page with an authenticator that has the user's consent. */
async function addAuthenticator(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

test('a passkey is made', async (t) => {
  const page = await openAt(t, 'passkeyRegistration', { prepare: addAuthenticator });
  assert.equal(await focused(page), 'Name for this device (optional)');
  await page.keyboard.type('My laptop');
  const [outcome] = await sentBy(page, press(page, 'Create a passkey'));
  assert.match(outcome, /"type":"webauthn\.create".*::My laptop$/);
});

test('a passkey is used, from the button and from the field', async (t) => {
  const known = async (page) => {
    await addAuthenticator(page);
    // A passkey for this page, made by hand.
    await page.route('**/made', (route) => route.fulfill({ contentType: 'text/html', body: '' }));
    await page.goto(`${demo.url}/made`);
    await page.evaluate(() =>
      navigator.credentials.create({
        publicKey: {
          challenge: new Uint8Array(16),
          rp: { name: 'Demo' },
          user: { id: new Uint8Array([1]), name: 'demo', displayName: 'demo' },
          pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
          authenticatorSelection: { residentKey: 'required' },
        },
      }),
    );
  };
  const page = await openAt(t, 'passkey', { prepare: known });
  const [outcome] = await sentBy(page, press(page, 'Use a passkey'));
  assert.match(outcome, /^\{"type":"webauthn\.get"/);

  answer(STEPS.passkeyInField, STEPS.login);
  // The browser has only one to offer, and the authenticator says yes.
  const sent = await sentBy(page, () => page.goto(demo.url));
  assert.match(sent[2], /^\{"type":"webauthn\.get"/);
});

/** Without any authenticator, which the browser tells after the time that the server gives. */
const refuse = () => {
  navigator.credentials.get = () =>
    Promise.reject(new DOMException('The operation timed out.', 'NotAllowedError'));
};

test('no passkey: the user is told why, and tries another way', async (t) => {
  const page = await openAt(t, 'passkeyOrCode', { init: refuse });
  await press(page, 'Use a passkey')();
  const alert = page.getByRole('alert').filter({ hasText: 'No passkey' });
  await alert.filter({ hasText: 'It was cancelled' }).waitFor();
  await page.getByRole('button', { name: 'Try again' }).waitFor();
  const sent = await sentBy(page, press(page, 'Use Recovery Code'));
  assert.deepEqual(sent, ['ERROR::NotAllowedError:The operation timed out.', 0]);
});

test('no passkey and no other way: the failure is an answer', async (t) => {
  const page = await openAt(t, 'passkey', { init: refuse });
  await press(page, 'Use a passkey')();
  const [sent] = await sentBy(page, press(page, 'Continue without a passkey'));
  assert.match(sent, /^ERROR::NotAllowedError/);
});

test('a passkey in the field: the password does as well', async (t) => {
  const page = await openAt(t, 'passkeyInField');
  const name = page.getByLabel('User Name');
  assert.equal(await name.getAttribute('autocomplete'), 'username webauthn');
  await name.fill('demo');
  await page.getByLabel('Password', { exact: true }).fill('secret');
  const sent = await sentBy(page, press(page, 'Sign in'));
  assert.deepEqual(sent, ['demo', 'secret', 'webAuthnOutcome']);
});

test('a redirect', async (t) => {
  const prepare = (page) =>
    page.route('**/pkg/index.js', async (route) => {
      const response = await route.fetch();
      const body = `${await response.text()}
        journeyClient.redirect = async (step) => {
          window.left = step.getCallbackOfType('RedirectCallback').getRedirectUrl();
        };`;
      await route.fulfill({ response, body });
    });
  const page = await openAt(t, 'redirect', { prepare });
  await press(page, 'Go to accounts.example.com')();
  await page.waitForFunction(() => window.left);
  assert.match(await page.evaluate(() => window.left), /^https:\/\/accounts\.example\.com\/o\//);
});

test('identity providers', async (t) => {
  const page = await openAt(t, 'providers');
  assert.deepEqual(await sentBy(page, press(page, 'Continue with Apple')), ['apple']);
});

test('identity providers, or a password', async (t) => {
  const page = await openAt(t, 'providersAndPassword');
  assert.equal(await focused(page), 'User Name');
  await page.keyboard.type('demo');
  await page.keyboard.press('Tab');
  await page.keyboard.type('secret');
  const sent = await sentBy(page, () => page.keyboard.press('Enter'));
  assert.deepEqual(sent, ['localAuthentication', 'demo', 'secret']);
  const other = await openAt(t, 'providersAndPassword');
  assert.deepEqual(await sentBy(other, press(other, 'Continue with Google')), ['google', '', '']);
});

for (const kind of ['reCaptcha', 'reCaptchaEnterprise']) {
  test(`${kind}: a stand-in`, async (t) => {
    const page = await openAt(t, kind);
    assert.match(await text(page), /Site key: 6LfTestKey/);
    await press(page, 'Use a test token')();
    await page.getByText('The test token is sent when you continue.').waitFor();
    assert.equal((await sentBy(page, press(page, 'Next')))[0], 'test');
  });
}

test('PingOne Protect goes on without signals', async (t) => {
  for (const [kind, sent] of [
    ['protectInitialize', ['']],
    ['protectEvaluation', ['', '']],
  ]) {
    const page = await openAt(t, kind);
    assert.match(await text(page), /PingOne Protect .*The demo has n/);
    assert.deepEqual(await sentBy(page, press(page, 'Next')), sent);
  }
});

test('an unknown callback says so, and its answers keep their types', async (t) => {
  const page = await openAt(t, 'unknown');
  assert.match(await text(page), /has no form for the callback ConsentMappingCallback/);
  await page.getByLabel('ConsentMappingCallback').check();
  await page.getByLabel('Count').fill('4');
  const sent = await sentBy(page, press(page, 'Next'));
  assert.deepEqual(sent, [true, 'none', 4, { a: 1 }]);
});
