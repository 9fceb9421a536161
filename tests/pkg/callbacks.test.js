/** The callback classes: those of the documented client, row by row (docs/callbacks.md). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { createResult } from '../../pkg/callbacks/step.js';
import { callbacksPage } from '../../scripts/docs/callbacks.mjs';
import { CALLBACKS } from './callbacks.table.js';

const sdk = await import('../../pkg/index.js');
const { BaseCallback, callbackType, createCallback, NameCallback } = sdk;

const entries = (values = {}) => Object.entries(values).map(([name, value]) => ({ name, value }));

/** A callback as AM sends it, third of its step: inputs by the ends of their names. */
const payload = (type, outputs, endings = ['']) => ({
  type,
  output: entries(outputs),
  input: [...new Set(endings)].map((ending) => ({ name: `IDToken3${ending}`, value: '' })),
});

/** The payload of a class, with the first input and those that its setters write. */
const payloadOf = (name, outputs) =>
  payload(typesOf(name)[0], outputs, ['', ...Object.values(CALLBACKS[name].inputs ?? {})]);

const typesOf = (name) => CALLBACKS[name].types ?? [name];

/** `[what AM sends, what a getter returns]` for each conversion. */
const CONVERTED = {
  config: [{ envId: 'e' }, { envId: 'e' }],
  date: ['2024-02-29T12:00:00Z', new Date(Date.UTC(2024, 1, 29, 12))],
  number: ['7', 7],
  policies: [
    ['{"policyRequirement":"REQUIRED"}', { policyRequirement: 'UNIQUE', params: { x: 1 } }],
    [{ policyRequirement: 'REQUIRED' }, { policyRequirement: 'UNIQUE', params: { x: 1 } }],
  ],
};

/** `[argument, what is written, outputs]` for setters that don't write their argument as it is. */
const ANSWERS = {
  setChoiceIndex: [1, 1, { choices: ['a', 'b'] }],
  setChoiceValue: ['b', 1, { choices: ['a', 'b'] }],
  setOptionIndex: [1, 1, { options: ['a', 'b'] }],
  setOptionValue: ['b', 1, { options: ['a', 'b'] }],
  setProfile: [{ identifier: 'i' }, '{"identifier":"i"}'],
  setProvider: ['b', 'b', { providers: [null, { provider: 'a' }, { provider: 'b' }] }],
};

for (const [name, { outputs = {}, inputs = {}, throws = [] }] of Object.entries(CALLBACKS)) {
  const Class = sdk[name];

  test(`${name}: no methods but those of the table`, () => {
    assert.equal(Class.name, name);
    assert.deepEqual(methodsOf(Class), [...Object.keys(outputs), ...Object.keys(inputs)].sort());
  });

  for (const [getter, [output, otherwise, conversion]] of Object.entries(outputs)) {
    test(`${name}.${getter}()`, () => {
      const marker = { any: 'thing' };
      const [sent, expected] = CONVERTED[conversion] ?? [marker, marker];
      assert.deepEqual(new Class(payloadOf(name, { [output]: sent }))[getter](), expected);
      if (!conversion) assert.equal(new Class(payloadOf(name, { [output]: null }))[getter](), null);
      for (const without of [payloadOf(name, { other: sent }), { type: name }]) {
        const callback = new Class(without);
        assert.deepEqual(callback[getter](), otherwise);
        if (otherwise && typeof otherwise === 'object') {
          assert.notEqual(callback[getter](), callback[getter](), 'a default of one’s own');
        }
      }
    });
  }

  for (const [setter, ending] of Object.entries(inputs)) {
    test(`${name}.${setter}()`, () => {
      const [argument, written, given] = ANSWERS[setter] ?? ['answer', 'answer'];
      const callback = new Class(payloadOf(name, given));
      callback[setter](argument);
      const changed = callback.payload.input.filter(({ value }) => value !== '');
      assert.deepEqual(changed, [{ name: `IDToken3${ending}`, value: written }]);
    });
  }

  for (const [method, argument, given, text] of throws) {
    test(`${name}.${method}(${argument ?? ''}) throws`, () => {
      const callback = new Class(payloadOf(name, given));
      const untouched = structuredClone(callback.payload);
      assert.throws(() => callback[method](argument), new Error(text));
      assert.deepEqual(callback.payload, untouched);
    });
  }

  test(`${name}: made for ${typesOf(name)}`, () => {
    for (const type of typesOf(name)) {
      const sent = payload(type);
      const callback = createCallback(sent);
      assert.equal(callback.constructor, Class);
      assert.ok(callback instanceof BaseCallback);
      assert.equal(callback.payload, sent);
      assert.equal(callback.getType(), type);
      assert.deepEqual(Object.keys(callback), ['payload']);
      assert.equal(callbackType[type], type);
    }
  });
}

/** The names of a class's methods that not every callback has. */
function methodsOf(Class) {
  const names = new Set();
  for (let { prototype } = Class; prototype !== BaseCallback.prototype; ) {
    for (const name of Object.getOwnPropertyNames(prototype)) names.add(name);
    prototype = Object.getPrototypeOf(prototype);
  }
  names.delete('constructor');
  return [...names].sort();
}

test('callbackType: 24 types, each with its own name, fixed', () => {
  const types = Object.keys(CALLBACKS).flatMap(typesOf);
  assert.equal(types.length, 24);
  assert.deepEqual(Object.keys(callbackType).sort(), types.sort());
  assert.ok(Object.isFrozen(callbackType));
});

test('what is exported: the classes of the table, and nothing half', () => {
  const exported = Object.keys(sdk).filter((name) => name.endsWith('Callback'));
  const functions = ['createCallback'];
  assert.deepEqual(
    exported.sort(),
    [...Object.keys(CALLBACKS), 'BaseCallback', ...functions].sort(),
  );
});

for (const type of ['TheirsCallback', 'toString', '__proto__', 'constructor', '', null, 7]) {
  test(`createCallback() for the type ${JSON.stringify(type)}: a BaseCallback`, () => {
    const sent = { type, output: [], theirs: { own: true } };
    const callback = createCallback(sent);
    assert.equal(callback.constructor, BaseCallback);
    assert.equal(callback.payload.theirs, sent.theirs);
  });
}

test('createCallback() for what is no callback: a BaseCallback', () => {
  for (const sent of [undefined, null, {}, 'NameCallback', []]) {
    assert.equal(createCallback(sent).constructor, BaseCallback);
  }
});

test('a SuspendedTextOutputCallback is a TextOutputCallback; the others are of their class only', () => {
  const inherited = Object.keys(CALLBACKS).flatMap((name) =>
    Object.keys(CALLBACKS)
      .filter((other) => other !== name && sdk[name].prototype instanceof sdk[other])
      .map((other) => [name, other]),
  );
  assert.deepEqual(inherited, [['SuspendedTextOutputCallback', 'TextOutputCallback']]);
});

test('a class of the app’s own: overridden methods are what the others use', () => {
  class Trimmed extends NameCallback {
    setName(name) {
      super.setName(name.trim());
    }

    getOutputByName(name, otherwise) {
      return `${super.getOutputByName(name, otherwise)}:`;
    }

    setInputValue(value, selector) {
      super.setInputValue(value.toUpperCase(), selector);
    }
  }
  const callback = new Trimmed(payload('NameCallback', { prompt: 'User Name' }));
  callback.setName(' demo ');
  assert.equal(callback.getInputValue(), 'DEMO');
  assert.equal(callback.getPrompt(), 'User Name:');
});

test('every method works through a proxy, as frameworks put around objects', () => {
  for (const [name, { outputs = {}, inputs = {} }] of Object.entries(CALLBACKS)) {
    for (const method of [...Object.keys(outputs), ...Object.keys(inputs)]) {
      const [argument, , given] = ANSWERS[method] ?? ['x'];
      new Proxy(new sdk[name](payloadOf(name, given)), {})[method](argument);
    }
  }
});

// ------------------------------------------------------------------------------ BaseCallback

const base = () =>
  new BaseCallback({
    type: 'AnyCallback',
    input: [{ name: 'IDToken3', value: 'i' }, null, { name: 'IDToken3more', value: 'm' }],
    output: [{ name: 'a', value: 'first' }, {}, { name: 'a', value: 'second' }],
  });

for (const [method, selector, expected] of [
  ['getInputValue', undefined, 'i'],
  ['getInputValue', 2, 'm'],
  ['getInputValue', 'IDToken3more', 'm'],
  ['getInputValue', /more/, 'm'],
  ['getOutputValue', undefined, 'first'],
  ['getOutputValue', 2, 'second'],
  ['getOutputValue', 'a', 'first'],
]) {
  test(`${method}(${selector ?? ''})`, () => {
    assert.equal(base()[method](selector), expected);
  });
}

for (const [selector, index] of [
  [undefined, 0],
  [2, 2],
  ['IDToken3more', 2],
  [/more$/, 2],
  [/IDToken/, 0],
  [runInNewContext('/more$/'), 2],
]) {
  test(`setInputValue(value, ${selector ?? ''})`, () => {
    const callback = base();
    callback.setInputValue('new', selector);
    assert.equal(callback.payload.input[index].value, 'new');
    assert.equal(callback.payload.input.filter((entry) => entry?.value === 'new').length, 1);
  });
}

test('an expression with a memory finds the same each time', () => {
  const [callback, selector] = [base(), /IDToken/g];
  for (const value of [1, 2]) callback.setInputValue(value, selector);
  assert.equal(callback.getInputValue(), 2);
});

for (const [selector, text] of [
  [-1, 'Selector index -1 is out of range'],
  [1, 'Selector index 1 is out of range'],
  [3, 'Selector index 3 is out of range'],
  [0.5, 'Selector index 0.5 is out of range'],
  [NaN, 'Selector index NaN is out of range'],
  ['x', 'Missing callback input entry "x"'],
  [/undefined/, 'Missing callback input entry "/undefined/"'],
  [null, 'Invalid selector value type'],
  [{}, 'Invalid selector value type'],
]) {
  test(`an input that there is not: ${selector}`, () => {
    assert.throws(() => base().getInputValue(selector), new Error(text));
    assert.throws(() => base().setInputValue('x', selector), new Error(text));
  });
}

test('an output that there is not is called an output', () => {
  assert.throws(() => base().getOutputValue('x'), new Error('Missing callback output entry "x"'));
  assert.throws(() => base().getOutputValue(3), new Error('Selector index 3 is out of range'));
  const nameless = new Error('Missing callback output entry "/undefined/"');
  assert.throws(() => base().getOutputValue(/undefined/), nameless);
});

test('callbacks without inputs and outputs', () => {
  for (const entries of [undefined, null, 'text', { 0: { value: 'x' } }]) {
    const callback = new BaseCallback({ type: 'AnyCallback', input: entries, output: entries });
    const error = new Error('No NameValue array was provided to search (selector 0)');
    assert.throws(() => callback.getInputValue(), error);
    assert.throws(() => callback.setInputValue('x'), error);
    assert.throws(() => callback.getOutputValue(), error);
    assert.equal(callback.getOutputByName('prompt', 'default'), 'default');
  }
});

test('getOutputByName(): the first of that name, null and undefined too', () => {
  assert.equal(base().getOutputByName('a', 'default'), 'first');
  assert.equal(base().getOutputByName('b', 'default'), 'default');
  const output = [null, { name: 'a', value: null }, { name: 'u' }];
  const callback = new BaseCallback({ type: 'AnyCallback', output });
  assert.equal(callback.getOutputByName('a', 'default'), null);
  assert.equal(callback.getOutputByName('u', 'default'), undefined);
});

// --------------------------------------------------------------------------- Single classes

for (const index of [-1, 2, 0.5, NaN, Infinity, '0', null, undefined, 'length']) {
  test(`the index ${JSON.stringify(index) ?? index} (${index}) is no choice`, () => {
    const choice = new sdk.ChoiceCallback(payload('ChoiceCallback', { choices: ['a', 'b'] }));
    assert.throws(() => choice.setChoiceIndex(index), new Error(`${index} is out of bounds`));
    const confirmation = new sdk.ConfirmationCallback(
      payload('ConfirmationCallback', { options: ['a', 'b'] }),
    );
    assert.throws(
      () => confirmation.setOptionIndex(index),
      new Error(`"${index}" is not a valid choice (0-1)`),
    );
    assert.deepEqual([choice.getInputValue(), confirmation.getInputValue()], ['', '']);
  });
}

test('nothing to choose from', () => {
  for (const list of [[], null, undefined, 7]) {
    const choice = new sdk.ChoiceCallback(payload('ChoiceCallback', { choices: list }));
    assert.throws(() => choice.setChoiceIndex(0), new Error('0 is out of bounds'));
    assert.throws(() => choice.setChoiceValue('a'), new Error('"a" is not a valid choice'));
    const confirmation = new sdk.ConfirmationCallback(
      payload('ConfirmationCallback', { options: list }),
    );
    assert.throws(
      () => confirmation.setOptionIndex(0),
      new Error('"0" is not a valid choice (0-0)'),
    );
    assert.throws(() => confirmation.setOptionValue('a'), new Error('"a" is not a valid choice'));
    const idp = new sdk.SelectIdPCallback(payload('SelectIdPCallback', { providers: list }));
    assert.throws(() => idp.setProvider('a'), new Error('"a" is not a valid choice'));
  }
});

test('a choice by value: the first of several, and no other type', () => {
  const callback = new sdk.ChoiceCallback(payload('ChoiceCallback', { choices: ['1', 'b', 'b'] }));
  callback.setChoiceValue('b');
  assert.equal(callback.getInputValue(), 1);
  assert.throws(() => callback.setChoiceValue(1), new Error('"1" is not a valid choice'));
});

test('KbaCreateCallback: inputs that there are not', () => {
  const without = new sdk.KbaCreateCallback({ type: 'KbaCreateCallback', output: [] });
  const missing = new Error('KBA payload is missing input');
  assert.throws(() => without.setQuestion('q'), missing);
  assert.throws(() => without.setAnswer('a'), missing);
  const other = new sdk.KbaCreateCallback(payload('KbaCreateCallback', {}, ['', 'questions']));
  assert.throws(() => other.setQuestion('q'), new Error('No input has name ending in "question"'));
  assert.throws(() => other.setAnswer('a'), new Error('No input has name ending in "answer"'));
});

test('ReCaptchaEnterpriseCallback: inputs that there are not', () => {
  const callback = new sdk.ReCaptchaEnterpriseCallback(payload('ReCaptchaEnterpriseCallback'));
  assert.throws(
    () => callback.setAction('login'),
    new Error('Missing callback input entry "/action$/"'),
  );
});

test('PollingWaitCallback: a wait time that is no number', () => {
  const callback = new sdk.PollingWaitCallback(
    payload('PollingWaitCallback', { waitTime: 'soon' }),
  );
  assert.ok(Number.isNaN(callback.getWaitTime()));
});

test('PingOneProtectInitializeCallback: options that are none count for nothing', () => {
  const config = (outputs) =>
    new sdk.PingOneProtectInitializeCallback(
      payload('PingOneProtectInitializeCallback', outputs),
    ).getConfig();
  assert.deepEqual(config({ signalsInitializationOptions: {}, envId: 'e' }), {});
  const names = Object.keys(config({}));
  const outputs = Object.fromEntries(names.map((name) => [name, `the ${name}`]));
  for (const signalsInitializationOptions of [null, ['x'], 'x']) {
    assert.deepEqual(config({ ...outputs, signalsInitializationOptions }), outputs);
  }
});

test('TermsAndConditionsCallback: dates that are none, and accepting by default', () => {
  for (const createDate of ['', 'yesterday', null]) {
    const sent = payload('TermsAndConditionsCallback', { createDate });
    assert.equal(new sdk.TermsAndConditionsCallback(sent).getCreateDate(), null);
  }
  const callback = new sdk.TermsAndConditionsCallback(payload('TermsAndConditionsCallback'));
  callback.setAccepted();
  assert.equal(callback.getInputValue(), true);
  callback.setAccepted(false);
  assert.equal(callback.getInputValue(), false);
});

for (const name of [
  'AttributeInputCallback',
  'ValidatedCreatePasswordCallback',
  'ValidatedCreateUsernameCallback',
]) {
  test(`${name}: failed policies that are none`, () => {
    const [[, , , text]] = CALLBACKS[name].throws;
    for (const failedPolicies of [null, 'x', {}, ['{"policyRequirement":'], ['REQUIRED']]) {
      const callback = new sdk[name](payloadOf(name, { failedPolicies }));
      assert.throws(() => callback.getFailedPolicies(), new Error(text));
    }
  });
}

test('PasswordCallback: failed policies that are none, and bare names', () => {
  const failed = (failedPolicies) =>
    new sdk.PasswordCallback(payload('PasswordCallback', { failedPolicies })).getFailedPolicies();
  for (const none of [null, 'x', {}]) assert.deepEqual(failed(none), []);
  assert.deepEqual(failed(['REQUIRED']), [{ policyRequirement: 'REQUIRED' }]);
});

// ------------------------------------------------------------------------------------- Steps

const stepOf = (payload, factory) => createResult({ type: 'Step', payload }, factory);

test('a step’s callbacks: in order, over the payload itself', () => {
  const sent = { authId: 'a', callbacks: [payload('NameCallback'), payload('TheirsCallback')] };
  const step = stepOf(sent);
  assert.deepEqual(
    step.callbacks.map((callback) => callback.constructor),
    [NameCallback, BaseCallback],
  );
  assert.equal(step.payload, sent);
  step.callbacks.forEach((callback, index) => {
    assert.equal(callback.payload, sent.callbacks[index]);
  });
  step.callbacks[0].setName('demo');
  assert.equal(sent.callbacks[0].input[0].value, 'demo');
});

test('a step whose callbacks are none', () => {
  for (const callbacks of [undefined, null, 'x', { 0: {} }, []]) {
    assert.deepEqual(stepOf({ authId: 'a', callbacks }).callbacks, []);
  }
  const named = payload('NameCallback');
  const step = stepOf({ authId: 'a', callbacks: [null, 'x', 7, {}, named] });
  assert.deepEqual(
    step.callbacks.map((callback) => callback.payload),
    [{}, named],
  );
  assert.equal(step.getCallbackOfType('NameCallback').payload, named);
});

test('getCallbackOfType(), getCallbacksOfType(), setCallbackValue()', () => {
  const [first, second, name] = ['TextInputCallback', 'TextInputCallback', 'NameCallback'].map(
    (type) => payload(type),
  );
  const step = stepOf({ authId: 'a', callbacks: [first, name, second] });
  assert.deepEqual(
    step.getCallbacksOfType('TextInputCallback').map((callback) => callback.payload),
    [first, second],
  );
  assert.deepEqual(step.getCallbacksOfType('TheirsCallback'), []);
  assert.equal(step.getCallbackOfType('NameCallback').payload, name);
  step.setCallbackValue('NameCallback', 'demo');
  assert.equal(name.input[0].value, 'demo');
  for (const [type, count] of [
    ['TextInputCallback', 2],
    ['TheirsCallback', 0],
  ]) {
    const error = new Error(`Expected 1 callback of type "${type}", but found ${count}`);
    assert.throws(() => step.getCallbackOfType(type), error);
    assert.throws(() => step.setCallbackValue(type, 'x'), error);
  }
});

test('a suspended text is not found as a text', () => {
  const step = stepOf({ authId: 'a', callbacks: [payload('SuspendedTextOutputCallback')] });
  assert.deepEqual(step.getCallbacksOfType('TextOutputCallback'), []);
  assert.ok(step.callbacks[0] instanceof sdk.TextOutputCallback);
});

test('a step’s texts are those of the payload, also after a change', () => {
  const step = stepOf({ authId: 'a', description: 'd', header: 'h', stage: 's' });
  const texts = () => [step.getDescription(), step.getHeader(), step.getStage()];
  assert.deepEqual(texts(), ['d', 'h', 's']);
  Object.assign(step.payload, { description: 'D', header: 'H' });
  delete step.payload.stage;
  assert.deepEqual(texts(), ['D', 'H', undefined]);
});

test('the members of a step', () => {
  const names = [
    'payload',
    'callbacks',
    'type',
    'getCallbackOfType',
    'getCallbacksOfType',
    'setCallbackValue',
    'getDescription',
    'getHeader',
    'getStage',
  ];
  assert.deepEqual(Object.keys(stepOf({ authId: 'a' })), names);
});

test('callbackFactory: for types without a class, in the place of others, or not', () => {
  class Flag extends BaseCallback {}
  class Trimmed extends NameCallback {}
  const seen = [];
  const step = stepOf(
    {
      authId: 'a',
      callbacks: ['FlagCallback', 'NameCallback', 'PasswordCallback'].map((type) => payload(type)),
    },
    (...args) => {
      seen.push(args);
      const [callback] = args;
      const Class = { FlagCallback: Flag, NameCallback: Trimmed }[callback.type];
      return Class !== undefined && new Class(callback);
    },
  );
  assert.deepEqual(
    step.callbacks.map((callback) => callback.constructor),
    [Flag, Trimmed, sdk.PasswordCallback],
  );
  assert.deepEqual(
    seen,
    step.payload.callbacks.map((callback) => [callback]),
  );
  assert.ok(step.getCallbackOfType('FlagCallback') instanceof Flag);
});

test('docs/callbacks.md is up to date', () => {
  const { actual, expected } = callbacksPage();
  assert.ok(actual === expected, 'Run: npm run docs');
  for (const name of Object.keys(CALLBACKS)) assert.ok(actual.includes(`\n### ${name}\n`), name);
});
