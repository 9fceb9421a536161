/** AM's transactional authorization in `client.fetch`: an API that wants more of the user. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, test } from 'node:test';
import { api, useApi, withApi } from './oidc-support.js';
import { newContext, run, USER, withTokens, world } from './support.js';

/** How the gateway refuses: `{ status, headers, body }` for the advices; `undefined` lets pass. */
let refuse;
const transactions = new Set();

useApi('x-authenticate-response');
// The API is behind a gateway.
beforeEach(() => {
  api.decide = ({ url }) => {
    const transaction = new URL(url, api.url).searchParams.get('_txid');
    const refusal = transactions.delete(transaction) ? undefined : refuse?.(newTransaction());
    return { body: 'paid', ...refusal };
  };
});
afterEach(() => {
  transactions.clear();
  refuse = undefined;
});

function newTransaction() {
  const id = randomUUID();
  transactions.add(id);
  return { TransactionConditionAdvice: [id] };
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
const asHeader = (advices, status = 401) => ({
  status,
  headers: {
    'www-authenticate': `SSOADVICE realm="/",advices="${Buffer.from(JSON.stringify(advices)).toString('base64')}",am_uri="${world.provider}/am/"`,
  },
});
const asDecision = (advices) => ({
  status: 403,
  headers: JSON_TYPE,
  body: JSON.stringify({ resource: api.url, actions: {}, attributes: {}, advices, ttl: 0 }),
});
const asDecisions = (advices) => ({
  ...asDecision(advices),
  body: JSON.stringify([{ resource: api.url, actions: {}, advices }]),
});
const asUrl = ({ TransactionConditionAdvice: [id] }) => ({
  status: 403,
  headers: JSON_TYPE,
  body: JSON.stringify({
    location: `${world.provider}/am/XUI/?realm=/&authIndexType=composite_advice&authIndexValue=${encodeURIComponent(
      `<Advices>\n<AttributeValuePair>\n<Attribute name="TransactionConditionAdvice"/>\n<Value>${id}</Value>\n</AttributeValuePair>\n</Advices>`,
    )}&goto=x`,
  }),
});

/** A page that is signed in, whose policy allows the API. */
async function openPage(t) {
  return withTokens(t, { context: await newContext(t, { bypassCSP: true }) });
}

/**
 * Calls `client.fetch` with all requests at once. The handler walks through the advised journey and
 * chooses `option`; or gives `answer`; or throws.
 */
function pay(page, requests, { option = 0, ...how } = {}) {
  return run(
    page,
    async ({ oidc, journey }, { config, user, requests, option, how }) => {
      const advices = [];
      let [walking, most] = [0, 0];
      const onAdvice = async (advice) => {
        advices.push({ ...advice, signal: advice.signal instanceof AbortSignal });
        if (how.throws) throw new Error(how.throws);
        if ('answer' in how) return how.answer ?? undefined;
        walking += 1;
        most = Math.max(most, walking);
        const client = await journey({ config });
        let step = await client.start({ query: advice.query });
        while (step.type === 'Step') {
          const [name] = step.getCallbacksOfType('NameCallback');
          name?.setName(user.username);
          if (name) step.setCallbackValue('PasswordCallback', user.password);
          else step.setCallbackValue('ConfirmationCallback', option);
          step = await client.next(step);
        }
        walking -= 1;
        return step;
      };
      const client = await oidc({ config, ...(how.none ? {} : { onAdvice }) });
      const call = async ([url, { timeout, late, ...init } = {}]) => {
        while (late && !walking) await new Promise((resolve) => setTimeout(resolve, 5));
        try {
          if (timeout) init.signal = AbortSignal.timeout(timeout);
          const response = await client.fetch(url, init);
          return { status: response.status, text: await response.text() };
        } catch ({ name, message }) {
          return { name, message };
        }
      };
      const results = await Promise.all(requests.map(call));
      return { results, advices, most };
    },
    { config: withApi(), user: USER, requests, option, how },
  );
}

for (const [what, refusal] of [
  ["PingGateway's header", asHeader],
  ["PingGateway's header with 403", (advices) => asHeader(advices, 403)],
  ["AM's decision", asDecision],
  ["AM's decisions", asDecisions],
  ["AM's URL", asUrl],
]) {
  test(`a payment is approved and repeated once: ${what}`, async (t) => {
    const page = await openPage(t);
    refuse = refusal;
    const init = { method: 'POST', body: '{"amount":5}', headers: { 'content-type': 'text/x' } };
    const { results, advices } = await pay(page, [[`${api.url}/pay?to=a%20b`, init]]);
    assert.deepEqual(results, [{ status: 200, text: 'paid' }]);
    const [first, second] = api.calls;
    assert.equal(api.calls.length, 2);
    assert.equal(first.url, '/pay?to=a%20b');
    assert.match(second.url, /^\/pay\?to=a%20b&_txid=[\da-f-]{36}$/);
    for (const member of ['method', 'body']) assert.equal(second[member], first[member]);
    for (const name of ['content-type', 'x-authenticate-response', 'origin', 'referer']) {
      assert.equal(second.headers[name], first.headers[name], name);
    }
    assert.equal(first.headers['x-authenticate-response'], 'header');
    assert.match(second.headers.authorization, /^Bearer /);
    const [id] = advices[0].advices.TransactionConditionAdvice;
    assert.ok(second.url.endsWith(id));
    assert.deepEqual(advices, [
      {
        url: `${api.url}/pay?to=a%20b`,
        advices: { TransactionConditionAdvice: [id] },
        query: {
          authIndexType: 'composite_advice',
          authIndexValue: `<Advices><AttributeValuePair><Attribute name="TransactionConditionAdvice"/><Value>${id}</Value></AttributeValuePair></Advices>`,
        },
        signal: true,
      },
    ]);
    const asked = world.server.control.requests().find(({ query }) => query.authIndexType);
    assert.ok(asked.query.authIndexValue.includes(id));
  });
}

test('a journey that the policy names: the session is upgraded, the URL stays', async (t) => {
  const page = await openPage(t);
  refuse = () =>
    api.calls.length === 1 && asHeader({ AuthenticateToServiceConditionAdvice: ['/:StepUp'] });
  const { results, advices } = await pay(page, [[`${api.url}/secret`]]);
  assert.deepEqual(results, [{ status: 200, text: 'paid' }]);
  assert.deepEqual(
    api.calls.map(({ url }) => url),
    ['/secret', '/secret'],
  );
  assert.deepEqual(advices[0].advices, { AuthenticateToServiceConditionAdvice: ['/:StepUp'] });
});

test('the user denies: the API’s own refusal, its body unread', async (t) => {
  const page = await openPage(t);
  refuse = asDecision;
  const { results } = await pay(page, [[`${api.url}/pay`]], { option: 1 });
  assert.equal(results[0].status, 403);
  assert.match(results[0].text, /TransactionConditionAdvice/);
  assert.equal(api.calls.length, 1);
});

test('an API that is never content is asked twice', async (t) => {
  const page = await openPage(t);
  refuse = (advices) => {
    transactions.clear();
    return asHeader(advices);
  };
  const { results, advices } = await pay(page, [[`${api.url}/pay`]]);
  assert.equal(results[0].status, 401);
  assert.deepEqual([api.calls.length, advices.length], [2, 1]);
});

test('two at once: one journey after the other', async (t) => {
  const page = await openPage(t);
  refuse = asHeader;
  const { results, most, advices } = await pay(page, [[`${api.url}/a`], [`${api.url}/b`]]);
  assert.deepEqual(
    results.map(({ status }) => status),
    [200, 200],
  );
  assert.deepEqual([most, advices.length, api.calls.length], [1, 2, 4]);
});

test('what the handler says', async (t) => {
  const page = await openPage(t);
  refuse = asHeader;
  for (const [how, result, count] of [
    [{ answer: true }, { status: 200, text: 'paid' }, 2],
    [{ answer: false }, { status: 401, text: 'paid' }, 1],
    [{ answer: null }, { status: 401, text: 'paid' }, 1],
    [{ answer: { type: 'LoginFailure' } }, { status: 401, text: 'paid' }, 1],
    [{ answer: { error: 'x', type: 'network_error' } }, { status: 401, text: 'paid' }, 1],
    [{ throws: 'closed' }, { name: 'Error', message: 'closed' }, 1],
  ]) {
    api.calls = [];
    const { results } = await pay(page, [[`${api.url}/pay`]], how);
    assert.deepEqual([results[0], api.calls.length], [result, count], JSON.stringify(how));
  }
});

test('without a handler nothing is added, and a refusal is the app’s own affair', async (t) => {
  const page = await openPage(t);
  refuse = asDecision;
  const { results } = await pay(page, [[`${api.url}/pay`]], { none: true });
  assert.equal(results[0].status, 403);
  assert.equal(api.calls.length, 1);
  assert.equal(api.calls[0].headers['x-authenticate-response'], undefined);
});

const XML = (text) => ({
  status: 403,
  headers: JSON_TYPE,
  body: JSON.stringify(`?authIndexType=composite_advice&authIndexValue=${text}`),
});
const NO_ADVICE = [
  ['no JSON', { status: 403, body: '{"advices":{"TransactionConditionAdvice":["a"]}}' }],
  ['broken JSON', { status: 403, headers: JSON_TYPE, body: '{"advices":' }],
  ['null', { status: 403, headers: JSON_TYPE, body: 'null' }],
  ['an empty list', { status: 403, headers: JSON_TYPE, body: '[]' }],
  ['no advices', asDecision({})],
  ['an advice that is no list', asDecision({ TransactionConditionAdvice: 'a' })],
  ['an advice of nothing', asDecision({ TransactionConditionAdvice: [] })],
  ['an advice of numbers', asDecision({ TransactionConditionAdvice: [7] })],
  [
    'a header that is no base64',
    { status: 403, headers: { 'www-authenticate': 'SSOADVICE advices="%"' } },
  ],
  ['a URL that is no XML', XML('x')],
  ['a URL that is not encoded rightly', XML('%E0%')],
  ['another status', { ...asDecision({ TransactionConditionAdvice: ['a'] }), status: 400 }],
];
test('what is no advice is the app’s own affair', async (t) => {
  const page = await openPage(t);
  for (const [what, refusal] of NO_ADVICE) {
    api.calls = [];
    refuse = () => refusal;
    const { results, advices } = await pay(page, [[`${api.url}/pay`]]);
    const seen = [results[0], advices, api.calls.length];
    assert.deepEqual(seen, [{ status: refusal.status, text: refusal.body ?? 'paid' }, [], 1], what);
  }
});

test('a hostile advice stays in its place', async (t) => {
  const page = await openPage(t);
  const id = '"/></Advices>&authIndexType=service&x=<';
  refuse = () =>
    api.calls.length === 1 && asDecision({ TransactionConditionAdvice: [id], '"><a': ['b'] });
  const { advices } = await pay(page, [[`${api.url}/pay#x`]], { answer: true });
  assert.equal(
    advices[0].query.authIndexValue,
    '<Advices><AttributeValuePair><Attribute name="TransactionConditionAdvice"/><Value>&#34;/&#62;&#60;/Advices&#62;&#38;authIndexType=service&#38;x=&#60;</Value></AttributeValuePair><AttributeValuePair><Attribute name="&#34;&#62;&#60;a"/><Value>b</Value></AttributeValuePair></Advices>',
  );
  const { searchParams } = new URL(api.calls[1].url, api.url);
  assert.deepEqual([...searchParams], [['_txid', id]]);
});

test('given up by its signal: before its turn, the handler is not called', async (t) => {
  const page = await openPage(t);
  refuse = asHeader;
  world.server.control.fail({ match: '/authenticate', delay: 400 });
  const { results, advices } = await pay(page, [
    [`${api.url}/a`],
    [`${api.url}/b`, { late: true, timeout: 300 }],
  ]);
  assert.equal(results[0].status, 200);
  assert.equal(results[1].name, 'TimeoutError');
  assert.equal(advices.length, 1);
});
