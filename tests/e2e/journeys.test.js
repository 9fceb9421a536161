/** Whole journeys with the development server's AM: passkeys, social login, links, policies, waits. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { config, openApp, run, USER, useWorld, world } from './support.js';

useWorld();

const AUTHENTICATOR = {
  protocol: 'ctap2',
  transport: 'internal',
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  automaticPresenceSimulation: true,
};

test('a passkey is registered, and signs in with and without a user name', async (t) => {
  const page = await openApp(t);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', { options: AUTHENTICATOR });
  const results = await run(
    page,
    async ({ journey }, { config, user }) => {
      const { WebAuthn } = await import('/pkg/webauthn.js');
      const client = await journey({ config });
      const query = { ForceAuth: true };
      let step = await client.start({ journey: 'WebAuthnRegister' });
      step.getCallbackOfType('NameCallback').setName(user.username);
      step.getCallbackOfType('PasswordCallback').setPassword(user.password);
      step = await client.next(step);
      step = await client.next(await WebAuthn.register(step, 'My key'));
      const results = [(await client.next(step)).type];
      for (const name of ['WebAuthnLogin', 'WebAuthnUsernameless']) {
        step = await client.start({ journey: name, query });
        for (const callback of step.getCallbacksOfType('NameCallback')) {
          callback.setName(user.username);
          step = await client.next(step, { query });
        }
        step = await client.next(await WebAuthn.authenticate(step));
        results.push(step.type);
      }
      return results;
    },
    { config: config(), user: USER },
  );
  assert.deepEqual(results, ['LoginSuccess', 'LoginSuccess', 'LoginSuccess']);
});

/** Chooses an identity provider, and leaves for it. */
const choose = async ({ journey }, { config, provider }) => {
  const client = await journey({ config });
  let step = await client.start({ journey: 'Social' });
  step.getCallbackOfType('SelectIdPCallback').setProvider(provider);
  step = await client.next(step);
  return client.redirect(step);
};

/** Comes back: by the page's own address, twice as StrictMode does. */
const comeBack = async ({ journey }, { config }) => {
  const client = await journey({ config });
  const results = [client.resume(location.href), client.resume(location.href)];
  return (await Promise.all(results)).map((result) => result.error ?? result.type);
};

for (const provider of ['idp', 'idpPost', 'idpFormPost', 'saml', 'samlPost']) {
  test(`social login by ${provider}`, async (t) => {
    const page = await openApp(t);
    await run(page, choose, { config: config(), provider }).catch(() => {});
    await page.waitForURL((url) => url.origin !== world.app);
    if (provider.startsWith('saml')) {
      await page.getByRole('button', { name: 'Sign In as Ida' }).click();
    } else {
      await page.getByLabel('User Name').fill('ida');
      await page.getByLabel('Password').fill('S0cial!pw');
      await page.getByRole('button', { name: 'Sign In' }).click();
    }
    await page.waitForURL((url) => url.origin === world.app);
    const results = await run(page, comeBack, { config: config() });
    assert.deepEqual(results, ['LoginSuccess', 'LoginSuccess']);
    const used = await run(page, comeBack, { config: config() }).catch(({ message }) => message);
    assert.match(String(used), /previous step information not found/);
  });
}

test('a link in an e-mail', async (t) => {
  const page = await openApp(t);
  const type = await run(
    page,
    async ({ journey }, { config, user }) => {
      const client = await journey({ config });
      const step = await client.start({ journey: 'MagicLink' });
      step.callbacks[0].setInputValue(user.username);
      const suspended = await client.next(step);
      return suspended.callbacks[0].getType();
    },
    { config: config(), user: USER },
  );
  assert.equal(type, 'SuspendedTextOutputCallback');
  const [{ link }] = world.server.control.mails();
  await page.goto(link);
  const results = await run(page, comeBack, { config: config() });
  assert.deepEqual(results, ['LoginSuccess', 'LoginSuccess']);
});

test('a registration whose policies fail at first', async (t) => {
  const page = await openApp(t);
  const result = await run(
    page,
    async ({ journey, callbackType }, config) => {
      const client = await journey({ config });
      const fill = (step, password) => {
        step.getCallbackOfType(callbackType.ValidatedCreateUsernameCallback).setName('newcomer');
        const [mail] = step.getCallbacksOfType(callbackType.StringAttributeInputCallback);
        mail.setValue('newcomer@example.com');
        step.getCallbackOfType(callbackType.NumberAttributeInputCallback).setValue(30);
        step.getCallbackOfType(callbackType.BooleanAttributeInputCallback).setValue(true);
        step.getCallbackOfType(callbackType.ValidatedCreatePasswordCallback).setPassword(password);
        const question = step.getCallbackOfType(callbackType.KbaCreateCallback);
        question.setQuestion(question.getPredefinedQuestions()[0] ?? 'Why?');
        question.setAnswer('Because.');
        step.getCallbackOfType(callbackType.TermsAndConditionsCallback).setAccepted();
        return step;
      };
      const again = await client.next(fill(await client.start({ journey: 'Registration' }), 'x'));
      const failed = again
        .getCallbackOfType(callbackType.ValidatedCreatePasswordCallback)
        .getFailedPolicies();
      const end = await client.next(fill(again, 'Str0ng!pass'));
      return { failed: failed.length, type: end.error ?? end.type };
    },
    config(),
  );
  assert.ok(result.failed > 0);
  assert.equal(result.type, 'LoginSuccess');
});

test('a journey that waits', async (t) => {
  const page = await openApp(t);
  const types = await run(
    page,
    async ({ journey }, config) => {
      const client = await journey({ config });
      let ticks = 0;
      const step = await client.start({ journey: 'Polling' });
      const result = await client.poll(step, { onTick: () => (ticks += 1) });
      return [result.error ?? result.type, ticks];
    },
    config(),
  );
  assert.deepEqual(types, ['LoginSuccess', 3]);
});

test('what AM knows of the session', async (t) => {
  const page = await openApp(t);
  const result = await run(
    page,
    async ({ journey }, { config, user }) => {
      const client = await journey({ config });
      const before = await client.session.info();
      const step = await client.start();
      step.getCallbackOfType('NameCallback').setName(user.username);
      step.getCallbackOfType('PasswordCallback').setPassword(user.password);
      await client.next(step);
      const info = await client.session.info();
      await client.terminate();
      return { before, info, after: await client.session.info() };
    },
    { config: config(), user: USER },
  );
  assert.deepEqual([result.before.code, result.before.type], ['not_signed_in', 'auth_error']);
  assert.equal(result.info.username, USER.username);
  assert.equal(result.after.code, 'not_signed_in');
});
