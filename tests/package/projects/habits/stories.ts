/** Steps and results as tests and stories have them: written by hand. */
import type {
  BaseCallback,
  JourneyClient,
  JourneyLoginFailure,
  JourneyLoginSuccess,
  JourneyResult,
  JourneyStep,
} from '@forgerock/journey-client';
import { callbackType, NameCallback, StepType } from '@forgerock/journey-client';

const name = new NameCallback({
  type: callbackType.NameCallback,
  output: [{ name: 'prompt', value: 'User Name' }],
  input: [{ name: 'IDToken1', value: '' }],
});
const callbacks: BaseCallback[] = [name];

const step: JourneyStep = {
  type: StepType.Step,
  payload: { authId: 'by hand' },
  callbacks,
  getCallbackOfType: <T extends BaseCallback>() => name as unknown as T,
  getCallbacksOfType: (type) =>
    callbacks.filter((callback) => callback.getType() === type) as never,
  setCallbackValue: () => {},
  getDescription: () => undefined,
  getHeader: () => 'Sign in',
  getStage: () => undefined,
};

const failure: JourneyLoginFailure = {
  type: StepType.LoginFailure,
  payload: { code: 401 },
  getCode: () => 401,
  getDetail: () => undefined,
  getMessage: () => 'Login failure',
  getProcessedMessage: () => [],
  getReason: () => 'Unauthorized',
};

const success: JourneyLoginSuccess = {
  type: StepType.LoginSuccess,
  payload: { tokenId: 'by hand' },
  getRealm: () => '/',
  getSessionToken: () => 'by hand',
  getSuccessUrl: () => '/console',
};

/** A client that gives these, one after the other. */
const results: JourneyResult[] = [failure, success];
const client: Pick<JourneyClient, 'start' | 'next' | 'terminate'> = {
  start: async () => step,
  next: async () => results.shift() as JourneyResult,
  terminate: async () => {},
};

/** What a component shows of a result. */
function show(result: JourneyResult): string | undefined {
  if ('error' in result) return result.error;
  switch (result.type) {
    case 'Step': {
      const [first] = result.getCallbacksOfType<NameCallback>(callbackType.NameCallback);
      return `${result.getHeader()}: ${first?.getPrompt()}`;
    }
    case 'LoginFailure':
      return result.getMessage();
    case 'LoginSuccess':
      return result.getSessionToken();
  }
}

/** Everything that is shown. */
export async function stories() {
  const first = await client.start();
  const shown = [show(first)];
  while (results.length > 0) shown.push(show(await client.next(first as JourneyStep)));
  const end = await client.terminate();
  return [...shown, end && 'error' in end ? end.error : 'signed out'];
}
