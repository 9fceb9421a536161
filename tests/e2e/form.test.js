/** `<journey-form>` in an app's page: journeys of the development server, and what an app can change. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STEPS } from './am-steps.js';
import { openForm } from './form-support.js';
import { config, newContext, openApp, requestsTo, USER, useWorld, world } from './support.js';

useWorld();

/** Has the server answer with these steps, one after the other. */
function answer(...steps) {
  for (const body of steps) {
    world.server.control.fail({ match: '/authenticate', method: 'POST', body });
  }
}

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const password = (page) => page.getByLabel('Password', { exact: true });

/** Fills in the first step of the Login journey, and submits it. */
async function signIn(page, { username, password: secret } = USER) {
  await page.getByLabel('User Name').fill(username);
  await password(page).fill(secret);
  await press(page, 'Sign in');
}

test('the Login journey, by keyboard', async (t) => {
  const page = await openForm(t);
  await page.event('step');
  await page.keyboard.type(USER.username);
  await page.keyboard.press('Tab');
  await page.keyboard.type(USER.password);
  await page.keyboard.press('Enter');
  assert.equal((await page.event('success')).type, 'LoginSuccess');
  assert.deepEqual(await page.events(), ['step', 'success']);
  await page.getByText('You are signed in.').waitFor();
});

test('with tokens: they are there when success is fired, for the user who signed in', async (t) => {
  const page = await openForm(t, { tokens: true });
  await page.evaluate(() => {
    window.form.addEventListener('success', async () => {
      window.claims = window.form.tokens.user.claims();
      window.tokens = await window.form.tokens.token.get();
    });
  });
  await signIn(page);
  await page.waitForFunction(() => window.tokens);
  assert.equal(await page.evaluate(async () => (await window.claims).sub), 'demo');
  const first = await page.evaluate(() => window.tokens.accessToken);

  // Once more: what is stored might be another user's.
  await page.evaluate(() => {
    delete window.tokens;
    window.form.query = { ForceAuth: true };
  });
  await signIn(page);
  await page.waitForFunction(() => window.tokens);
  assert.notEqual(await page.evaluate(() => window.tokens.accessToken), first);
});

test('the page’s own client is used by default', async (t) => {
  const page = await openForm(t, {
    prepare: async (form) => {
      const { journeyClient } = await import('/pkg/index.js');
      await journeyClient.configure(form.client);
      form.client = undefined;
    },
  });
  await signIn(page);
  await page.event('success');
});

test('before it is configured the error says so, and start() begins', async (t) => {
  const page = await openForm(t, {
    prepare: (form) => {
      window.input = form.client;
      form.client = undefined;
    },
  });
  assert.equal((await page.event('error')).code, 'not_configured');
  await page.evaluate(async () => {
    await (await import('/pkg/index.js')).journeyClient.configure(window.input);
    window.form.start();
  });
  await page.getByLabel('User Name').waitFor();
});

test('what is set before the element is defined counts', async (t) => {
  const page = await openApp(t);
  await page.evaluate(async (config) => {
    const form = document.createElement('journey-form');
    document.body.append(form);
    const messages = { next: 'Onward' };
    Object.assign(form, { client: { config }, journey: 'LoginSteps', messages });
    await import('/pkg/form.js');
  }, config());
  await page.getByRole('button', { name: 'Onward' }).waitFor();
  assert.ok(!(await password(page).isVisible()));
  await page.evaluate(() => {
    document.querySelector('journey-form').journey = 'Login';
  });
  await password(page).waitFor();
});

test('another name; a definition that is there stays', async (t) => {
  const page = await openApp(t);
  const found = await page.evaluate(async (config) => {
    const { define } = await import('/pkg/form/define.js');
    define('sign-in');
    define('sign-in');
    const form = Object.assign(document.createElement('sign-in'), { client: { config } });
    document.body.append(form);
    return [customElements.get('journey-form') === undefined, form.constructor.name !== ''];
  }, config());
  assert.equal(found[0], true);
  await page.getByLabel('User Name').waitFor();
});

test('another journey, client or query begins again; a move does not', async (t) => {
  const page = await openForm(t);
  await page.getByLabel('User Name').fill('demo');
  await page.evaluate(() => document.body.prepend(document.createElement('main')));
  await page.evaluate(() => document.querySelector('main').append(window.form));
  await page.waitForTimeout(100);
  assert.equal(await page.getByLabel('User Name').inputValue(), 'demo');
  assert.deepEqual(await page.events(), ['step']);
  await page.evaluate(() => window.form.setAttribute('journey', 'Confirmation'));
  await page.waitForFunction(() => window.events.length === 2);
  world.server.control.clearRequests();
  await page.evaluate(() =>
    Object.assign(window.form, { journey: 'Text', query: { locale: 'de' } }),
  );
  await page.waitForFunction(() => window.events.length === 3);
  const [request, ...more] = requestsTo('/authenticate');
  assert.equal(more.length, 0);
  assert.match(JSON.stringify(request), /Text/);
  assert.match(JSON.stringify(request), /locale/);
});

test('a wrong password: an alert, the event, and only the password is entered again', async (t) => {
  const page = await openForm(t);
  await signIn(page, { ...USER, password: 'wrong' });
  await page.getByRole('alert').filter({ hasText: 'Login failure' }).waitFor();
  assert.match(await page.evaluate(() => document.activeElement.textContent), /Login failure/);
  assert.deepEqual(await page.events(), ['step', 'failure', 'step']);
  assert.equal(await page.getByLabel('User Name').inputValue(), 'demo');
  assert.equal(await password(page).inputValue(), '');
  assert.equal(await password(page).getAttribute('type'), 'password');
  await password(page).fill(USER.password);
  await press(page, 'Sign in');
  await page.event('success');
});

test('an outage: the form stays as it is, and the same step is sent again', async (t) => {
  const page = await openForm(t);
  await page.getByLabel('User Name').waitFor();
  world.server.control.fail({ match: '/authenticate', status: 503, body: 'x', times: 2 });
  await signIn(page);
  await page.getByRole('alert').filter({ hasText: 'That did not work' }).waitFor();
  assert.equal((await page.event('error')).type !== undefined, true);
  assert.equal(await password(page).inputValue(), USER.password);
  world.server.control.clearFailures();
  await press(page, 'Sign in');
  await page.event('success');
  assert.deepEqual(await page.events(), ['step', 'error', 'success']);
});

test('a code is kept over an outage, but not for the next step', async (t) => {
  answer(STEPS.oneTimePassword);
  const page = await openForm(t);
  const code = page.getByLabel('One Time Password');
  await code.fill('123456');
  world.server.control.fail({ match: '/authenticate', status: 503, body: 'x', times: 2 });
  await press(page, 'Submit');
  await page.getByRole('alert').filter({ hasText: 'That did not work' }).waitFor();
  assert.equal(await code.inputValue(), '123456');
  world.server.control.clearFailures();
  answer(STEPS.oneTimePassword);
  await press(page, 'Submit');
  await page.waitForFunction(() => window.events.length === 3);
  assert.equal(await code.inputValue(), '');
});

test('policies that fail: the fields keep what was entered, errors are at the fields', async (t) => {
  answer(STEPS.registration, STEPS.registrationAgain);
  const page = await openForm(t);
  await page.getByLabel('Username').fill('demo');
  await password(page).fill('secret');
  await page.getByLabel('Email Address').fill('zoe@example.com');
  await page.getByLabel('Age (optional)').fill('41');
  await page.getByLabel('Send me news').check();
  await press(page, 'Next');
  await page.getByText('Username must be unique').waitFor();
  assert.equal(await password(page).inputValue(), 'secret');
  assert.equal(await page.getByLabel('Email Address').inputValue(), 'zoe@example.com');
  assert.equal(await page.getByLabel('Age (optional)').inputValue(), '41');
  assert.ok(await page.getByLabel('Send me news').isChecked());
  assert.equal(await page.evaluate(() => document.activeElement.name), 'username');
});

test('a journey that fails before the user has done anything is not begun again by itself', async (t) => {
  answer(STEPS.protectInitialize);
  const page = await openForm(t);
  await page.getByRole('button', { name: 'Try again' }).waitFor();
  assert.deepEqual(await page.events(), ['step', 'failure']);
  await press(page, 'Try again');
  await page.getByLabel('User Name').waitFor();
});

test('waiting: an outage offers to try again, and goes on', async (t) => {
  answer(STEPS.polling);
  const page = await openForm(t);
  await page.getByRole('progressbar').waitFor();
  world.server.control.fail({ match: '/authenticate', status: 503, body: 'x', times: 2 });
  await page.getByRole('alert').filter({ hasText: 'That did not work' }).waitFor();
  world.server.control.clearFailures();
  answer(STEPS.textInput);
  await press(page, 'Try again');
  await page.getByLabel('What’s your nickname?').waitFor();
});

test('signing out waits; where the page is left for it, the form says so', async (t) => {
  const page = await openForm(t, {
    prepare: (form) => {
      const result = { error: 'x', code: 'signing_out', type: 'state_error', message: 'x' };
      let isOver = false;
      window.addEventListener('pageshow', () => {
        isOver = true;
      });
      const { client } = form;
      window.journey = import('/pkg/index.js').then(({ journey }) => journey(client));
      form.client = {
        start: async (options) => (isOver ? (await window.journey).start(options) : result),
      };
    },
  });
  await page.getByText('You are being signed out.').waitFor();
  assert.deepEqual(await page.events(), []);
  await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pageshow')));
  await page.getByLabel('User Name').waitFor();
});

test('a link in an e-mail continues the journey, and leaves the address', async (t) => {
  const page = await openForm(t, { journey: 'MagicLink' });
  await page.locator('input').fill('demo');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Continue by your link' }).waitFor();
  const [mail] = world.server.control.mails();
  const { search } = new URL(mail.link);
  const next = await openForm(t, {
    journey: 'MagicLink',
    path: `/${search}&tab=2`,
    context: page.context(),
  });
  await next.event('success');
  assert.equal(new URL(next.url()).search, '?tab=2');
});

test('a response that belongs to no step: the form says so, and begins', async (t) => {
  const page = await openForm(t, { path: '/?code=c&state=s' });
  await page.getByRole('alert').filter({ hasText: 'can’t be continued' }).waitFor();
  await page.getByLabel('User Name').waitFor();
  assert.equal(new URL(page.url()).search, '');
  assert.deepEqual(await page.events(), ['step', 'error']);
});

test('a response for the app’s own client is left to the app', async (t) => {
  const page = await openForm(t, {
    path: '/?code=c&state=s',
    prepare: (form) => {
      form.tokens = Promise.resolve({ authorize: { callback: { matches: () => true } } });
    },
  });
  await page.getByLabel('User Name').waitFor();
  assert.equal(new URL(page.url()).search, '?code=c&state=s');
});

test('an identity provider, and back', async (t) => {
  const page = await openForm(t, { journey: 'Social' });
  await page
    .getByRole('button', { name: /^Continue with/ })
    .first()
    .click();
  await page.waitForURL((url) => url.origin !== world.app);
  await page.locator('input[type="password"]').waitFor();
  assert.match(await page.title(), /./);
});

test('own words, own renderers, header and footer', async (t) => {
  answer(STEPS.registration);
  const page = await openForm(t, {
    prepare: (form) => {
      form.innerHTML = '<h1 slot="header">Join us</h1><p slot="footer">Help</p>';
      form.messages = { next: 'Join', policies: { UNIQUE: () => 'must be yours alone' } };
      form.renderers = {
        BooleanAttributeInputCallback(callback, { id }) {
          const label = Object.assign(document.createElement('label'), { htmlFor: id });
          const input = Object.assign(document.createElement('input'), { id, type: 'checkbox' });
          input.onchange = () => callback.setValue(input.checked);
          label.append(input, 'Toggle');
          return label;
        },
        StringAttributeInputCallback: () => ({
          nodes: [document.createElement('hr')],
          write: async (to) => to.setValue('z@example.com'),
        }),
        NumberAttributeInputCallback: () => undefined,
      };
    },
  });
  await page.getByLabel('Username').fill('zoe');
  await password(page).fill('Secret99');
  await page.getByLabel('Toggle').check();
  const order = await page.evaluate(() => [...window.form.children].map(({ tagName }) => tagName));
  assert.deepEqual(order, ['H1', 'DIV', 'P']);
  const sent = page.waitForRequest((request) => request.postData()?.includes('authId'));
  answer(STEPS.login);
  await press(page, 'Join');
  const values = (await sent)
    .postDataJSON()
    .callbacks.flatMap(({ input }) => input.map(({ value }) => value));
  assert.deepEqual(values, [
    'zoe',
    false,
    'Secret99',
    false,
    'z@example.com',
    false,
    null,
    false,
    true,
    false,
  ]);
});

test('other words are shown at once, with what was entered', async (t) => {
  const page = await openForm(t);
  await page.getByLabel('User Name').fill('demo');
  await page.evaluate(async () => {
    window.form.messages = (await import('/pkg/form/de.js')).de;
  });
  await page.getByRole('button', { name: 'Anmelden', exact: true }).waitFor();
  assert.equal(await page.getByLabel('User Name').inputValue(), 'demo');
  assert.deepEqual(await page.events(), ['step']);
});

test('HTML in AM’s texts is text, unless the app makes it harmless', async (t) => {
  const step = structuredClone(STEPS.messages);
  step.callbacks[0].output[0].value = 'Read <a href="/news">the <b>news</b></a>';
  answer(step);
  const page = await openForm(t);
  await page.getByText('Read <a href="/news">').waitFor();
  await page.evaluate(() => {
    window.form.html = (text) => {
      const link = Object.assign(document.createElement('a'), { href: '/news' });
      link.append(text.replaceAll(/<.*?>/g, '').replace('Read ', ''));
      const fragment = new DocumentFragment();
      fragment.append('Read ', link);
      return fragment;
    };
  });
  await page.getByRole('link', { name: 'the news' }).waitFor();
  await page.evaluate(() => {
    window.form.html = (text) => text;
  });
  await page.getByText('Read <a href="/news">').waitFor();
});

test('removed: it stops, and begins again when it is back', async (t) => {
  const page = await openForm(t);
  await page.getByLabel('User Name').waitFor();
  await page.evaluate(async () => {
    window.form.remove();
    await new Promise((resolve) => setTimeout(resolve));
    document.body.append(window.form);
  });
  await page.waitForFunction(() => window.events.length === 2);
  assert.deepEqual(await page.events(), ['step', 'step']);
});

test('the focus is not taken from elsewhere in the page', async (t) => {
  const page = await openForm(t, {
    prepare: () => {
      const input = document.body.appendChild(document.createElement('input'));
      input.id = 'search';
      input.focus();
    },
  });
  await page.getByLabel('User Name').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), 'search');
});

test('the focus is not moved to a field that is hidden', async (t) => {
  answer(STEPS.kba, STEPS.kba);
  const page = await openForm(t);
  await page.event('step');
  const [first, second] = await page.getByRole('group', { name: /security question/ }).all();
  for (const group of [first, second]) {
    await group.getByLabel('Question', { exact: true }).selectOption({ index: 1 });
    await group.getByLabel('Answer').fill('Blue');
  }
  await press(page, 'Next');
  await page.waitForFunction(() => window.events.length === 2);
  const focused = () => page.evaluate(() => document.activeElement.tagName);
  assert.equal(await focused(), 'SELECT');
});

test('recovery codes are downloaded', async (t) => {
  answer(STEPS.recoveryCodes);
  const page = await openForm(t);
  const downloaded = page.waitForEvent('download');
  await press(page, 'Download');
  assert.equal((await downloaded).suggestedFilename(), 'recovery-codes.txt');
});

test('the QR library is loaded when there is a code to draw, the device profile when it is sent', async (t) => {
  const page = await openForm(t);
  await page.getByLabel('User Name').waitFor();
  const loaded = () =>
    page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
  assert.ok(
    !(await loaded()).some((name) => /uqr|device\.js$/.test(name) && !/renderers/.test(name)),
  );
  answer(STEPS.qrOtp);
  await page.evaluate(() => window.form.restart());
  await page.getByRole('img', { name: 'QR code' }).waitFor();
  assert.ok((await loaded()).some((name) => /uqr/.test(name)));
});

test('small and large: 320 px, text of 200 %, right to left; nothing is cut off', async (t) => {
  const context = await newContext(t, { viewport: { width: 320, height: 640 } });
  const page = await openForm(t, { css: true, context });
  await page.getByLabel('User Name').waitFor();
  for (const [dir, fontSize] of [
    ['ltr', '100%'],
    ['ltr', '200%'],
    ['rtl', '100%'],
    ['rtl', '200%'],
  ]) {
    await page.evaluate(
      ({ dir, fontSize }) => {
        document.documentElement.dir = dir;
        document.documentElement.style.fontSize = fontSize;
      },
      { dir, fontSize },
    );
    for (const [name, step] of Object.entries(STEPS)) {
      const found = await page.evaluate(async (payload) => {
        const { createStep } = await import('/pkg/testing.js');
        const never = () => new Promise(() => {});
        const shown = new Promise((resolve) =>
          window.form.addEventListener('step', resolve, { once: true }),
        );
        window.form.client = { start: async () => createStep(payload), poll: never, next: never };
        await shown;
        const { scrollWidth } = document.documentElement;
        const cut = [...window.form.querySelectorAll('button, input, select, label')]
          .filter((node) => node.scrollWidth > node.clientWidth + 1 && node.tagName !== 'INPUT')
          .map((node) => node.textContent);
        return { scrollWidth, cut };
      }, step);
      assert.deepEqual(found, { scrollWidth: 320, cut: [] }, `${name} ${dir} ${fontSize}`);
    }
  }
});

test('right to left: the button of a password is on the left', async (t) => {
  const page = await openForm(t, { css: true });
  await page.evaluate(() => {
    document.documentElement.dir = 'rtl';
  });
  await page.getByLabel('User Name').waitFor();
  const show = await page.getByRole('button', { name: 'Show Password' }).boundingBox();
  const field = await password(page).boundingBox();
  assert.ok(show.x < field.x, JSON.stringify([show, field]));
});

test('with reduced motion nothing turns', async (t) => {
  for (const reducedMotion of ['reduce', 'no-preference']) {
    const context = await newContext(t, { reducedMotion });
    const page = await openForm(t, { css: true, context });
    await page.getByLabel('User Name').waitFor();
    const animation = await page.evaluate(() => {
      const button = document.querySelector('.jf-primary');
      button.setAttribute('aria-busy', 'true');
      return getComputedStyle(button, '::after').animationName;
    });
    assert.equal(animation, reducedMotion === 'reduce' ? 'none' : 'jf-turn');
  }
});
