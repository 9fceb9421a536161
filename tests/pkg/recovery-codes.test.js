/** `RecoveryCodes`: the steps that show some, and what AM's script looks like. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecoveryCodes } from '../../pkg/recovery-codes.js';
import { step } from './steps.js';

const CODES = ['iZmEtxvQ00', 'Eqw3GFVamY', '0000000000', 'a_b', 'ABCD-1234-5678'];

/** AM's script: each line of HTML in a literal that ends with backslash and n. */
const script = (codes, ending = '<p>Use one to sign in if you lose: <em>My key</em></p>') =>
  [
    '/*',
    ' * Copyright of the script',
    ' */',
    '',
    'var newLocation = document.getElementById("wrapper");',
    'var oldHtml = newLocation.getElementsByTagName("fieldset")[0].innerHTML;',
    'newLocation.getElementsByTagName("fieldset")[0].innerHTML = "<div class=\\"panel\\">\\n" +',
    '    "        <h3>Your Recovery Codes</h3>\\n" +',
    '    "        <h4>Keep them safe.</h4>\\n" +',
    ...codes.flatMap((code) => [
      '    "<div class=\\"text-center\\">\\n" +',
      `    "${code}\\n" +`,
      '    "</div>\\n" +',
    ]),
    `    "        ${ending}\\n" +`,
    '    "</div>" + oldHtml;',
    'document.body.appendChild(newLocation);',
  ].join('\n');

const text = (message, messageType = '4') => ['TextOutputCallback', { message, messageType }];

for (const [what, callbacks, codes, name] of [
  ["AM's script", [text(script(CODES))], CODES, 'My key'],
  ['after another text', [text('Hello', '0'), text(script(CODES))], CODES, 'My key'],
  [
    'in lower case',
    [text(script(CODES).replace('Recovery Codes', 'recovery codes'))],
    CODES,
    'My key',
  ],
  ['one code', [text(script(['x1']))], ['x1'], 'My key'],
  [
    'a name with markup around it',
    [text(script(CODES, '<em class=\\"n\\">A &amp; B</em> or <em>other</em>'))],
    CODES,
    'A &amp; B',
  ],
  ['another tag that begins alike', [text(script(CODES, '<embed><em>B</em>'))], CODES, 'B'],
  ['no name', [text(script(CODES, '<p>Keep them</p>'))], CODES, 'New Security Key'],
]) {
  test(`shows codes: ${what}`, () => {
    const display = step(...callbacks);
    assert.equal(RecoveryCodes.isDisplayStep(display), true);
    assert.deepEqual(RecoveryCodes.getCodes(display), codes);
    assert.equal(RecoveryCodes.getDeviceName(display), name);
  });
}

for (const [what, callbacks] of [
  ['no callback', []],
  ['another script', [text('    "abc\\n" +')]],
  ['a text that asks for one', [text('Enter one of your recovery codes', '0')]],
  ['a text with a name', [text('Your Recovery Codes for <em>My key</em>', '0')]],
  ['other words', [text(script(CODES).replace('Recovery Codes', 'recovery Codes'))]],
  ['another callback', [['NameCallback', { message: script(CODES) }]]],
  ['a text callback without a message', [['TextOutputCallback', { messageType: '4' }]]],
]) {
  test(`shows no codes: ${what}`, () => {
    const other = step(...callbacks);
    assert.equal(RecoveryCodes.isDisplayStep(other), false);
    assert.deepEqual(RecoveryCodes.getCodes(other), []);
    assert.equal(RecoveryCodes.getDeviceName(other), '');
  });
}
