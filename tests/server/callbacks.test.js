/** The journeys of single callbacks: what they ask, and what each answer leads to. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Browser, outputs, start } from './client.js';

const server = await start(after);

const profile = (more) =>
  JSON.stringify({
    identifier: 'an-id',
    metadata: { hardware: {}, browser: {}, platform: {} },
    ...more,
  });
const place = { latitude: 47, longitude: 8 };

/** `[journey, what the pages are answered, where that leads]`: `again` is the last page itself. */
const WALKS = [
  ['Choice', [{ IDToken1: 0 }], 'success'],
  ['Choice', [{}], 'success'],
  ['Choice', [{ IDToken1: 2 }], 'failure'],
  ['Choice', [{ IDToken1: 3 }], 'again'],
  ['Choice', [{ IDToken1: 'length' }], 'again'],
  ['Confirmation', [{ IDToken2: 0 }], 'success'],
  ['Confirmation', [{}], 'failure'],
  ['Confirmation', [{ IDToken2: 2 }], 'again'],
  ['Text', [{ IDToken5: 'blue' }], 'success'],
  ['Text', [{ IDToken5: 'red' }], 'again'],
  ['HiddenValue', [{ IDToken1: 'Europe/Zurich' }], 'success'],
  ['HiddenValue', [{ IDToken1: 'UTC' }], 'success'],
  ['HiddenValue', [{}], 'failure'],
  ['Metadata', [{}], 'success'],
  ['DeviceProfile', [{ IDToken1: profile() }], 'success'],
  ['DeviceProfile', [{ IDToken1: profile({ metadata: undefined }) }], 'failure'],
  ['DeviceProfile', [{ IDToken1: profile({ identifier: '' }) }], 'failure'],
  ['DeviceProfile', [{ IDToken1: { identifier: 'not JSON' } }], 'failure'],
  ['DeviceProfile', [{}], 'failure'],
  ['DeviceProfileLocation', [{ IDToken1: profile({ location: place }) }], 'success'],
  ['DeviceProfileLocation', [{ IDToken1: profile({ location: {} }) }], 'success'],
  ['DeviceProfileLocation', [{ IDToken1: profile() }], 'failure'],
  ['DeviceProfileLocation', [{ IDToken1: profile({ location: { latitude: 47 } }) }], 'failure'],
  ['Polling', [{}], 'again'],
  ['Polling', [{}, {}], 'again'],
  ['Polling', [{}, {}, {}], 'success'],
  ['Polling', [{}, { IDToken2: 0 }], 'failure'],
  ['Protect', [{}, { IDToken1signals: 'R/o14...' }], 'success'],
  ['Protect', [{}, {}], 'failure'],
  ['Protect', [{}, { IDToken1signals: 'x', IDToken1clientError: 'no' }], 'failure'],
  ['Protect', [{ IDToken1clientError: 'no' }], 'failure'],
  ['Captcha', [{ IDToken1: 'test' }], 'success'],
  ['Captcha', [{ IDToken1: 'other' }], 'failure'],
  ['CaptchaEnterprise', [{ IDToken2token: 'test', IDToken2action: 'login' }], 'success'],
  ['CaptchaEnterprise', [{ IDToken2token: 'test', IDToken2clientError: 'no' }], 'failure'],
  ['CaptchaEnterprise', [{}], 'failure'],
  ['Consent', [{ IDToken1: true }], 'success'],
  ['Consent', [{}], 'failure'],
  ['Unknown', [{ IDToken1flag: 'up' }], 'success'],
  ['Unknown', [{}], 'failure'],
  ['StepUp', [{ IDToken1: 'demo', IDToken2: 'Ch4ng3it!' }, { IDToken1: 0 }], 'success'],
  ['StepUp', [{ IDToken1: 'demo', IDToken2: 'Ch4ng3it!' }, {}], 'failure'],
];

const ENDS = {
  success: ({ status, body }) => status === 200 && body.tokenId !== undefined,
  failure: ({ status, body }) => status === 401 && body.message === 'Login failure',
  again: ({ status, body }) => status === 200 && body.authId !== undefined,
};

for (const [journey, pages, end] of WALKS) {
  test(`${journey} with ${JSON.stringify(pages)}: ${end}`, async () => {
    const result = await new Browser(server).walk(journey, ...pages);
    assert.ok(ENDS[end](result), JSON.stringify(result));
  });
}

/** The callbacks of first pages, as AM writes them: `[journey, index, type, output, input]`. */
const CALLBACKS = [
  [
    'Choice',
    0,
    'ChoiceCallback',
    {
      prompt: 'How shall we reach you?',
      choices: ['Email', 'Text', 'None'],
      defaultChoice: 1,
    },
    { IDToken1: 1 },
  ],
  [
    'Confirmation',
    1,
    'ConfirmationCallback',
    {
      prompt: 'Are you sure?',
      messageType: 0,
      options: ['Yes', 'No'],
      optionType: -1,
      defaultOption: 1,
    },
    { IDToken2: 1 },
  ],
  [
    'HiddenValue',
    0,
    'HiddenValueCallback',
    { value: '', id: 'timezone' },
    { IDToken1: 'timezone' },
  ],
  [
    'Metadata',
    0,
    'MetadataCallback',
    { data: { _type: 'Example', level: 2, names: ['a', 'b'], nested: { yes: true } } },
    undefined,
  ],
  [
    'Polling',
    0,
    'PollingWaitCallback',
    { waitTime: '200', message: 'Waiting for response...' },
    undefined,
  ],
  [
    'Unknown',
    0,
    'FlagCallback',
    { prompt: 'Raise the flag', colors: ['red', 'white'] },
    { IDToken1: 'red', IDToken1flag: 'down' },
  ],
];

for (const [journey, index, type, output, input] of CALLBACKS) {
  test(`${journey} asks with a ${type}`, async () => {
    const { body } = await new Browser(server).startJourney(journey);
    const callback = body.callbacks[index];
    assert.equal(callback.type, type);
    assert.equal(callback._id, index);
    assert.deepEqual(outputs(body)[index], output);
    const inputs = callback.input?.map(({ name, value }) => [name, value]);
    assert.deepEqual(inputs && Object.fromEntries(inputs), input);
  });
}
