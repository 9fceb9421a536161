/** Steps and results as apps write them by hand, in tests and stories. Checked by `tsc`, never run. */
import {
  type BaseCallback,
  type CallbackType,
  type JourneyClient,
  type JourneyLoginFailure,
  type JourneyLoginSuccess,
  type JourneyStep,
  NameCallback,
  type PasswordCallback,
  StepType,
} from 'journey-oidc';
import { createLoginFailure, createLoginSuccess, createStep } from 'journey-oidc/testing';

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(equal: Equal<A, B>): void => void equal;

const name = new NameCallback({ type: 'NameCallback', output: [], input: [] });
const callbacks: BaseCallback[] = [name];
const find = (type: string): BaseCallback | undefined =>
  callbacks.find((callback) => callback.getType() === type);

const rest = {
  type: StepType.Step,
  payload: { authId: 'id' },
  callbacks,
  setCallbackValue: () => {},
  getDescription: () => undefined,
  getHeader: () => undefined,
  getStage: () => 'Login',
};

/** The parameters have types without being given one. */
export const withTypes: JourneyStep = {
  ...rest,
  getCallbackOfType: (type) => {
    const text: string = type;
    // biome-ignore lint/suspicious/noExplicitAny: as apps do.
    return find(text) as any;
  },
  getCallbacksOfType: (type) => callbacks.filter((callback) => callback.getType() === type),
};

/** As the documented client's type has it. */
export const asDocumented: JourneyStep = {
  ...rest,
  getCallbackOfType: <T extends BaseCallback>(type: CallbackType) => find(type) as T,
  getCallbacksOfType: <T extends BaseCallback>(_type: CallbackType) => callbacks as T[],
};

declare function mock(...args: unknown[]): never;
export const mocked: JourneyStep = { ...rest, getCallbackOfType: mock, getCallbacksOfType: mock };

export const one: JourneyStep = {
  ...rest,
  getCallbackOfType: () => name,
  getCallbacksOfType: () => [name],
};

export const failure: JourneyLoginFailure = {
  type: StepType.LoginFailure,
  payload: { code: 401 },
  getCode: () => 401,
  getDetail: () => undefined,
  getMessage: () => 'Login failure',
  getProcessedMessage: () => [],
  getReason: () => 'Unauthorized',
};

export const success: JourneyLoginSuccess = {
  type: StepType.LoginSuccess,
  payload: { tokenId: 'token' },
  getRealm: () => '/',
  getSessionToken: () => 'token',
  getSuccessUrl: () => '/console',
};

/** A mock that ends the session does nothing. */
export const end: Pick<JourneyClient, 'terminate'> = { terminate: async () => {} };

// Both ways of naming a callback still tell its class.
class Own extends NameCallback {}
declare const step: JourneyStep;
declare const known: 'NameCallback' | 'PasswordCallback';
declare const unknown: string;
const read = {
  byName: step.getCallbackOfType('NameCallback'),
  byClass: step.getCallbackOfType<Own>('OwnCallback'),
  byBoth: step.getCallbackOfType<PasswordCallback>('PasswordCallback'),
  byOneOfTwo: step.getCallbackOfType(known),
  byAnyText: step.getCallbackOfType(unknown),
  all: step.getCallbacksOfType('NameCallback'),
  allByClass: step.getCallbacksOfType<Own>('OwnCallback'),
};
same<typeof read.byName, NameCallback>(true);
same<typeof read.byClass, Own>(true);
same<typeof read.byBoth, PasswordCallback>(true);
same<typeof read.byOneOfTwo, NameCallback | PasswordCallback>(true);
same<typeof read.byAnyText, BaseCallback>(true);
same<typeof read.all, NameCallback[]>(true);
same<typeof read.allByClass, Own[]>(true);

// `journey-oidc/testing`
same<ReturnType<typeof createStep>, JourneyStep>(true);
export const made: [JourneyStep, JourneyLoginSuccess, JourneyLoginFailure] = [
  createStep({ callbacks: [{ type: 'NameCallback', output: [] }] }),
  createLoginSuccess({ tokenId: 'token' }),
  createLoginFailure({ code: 401 }, 401),
];
// @ts-expect-error a callback has a type
createStep({ callbacks: [{ output: [] }] });
// @ts-expect-error a status is a number
createLoginFailure({}, '401');
