/** Leaving in the middle of a journey, coming back, and waiting. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  config,
  openApp,
  requestsTo,
  run,
  storage,
  useWorld,
  wellknown,
  world,
} from './support.js';

const KEY = 'pic-journey-step';
const IDP = 'https://idp.example/authorize?state=s';

useWorld();

/** Lets AM answer the next request of a journey with this. */
function answer(body, more = {}) {
  world.server.control.fail({ match: '/authenticate', method: 'POST', body, ...more });
}

function redirectStep({ url = IDP, method, data } = {}) {
  const output = [{ name: 'redirectUrl', value: url }];
  if (method) output.push({ name: 'redirectMethod', value: method });
  if (data) output.push({ name: 'redirectData', value: data });
  return {
    authId: 'an.auth.id',
    callbacks: [
      { type: 'PasswordCallback', output: [], input: [{ name: 'IDToken1', value: '' }] },
      { type: 'RedirectCallback', output, input: [] },
    ],
  };
}

/** In the page: begins a journey, answers the password, and leaves. */
const leave = async ({ journey }, { config, options }) => {
  const client = await journey({ config });
  const step = await client.start();
  step.getCallbackOfType('PasswordCallback').setPassword('s3cret-of-mine');
  return client.redirect(step, options);
};

/** In the page: goes on by a URL; what is thrown is told. */
const resume = async ({ journey }, { config, urls, options }) => {
  const client = await journey({ config });
  const told = (thrown) => ({ thrown: thrown.message, code: thrown.code });
  const results = urls.map((url) => client.resume(url, options).catch(told));
  return (await Promise.all(results)).map(({ type, payload, thrown, code, error }) => ({
    type: error ?? type,
    payload,
    thrown,
    code,
  }));
};

/** For a function in the page: the URL that the identity provider leads back by. */
const cameBack = () => ({ config: config(), url: `${world.app}/?code=c&state=s` });

/** A page that has left a journey for the identity provider, in thought. */
async function leftPage(t) {
  const page = await openApp(t);
  answer(redirectStep());
  const url = await run(page, leave, { config: config(), options: { navigate: false } });
  assert.equal(url, IDP);
  world.server.control.clearRequests();
  return page;
}

const sent = () => requestsTo('/authenticate').map(({ query, body }) => ({ query, body }));

test('the step is kept without what was entered, and gone on with once', async (t) => {
  const page = await leftPage(t);
  const record = (await storage(page))[KEY];
  assert.ok(record.includes('an.auth.id') && !record.includes('s3cret'), record);
  answer({ tokenId: 't', successUrl: '/console', realm: '/' });
  const url = `${world.app}/?code=c&state=s&iss=x`;
  const results = await run(page, resume, { config: config(), urls: [url, url] });
  assert.deepEqual(
    results.map(({ type }) => type),
    ['LoginSuccess', 'LoginSuccess'],
  );
  const [{ query, body }, ...others] = sent();
  assert.equal(others.length, 0, 'StrictMode asks twice, AM is asked once');
  assert.equal(`${query.code} ${query.state} ${query.iss}`, 'c s undefined');
  assert.equal(body.authId, 'an.auth.id');
  assert.equal((await storage(page))[KEY], undefined);
});

test('what came of a URL is the same until the journey goes on, or is over', async (t) => {
  const page = await leftPage(t);
  answer(waiting('20'));
  answer({ tokenId: 't', successUrl: '/console', realm: '/' });
  const outcome = await run(
    page,
    async ({ journey }, { config, url }) => {
      const client = await journey({ config });
      const told = ({ code }) => code;
      const step = await client.resume(url);
      const again = await client.resume(url);
      const success = await client.next(step);
      const late = await client.resume(url).catch(told);
      return [step.type, again === step, success.type, late];
    },
    cameBack(),
  );
  assert.deepEqual(outcome, ['Step', true, 'LoginSuccess', 'state_unknown']);
  answer({ tokenId: 't', successUrl: '/console', realm: '/' });
  answer(waiting('20'));
  const types = await run(
    page,
    async ({ journey }, { config }) => {
      const client = await journey({ config });
      const url = `${location.origin}/?suspendedId=i`;
      const first = await client.resume(url);
      await client.terminate();
      const second = await client.resume(url);
      return [first.type, second.type];
    },
    { config: config() },
  );
  assert.deepEqual(types, ['LoginSuccess', 'Step'], 'a session that has ended is not given again');
});

test('who gives up ends no one else’s wait, and nothing is lost', async (t) => {
  const page = await leftPage(t);
  answer({ tokenId: 'kept', successUrl: '/console', realm: '/' }, { delay: 300 });
  answer({ tokenId: 'of start', successUrl: '/console', realm: '/' }, { delay: 300 });
  const outcome = await run(
    page,
    async ({ journey }, { config, url }) => {
      const client = await journey({ config });
      const heard = [];
      client.subscribe(({ type }) => heard.push(type));
      const [one, other] = [new AbortController(), new AbortController()];
      const first = client.resume(url, { signal: one.signal });
      one.abort();
      const second = client.resume(url, { signal: other.signal });
      const results = [await first, await second].map((result) => result.code ?? result.type);
      other.abort();
      const session = client.session.get().tokenId;
      const start = client.start({ signal: AbortSignal.timeout(50) });
      results.push((await start).code);
      while (client.session.get().tokenId === session)
        await new Promise((end) => setTimeout(end, 20));
      return [...results, session, client.session.get().tokenId, ...heard];
    },
    cameBack(),
  );
  const expected = ['aborted', 'LoginSuccess', 'aborted', 'kept', 'of start', 'LoginSuccess'];
  assert.deepEqual(outcome, expected);
  assert.equal((await storage(page))[KEY], undefined);
});

test('what is no signal gives nothing up', async (t) => {
  const page = await leftPage(t);
  answer(waiting('20'));
  answer(waiting('20'));
  const types = await run(
    page,
    async ({ journey }, { config }) => {
      const client = await journey({ config });
      const results = [await client.start({ signal: {} }), await client.start({ signal: 'no' })];
      return results.map(({ type }) => type);
    },
    { config: config() },
  );
  assert.deepEqual(types, ['Step', 'Step']);
});

test('what was asked before terminate() changes nothing after it', async (t) => {
  const page = await leftPage(t);
  answer({ tokenId: 'late', successUrl: '/console', realm: '/' }, { delay: 300 });
  const outcome = await run(
    page,
    async ({ journey }, { config, url }) => {
      const client = await journey({ config });
      const heard = [];
      client.subscribe(({ type }) => heard.push(type));
      const resuming = client.resume(url);
      await client.terminate();
      const { type } = await resuming;
      await new Promise((end) => setTimeout(end, 50));
      return [type, client.getState(), client.session.get(), ...heard];
    },
    cameBack(),
  );
  assert.deepEqual(outcome, ['LoginSuccess', undefined, undefined, 'terminated']);
});

test('listeners hear before the caller', async (t) => {
  const page = await leftPage(t);
  answer(waiting('20'));
  answer(waiting('20'));
  answer(waiting('20'));
  const order = await run(
    page,
    async ({ journey }, { config, url }) => {
      const client = await journey({ config });
      const order = [];
      client.subscribe(({ type }) => order.push(type));
      const step = await client.resume(url);
      order.push('resume()');
      await client.next(step, { signal: new AbortController().signal });
      order.push('next()');
      await client.start();
      order.push('start()');
      return order;
    },
    cameBack(),
  );
  assert.deepEqual(order, ['Step', 'resume()', 'Step', 'next()', 'Step', 'start()']);
});

test('an app of its own scheme comes back to it; what is no URL is a TypeError', async (t) => {
  const page = await leftPage(t);
  answer({ tokenId: 't', successUrl: '/console', realm: '/' });
  const urls = ['capacitor://localhost/?code=c&state=s'];
  const [result] = await run(page, resume, { config: config(), urls });
  assert.equal(result.type, 'LoginSuccess');
  const names = await run(
    page,
    async ({ journey }, { config }) => {
      const client = await journey({ config });
      const calls = [client.resume('https://['), client.resume(undefined), client.resume(null)];
      return Promise.all(calls.map((call) => call.catch((thrown) => thrown.name)));
    },
    { config: config() },
  );
  assert.deepEqual(names, ['TypeError', 'TypeError', 'TypeError']);
});

test('where a step leads is what its callback says', async (t) => {
  const page = await leftPage(t);
  const urls = await run(
    page,
    async ({ journey }, { config }) => {
      const client = await journey({ config });
      const payload = { authId: 'i', callbacks: [] };
      const own = { getRedirectUrl: () => 'https://own.example/' };
      const plain = {
        getOutputByName: (name) => (name === 'redirectUrl' ? 'https://idp.example/' : 'GET'),
      };
      const to = (callback) => ({ payload, getCallbackOfType: () => callback });
      const options = { navigate: false };
      return Promise.all([own, plain].map((callback) => client.redirect(to(callback), options)));
    },
    { config: config() },
  );
  assert.deepEqual(urls, ['https://own.example/', 'https://idp.example/']);
});

test('a stranger’s code costs nothing; a reload, and no step at all', async (t) => {
  const page = await leftPage(t);
  const missing = 'Error: previous step information not found in storage for resume operation.';
  const goOn = async (state) => {
    const urls = [`${world.app}/?code=c&state=${state}`];
    const [{ type, thrown, code }] = await run(page, resume, { config: config(), urls });
    return { type, thrown, code };
  };
  assert.deepEqual(await goOn('strangers'), {
    type: undefined,
    thrown: missing,
    code: 'state_mismatch',
  });
  assert.equal(sent().length, 0);
  await page.reload();
  answer({ tokenId: 't', successUrl: '/console', realm: '/' });
  assert.equal((await goOn('s')).type, 'LoginSuccess');
  await page.reload();
  assert.deepEqual(await goOn('s'), { type: undefined, thrown: missing, code: 'state_unknown' });
  assert.equal(sent().length, 1);
});

test('a fault that passes costs no step: the same URL is gone on with again, here and after a reload', async (t) => {
  const page = await leftPage(t);
  const urls = [`${world.app}/?code=c&state=s`];
  const twice = async ({ journey }, { config, urls: [url] }) => {
    const client = await journey({ config });
    const first = await client.resume(url);
    const second = await client.resume(url);
    return [first.code, second.code];
  };
  answer(undefined, { status: 503 });
  answer({ message: 'slow down' }, { status: 429 });
  assert.deepEqual(await run(page, twice, { config: config(), urls }), [
    'http_error',
    'http_error',
  ]);
  await page.reload();
  answer({ tokenId: 't', successUrl: '/console', realm: '/' });
  const [result] = await run(page, resume, { config: config(), urls });
  assert.equal(result.type, 'LoginSuccess');
  assert.equal((await storage(page))[KEY], undefined);
});

test('two clients, as StrictMode makes them, go on with one request', async (t) => {
  const page = await leftPage(t);
  answer({ tokenId: 't', successUrl: '/console', realm: '/' });
  const types = await run(
    page,
    async ({ journey }, { config, url }) => {
      const clients = await Promise.all([journey({ config }), journey({ config })]);
      return (await Promise.all(clients.map((client) => client.resume(url)))).map((r) => r.type);
    },
    cameBack(),
  );
  assert.deepEqual(types, ['LoginSuccess', 'LoginSuccess']);
  assert.equal(sent().length, 1);
});

test('the step is forgotten after ten minutes, and a back button finds nothing to go on with', async (t) => {
  const page = await leftPage(t);
  await page.evaluate((key) => {
    const record = JSON.parse(sessionStorage.getItem(key));
    sessionStorage.setItem(key, JSON.stringify({ ...record, createdAt: Date.now() - 600_001 }));
  }, KEY);
  const [old] = await run(page, resume, {
    config: config(),
    urls: [`${world.app}/?code=c&state=s`],
  });
  assert.equal(old.code, 'state_unknown');
  assert.equal((await storage(page))[KEY], undefined);
  assert.equal(sent().length, 0);
});

test('the back button leads to a page that can begin anew, or still go on', async (t) => {
  const page = await openApp(t);
  // Any page of another origin.
  const elsewhere = `${world.provider}/am/oauth2/realms/root/.well-known/openid-configuration?state=s`;
  answer(redirectStep({ url: elsewhere }));
  await Promise.all([
    page.waitForURL(elsewhere),
    run(page, leave, { config: config(), options: {} }).catch(() => {}),
  ]);
  await page.goBack();
  assert.equal(page.url(), `${world.app}/`);
  assert.ok((await storage(page))[KEY], 'the step is still there');
  // The address says nothing of a return: a journey begins, and costs the step nothing.
  world.server.control.clearRequests();
  const [begun] = await run(page, resume, { config: config(), urls: [page.url()] });
  assert.equal(begun.type, 'Step');
  assert.deepEqual(
    sent().map(({ body }) => body),
    [undefined],
  );
  answer({ tokenId: 't', successUrl: '/console', realm: '/' });
  const urls = [`${world.app}/?code=c&state=s`];
  const [result] = await run(page, resume, { config: config(), urls });
  assert.equal(result.type, 'LoginSuccess');
});

test('what a stranger has stored is no step of ours', async (t) => {
  const page = await openApp(t);
  for (const text of [
    '{',
    'null',
    '[]',
    '7',
    '{"step":null}',
    '{"step":[]}',
    '{"step":{"authId":7}}',
    '{"step":{"successUrl":"/"}}',
    '{"error":"x","type":"unknown_error"}',
    `{"step":${'['.repeat(5000)}`,
  ]) {
    world.server.control.clearRequests();
    await page.evaluate(([key, value]) => sessionStorage.setItem(key, value), [KEY, text]);
    const [result] = await run(page, resume, {
      config: config(),
      urls: [`${world.app}/?form_post_entry=f`],
    });
    assert.equal(result.code, 'state_unknown', text.slice(0, 40));
    assert.match(result.thrown, /^Error(: | retrieving )previous step/);
    assert.equal((await storage(page))[KEY], undefined, 'junk is removed');
    assert.equal(sent().length, 0);
  }
});

test('only the response to the step that was left goes on with it', async (t) => {
  const idp = 'https://idp.example/authorize';
  const missing = ['state_missing', 0];
  const wrong = ['state_mismatch', 0];
  const goesOn = ['LoginSuccess', 1];
  for (const [left, query, expected] of [
    [{ url: IDP }, 'form_post_entry=f', goesOn],
    [{ url: IDP }, 'form_post_entry=f&state=s', goesOn],
    [{ url: IDP }, 'form_post_entry=f&state=t', wrong],
    [{ url: IDP }, 'form_post_entry=f&code=c', missing],
    [{ url: IDP }, 'responsekey=k&error=access_denied', missing],
    [{ url: IDP }, 'responsekey=k&state=t', wrong],
    [{ url: idp }, 'code=c&state=s', wrong],
    [{ url: `${idp}?RelayState=r` }, 'responsekey=k&RelayState=r', goesOn],
    [{ url: `${idp}?RelayState=r` }, 'responsekey=k&RelayState=q', wrong],
    [{ url: `${idp}?RelayState=r` }, 'responsekey=k', wrong],
    [{ url: idp, method: 'POST', data: { RelayState: 'r' } }, 'responsekey=k', wrong],
    [{ url: idp, method: 'POST', data: { state: 's' } }, 'code=c&state=s', goesOn],
  ]) {
    world.server.control.reset();
    const page = await openApp(t);
    answer(redirectStep(left));
    await run(page, leave, { config: config(), options: { navigate: false } });
    world.server.control.clearRequests();
    answer({ tokenId: 't', successUrl: '/console', realm: '/' });
    const urls = [`${world.app}/?${query}`];
    const [{ type, code }] = await run(page, resume, { config: config(), urls });
    assert.deepEqual([type ?? code, sent().length], expected, `${JSON.stringify(left)} ${query}`);
    const isKept = (await storage(page))[KEY] !== undefined;
    assert.equal(isKept, expected !== goesOn, 'another response costs the step nothing');
    await page.close();
  }
});

test('an error without the state that was kept begins anew, and costs the step nothing', async (t) => {
  const page = await leftPage(t);
  answer(redirectStep());
  const urls = [`${world.app}/?error=access_denied`];
  const [begun] = await run(page, resume, { config: config(), urls });
  assert.equal(begun.type, 'Step');
  assert.deepEqual(
    sent().map(({ body }) => body),
    [undefined],
  );
  assert.ok((await storage(page))[KEY]);
});

test('a step of one AM is none of another', async (t) => {
  const page = await leftPage(t);
  const alpha = config({}, { wellknown: wellknown('root/realms/alpha') });
  const urls = [`${world.app}/?code=c&state=s`];
  const [other] = await run(page, resume, { config: alpha, urls });
  assert.equal(other.code, 'state_mismatch');
  assert.equal(sent().length, 0);
  answer({ tokenId: 't', successUrl: '/console', realm: '/' });
  const [own] = await run(page, resume, { config: config(), urls });
  assert.equal(own.type, 'LoginSuccess');
});

test('a refusal of the identity provider goes to the step', async (t) => {
  const page = await leftPage(t);
  answer({ code: 401, reason: 'Unauthorized', message: 'Login failure' }, { status: 401 });
  const [result] = await run(page, resume, {
    config: config(),
    urls: [`${world.app}/?error=access_denied&state=s`],
  });
  assert.equal(result.type, 'LoginFailure');
  assert.deepEqual([sent()[0].query.error, sent()[0].body.authId], ['access_denied', 'an.auth.id']);
});

test('a link of an e-mail begins where the journey was suspended', async (t) => {
  const page = await openApp(t);
  answer(redirectStep());
  const [result] = await run(page, resume, {
    config: config(),
    urls: [`${world.app}/?suspendedId=i&authIndexValue=Magic&realm=/`],
    options: { query: { locale: 'de' } },
  });
  assert.equal(result.type, 'Step');
  const { suspendedId, authIndexValue, locale, realm } = requestsTo('/authenticate')[0].query;
  assert.deepEqual([suspendedId, authIndexValue, locale, realm], ['i', 'Magic', 'de', undefined]);
});

test('the page goes there, by GET or by a form', async (t) => {
  const page = await openApp(t);
  for (const [method, data] of [['GET'], ['POST', { SAMLRequest: 'a b', RelayState: 'r' }]]) {
    const seen = page.waitForRequest('**/idp');
    answer(redirectStep({ url: `${world.app}/idp`, method, data }));
    await run(page, leave, { config: config() }).catch(() => {});
    const request = await seen;
    assert.equal(request.method(), method);
    assert.equal(request.postData(), data ? 'SAMLRequest=a+b&RelayState=r' : null);
    await page.waitForURL('**/idp');
    await page.goto(world.app);
  }
});

test('no script is gone to, and a step without a redirect throws as documented', async (t) => {
  const page = await openApp(t);
  answer(redirectStep({ url: 'javascript:alert(1)' }));
  const refused = await run(page, leave, { config: config() });
  assert.deepEqual([refused.error, refused.type], ['invalid_redirect', 'argument_error']);
  assert.equal((await storage(page))[KEY], undefined);
  for (const [step, message] of [
    [{ authId: 'a', callbacks: [] }, 'Expected 1 callback of type "RedirectCallback", but found 0'],
    [redirectStep({ url: '' }), 'Redirect URL not found on RedirectCallback'],
  ]) {
    answer(step);
    const thrown = await run(
      page,
      async ({ journey }, config) => {
        const client = await journey({ config });
        return client.redirect(await client.start()).catch((error) => error.message);
      },
      config(),
    );
    assert.equal(thrown, message);
  }
});

const waiting = (waitTime) => ({
  authId: 'a',
  callbacks: [
    { type: 'PollingWaitCallback', output: [{ name: 'waitTime', value: waitTime }], input: [] },
  ],
});

test('a polling step is waited for, and given up by its signal', async (t) => {
  const page = await openApp(t);
  const poll = async ({ journey }, { config, ms }) => {
    const client = await journey({ config });
    const ticks = [];
    const step = await client.start();
    const signal = ms ? AbortSignal.timeout(ms) : undefined;
    const result = await client.poll(step, { signal, onTick: ({ type }) => ticks.push(type) });
    return { type: result.error ?? result.type, ticks };
  };
  answer(waiting('20'));
  answer(waiting('20'));
  answer({ tokenId: 't', successUrl: '/' });
  assert.deepEqual(await run(page, poll, { config: config() }), {
    type: 'LoginSuccess',
    ticks: ['Step', 'Step'],
  });
  answer(waiting('junk'));
  assert.deepEqual(await run(page, poll, { config: config(), ms: 100 }), {
    type: 'aborted',
    ticks: ['Step'],
  });
});
