/** Journeys of a real AM: its callbacks, its refusals, and the sessions that come of them. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { openApp, run } from '../../e2e/support.js';
import { test } from '../support/test.js';
import { receiveMail } from './mail.js';
import { totp } from './otp.js';
import { USER } from './recipe.js';
import { appConfig, newUser, server, signIn, useOpenAm } from './support.js';

useOpenAm();

/**
 * Walks a journey in the page, with the answers to its steps, `null` for what stays as it is; resolves
 * to what is worth knowing of each result. Keeps client and step in the page, for a walk that goes on.
 */
function walk(page, { journey, answers, settings = appConfig() }) {
  return run(
    page,
    async (sdk, { config, journey, answers }) => {
      const { QRCode } = await import('/pkg/qr-code.js');
      const seen = [];
      const look = (result) => {
        window.result = result;
        const callbacks = result.callbacks?.map((callback) => callback.getType());
        const isQrCode = callbacks && QRCode.isQRCodeStep(result);
        const { type, status, payload } = result;
        seen.push({
          ...{ type, status, callbacks, code: result.code, stage: payload?.stage },
          ...{ message: payload?.message, tokenId: payload?.tokenId },
          ...(isQrCode ? { qrCode: QRCode.getQRCodeData(result) } : {}),
        });
      };
      if (!window.client) {
        window.client = await sdk.journey({ config });
        look(await window.client.start({ journey }));
      }
      for (const values of answers) {
        const step = window.result;
        step.callbacks
          .filter(({ payload }) => payload.input?.length)
          .forEach((callback, index) => {
            if (values[index] !== null) callback.setInputValue(values[index]);
          });
        look(await window.client.next(step));
      }
      return seen;
    },
    { config: settings, journey, answers },
  );
}

/** Asserts that a journey ended in a session of a user, by AM's own word. */
async function assertSession(result, { username }) {
  assert.equal(result.type, 'LoginSuccess', JSON.stringify(result));
  const session = await server.am.session(result.tokenId);
  assert.deepEqual([session?.valid, session?.uid], [true, username]);
}

test('signs in, with a session that AM knows', async (t) => {
  const page = await openApp(t);
  const session = await signIn(page);
  assert.deepEqual(await server.am.session(session), {
    valid: true,
    uid: USER.username,
    realm: '/',
  });
});

test("session.info() is AM's", async (t) => {
  const page = await openApp(t);
  await signIn(page);
  const info = await run(
    page,
    async ({ journey }, config) => (await journey({ config })).session.info(),
    appConfig(),
  );
  assert.equal(info.username, USER.username, JSON.stringify(info));
  assert.equal(info.realm, '/');
  assert.ok(Date.parse(info.maxSessionExpirationTime) > Date.now());
});

test('session.info() after the session was ended at AM: none', async (t) => {
  const page = await openApp(t);
  await server.admin.end(await signIn(page));
  const info = await run(
    page,
    async ({ journey }, config) => (await journey({ config })).session.info(),
    appConfig(),
  );
  assert.equal(info.error, 'session_info_failed', JSON.stringify(info));
  assert.equal(info.type, 'auth_error');
});

test('a wrong password is a LoginFailure, and the journey is over', async (t) => {
  const page = await openApp(t);
  const [, refused] = await walk(page, { answers: [[USER.username, 'wrong']] });
  assert.deepEqual([refused.type, refused.status], ['LoginFailure', 401], JSON.stringify(refused));
});

test('a step that was used already is a LoginFailure', async (t) => {
  const page = await openApp(t);
  const types = await run(
    page,
    async ({ journey }, { config, user }) => {
      const client = await journey({ config });
      const step = await client.start();
      step.getCallbackOfType('NameCallback').setName(user.username);
      step.getCallbackOfType('PasswordCallback').setPassword(user.password);
      const used = structuredClone(step.payload);
      const first = await client.next(step);
      const second = await client.next({ payload: used });
      return [first.type, second.type, second.status];
    },
    { config: appConfig(), user: USER },
  );
  assert.deepEqual(types, ['LoginSuccess', 'LoginFailure', 408]);
});

test('an unknown journey is a LoginFailure', async (t) => {
  const page = await openApp(t);
  const [refused] = await walk(page, { journey: 'nowhere', answers: [] });
  assert.deepEqual([refused.type, refused.status], ['LoginFailure', 400], JSON.stringify(refused));
});

/** A journey of a test's own: AM takes a moment to see changed settings of a module. */
async function addJourney(...modules) {
  const name = `journey-${randomUUID()}`;
  await server.admin.addJourney(name, [{ type: 'datastore' }, ...modules]);
  return name;
}

test('OATH: registers a device by its QR code, and signs in with it', async (t) => {
  const settings = { oathIssuerName: 'Journeys', oathAlgorithm: 'TOTP' };
  const journey = await addJourney({ type: 'authenticatoroath', settings });
  const user = await newUser();
  const page = await openApp(t);
  const credentials = [user.username, user.password];
  const [, choice, step] = await walk(page, { journey, answers: [credentials, [0]] });
  assert.deepEqual(choice.callbacks, ['ConfirmationCallback']);
  assert.equal(step.qrCode?.use, 'otp', JSON.stringify(step));
  assert.match(step.qrCode.message, /^\s*Scan the barcode image below/);
  const uri = new URL(step.qrCode.uri);
  assert.equal(uri.protocol, 'otpauth:');
  assert.equal(uri.searchParams.get('issuer'), 'Journeys');
  const [entry] = await walk(page, { answers: [[0]] });
  assert.deepEqual(entry.callbacks, ['NameCallback', 'ConfirmationCallback']);
  const code = totp(uri.searchParams.get('secret'));
  const results = await walk(page, { answers: [[code, 0]] });
  await assertSession(results.at(-1), user);
});

/** One-time passwords go by e-mail to a server of the test's. */
function byMail({ port }) {
  const where = { smtpHostname: '127.0.0.1', smtpHostPort: port };
  return { ...where, smtpSslEnabled: 'Non SSL', smtpUsername: '' };
}

/** The one-time password of the next e-mail, whose header fields have other numbers. */
async function passwordOf(mail) {
  const [, ...body] = (await mail.next()).split('\r\n\r\n');
  return /\b\d{8}\b/.exec(body.join(' '))[0];
}

test('HOTP: signs in with the password of an e-mail', async (t) => {
  const mail = await receiveMail();
  t.after(() => mail.close());
  const journey = await addJourney({ type: 'hotp', settings: byMail(mail) });
  const user = await newUser();
  const page = await openApp(t);
  const answers = [
    [user.username, user.password],
    [null, 1],
  ];
  const [, step, again] = await walk(page, { journey, answers });
  assert.deepEqual(step.callbacks, ['PasswordCallback', 'ConfirmationCallback']);
  assert.deepEqual(again.callbacks, step.callbacks, JSON.stringify(again));
  const results = await walk(page, { answers: [[await passwordOf(mail), 0]] });
  await assertSession(results.at(-1), user);
});

test('HOTP: an e-mail that AM cannot send is an error of the server', async (t) => {
  const mail = await receiveMail();
  mail.close();
  const journey = await addJourney({ type: 'hotp', settings: byMail(mail) });
  const user = await newUser();
  const page = await openApp(t);
  const answers = [
    [user.username, user.password],
    [null, 1],
  ];
  const results = await walk(page, { journey, answers });
  assert.equal(results.at(-1).code, 'http_error', JSON.stringify(results.at(-1)));
});

test('membership: registers a user', async (t) => {
  const name = `journey-${randomUUID()}`;
  await server.admin.addJourney(name, [{ type: 'membership' }]);
  const page = await openApp(t);
  const username = `new-${randomUUID()}`;
  const person = [username, USER.password, USER.password, 'New', 'User', 'New User', 'n@a.test'];
  // New user; the form; the terms.
  const answers = [[null, null, 1], [...person, 0], [0]];
  const results = await walk(page, { journey: name, answers });
  await assertSession(results.at(-1), { username });
});

test('device match: AM keeps the profile, and asks no more of a device that it knows', async (t) => {
  const mail = await receiveMail();
  t.after(() => mail.close());
  const journey = await addJourney(
    { type: 'deviceidmatch', criteria: 'SUFFICIENT' },
    { type: 'hotp', settings: byMail(mail) },
    { type: 'deviceidsave', settings: { autoStoreProfiles: true } },
  );
  const user = await newUser();
  const profile = { userAgent: 'interop', screen: { screenWidth: 1280, screenHeight: 720 } };
  const answers = [[user.username, user.password], [JSON.stringify(profile)]];
  const page = await openApp(t);
  const [, step, unknown] = await walk(page, { journey, answers });
  assert.deepEqual(step.callbacks, ['HiddenValueCallback', 'TextOutputCallback']);
  assert.equal(step.stage, 'DeviceIdMatch2');
  assert.deepEqual(unknown.callbacks, ['PasswordCallback', 'ConfirmationCallback']);
  await walk(page, { answers: [[null, 1]] });
  const results = await walk(page, { answers: [[await passwordOf(mail), 0]] });
  await assertSession(results.at(-1), user);
  const again = await walk(await openApp(t), { journey, answers });
  await assertSession(again.at(-1), user);
});
