/** `<journey-form>` in an app's page: journeys of the development server, from the first step to the end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openForm } from './form-support.js';
import { USER, useWorld } from './support.js';

useWorld();

test('the Login journey, by keyboard', async (t) => {
  const page = await openForm(t, { journey: 'Login' });
  await page.getByLabel('User Name').waitFor();
  await page.keyboard.type(USER.username);
  await page.keyboard.press('Tab');
  await page.keyboard.type(USER.password);
  await page.keyboard.press('Enter');
  const success = await page.event('success');
  assert.equal(success.type, 'LoginSuccess');
  assert.deepEqual(await page.events(), ['step', 'success']);
  await page.getByText('You are signed in.').waitFor();
});
