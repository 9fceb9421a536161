/** `journey-oidc/testing`: results as the clients give them, made by hand. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as sdk from 'journey-oidc';
import { createLoginFailure, createLoginSuccess, createStep } from 'journey-oidc/testing';
import { createResult } from '../../pkg/callbacks/step.js';

const name = () => ({
  type: 'NameCallback',
  output: [{ name: 'prompt', value: 'User Name' }],
  input: [{ name: 'IDToken1', value: '' }],
});

test('a step has what a step of a server has', () => {
  const payload = { authId: 'id', stage: 'Login', callbacks: [name()] };
  const step = createStep(payload);
  const real = createResult({ type: 'Step', payload });
  assert.deepEqual(Object.keys(step), Object.keys(real));
  assert.deepEqual(step.payload, payload);
  assert.equal(step.getStage(), 'Login');
  assert.ok(step.getCallbackOfType('NameCallback') instanceof sdk.NameCallback);
});

test('what is answered is in the step, and not in the payload that it was made of', () => {
  const payload = { callbacks: [name()] };
  const step = createStep(payload);
  step.getCallbackOfType('NameCallback').setName('demo');
  assert.equal(step.payload.callbacks[0].input[0].value, 'demo');
  assert.deepEqual(payload, { callbacks: [name()] });
});

test("a step by the app's own factory", () => {
  class Flag extends sdk.BaseCallback {}
  const factory = (callback) => (callback.type === 'Flag' ? new Flag(callback) : undefined);
  const step = createStep({ callbacks: [{ type: 'Flag', output: [] }, name()] }, factory);
  assert.ok(step.callbacks[0] instanceof Flag);
  assert.ok(step.callbacks[1] instanceof sdk.NameCallback);
});

test('without a payload: no callbacks, no token, no reason', () => {
  assert.deepEqual(createStep().callbacks, []);
  assert.equal(createLoginSuccess().getSessionToken(), undefined);
  assert.equal(createLoginFailure().getReason(), undefined);
});

test('a success', () => {
  const success = createLoginSuccess({ tokenId: 't', successUrl: '/', realm: '/alpha' });
  assert.equal(success.type, sdk.StepType.LoginSuccess);
  assert.deepEqual(
    [success.getSessionToken(), success.getSuccessUrl(), success.getRealm()],
    ['t', '/', '/alpha'],
  );
});

test('a failure, with its status', () => {
  const policyRequirements = [{ policyRequirement: 'UNIQUE' }];
  const detail = { failedPolicyRequirements: [{ property: 'mail', policyRequirements }] };
  const failure = createLoginFailure({ code: 400, message: 'No', reason: 'Bad Request', detail });
  assert.equal(failure.type, sdk.StepType.LoginFailure);
  assert.equal(failure.status, 400);
  assert.deepEqual([failure.getCode(), failure.getMessage()], [400, 'No']);
  assert.deepEqual(failure.getProcessedMessage()[0].messages, ['mail must be unique']);
  assert.equal(createLoginFailure().status, 401);
  assert.equal(createLoginFailure({ code: 400 }, 403).status, 403);
});
