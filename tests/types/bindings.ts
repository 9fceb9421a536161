/** The types of the bindings, and what must not compile. Checked by `tsc`, never run. */
import {
  type GenericError,
  type JourneyLoginFailure,
  type JourneyLoginSuccess,
  type JourneyStep,
  type JWTPayload,
  journeyClient,
} from 'journey-oidc';
import { de } from 'journey-oidc/form/de';
import * as react from 'journey-oidc/react';
import { createJourney, createSignIn, type JourneyState, type SignIn } from 'journey-oidc/state';
import * as vue from 'journey-oidc/vue';
import { createElement, type ReactNode } from 'react';
import { type ComputedRef, createApp, h } from 'vue';

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(equal: Equal<A, B>): void => void equal;

const config = { serverConfig: { wellknown: '' }, clientId: '', redirectUri: '', scope: '' };
const auth = createSignIn({ config });

const journey = createJourney({ journey: 'Login', query: { locale: 'de' }, signIn: auth });
journey.subscribe((state) => same<typeof state, JourneyState>(true));
createJourney({ client: { config } });
createJourney({ client: journeyClient });
createJourney();
// @ts-expect-error: there is no such option
createJourney({ tree: 'Login' });
const { step } = journey.getSnapshot();
same<typeof step, JourneyStep | undefined>(true);
same<ReturnType<typeof journey.submit>, Promise<void>>(true);

/** React. */
export function Account(): ReactNode {
  const state = react.useSignIn();
  if (state.status === 'signed-in') same<typeof state.claims, JWTPayload | undefined>(true);
  if (state.status === 'signed-out') same<typeof state.wasSignedIn, boolean>(true);
  if (state.status === 'error') same<typeof state.error, GenericError>(true);
  same<typeof state.signOut, SignIn['signOut']>(true);
  const getToken = react.useToken();
  getToken().then((tokens) => 'error' in tokens || (tokens.accessToken satisfies string));
  react
    .useFetch()('/orders')
    .then((response) => response.json());
  const { success, failure } = react.useJourney({ journey: 'Login', query: { locale: 'de' } });
  same<typeof success, JourneyLoginSuccess | undefined>(true);
  same<typeof failure, JourneyLoginFailure | undefined>(true);
  react.useJourney({ client: journeyClient }).restart();
  // @ts-expect-error: an object that is made anew at each rendering would begin again
  react.useJourney({ client: { config } });
  // @ts-expect-error: the tokens are no member of the state
  void state.accessToken;
  return state.claims?.sub;
}

createElement(
  react.SignInProvider,
  { signIn: auth },
  createElement(react.Protected, {
    fallback: createElement(react.JourneyForm, {
      journey: 'Login',
      messages: de,
      onStep: (shown) => same<typeof shown, JourneyStep>(true),
      onSuccess: (success) => same<typeof success, JourneyLoginSuccess>(true),
      onFailure: (failure) => same<typeof failure, JourneyLoginFailure>(true),
      onError: (error) => same<typeof error, GenericError>(true),
    }),
    loading: 'One moment',
    again: ({ error, signIn }) => createElement('p', { onClick: signIn }, error?.message),
  }),
);
// @ts-expect-error: the sign-in is missing
createElement(react.SignInProvider, {});
// @ts-expect-error: the fallback is missing
createElement(react.Protected, {});
// @ts-expect-error: there is no such event
createElement(react.JourneyForm, { onDone: () => {} });

/** Vue. */
createApp({}).use(vue.signInPlugin, auth);
// @ts-expect-error: the sign-in is missing
createApp({}).use(vue.signInPlugin);

export function setup(): void {
  const { status, claims, error, wasSignedIn, signIn } = vue.useSignIn();
  same<typeof claims, ComputedRef<JWTPayload | undefined>>(true);
  same<typeof error, ComputedRef<GenericError | undefined>>(true);
  same<typeof wasSignedIn, ComputedRef<boolean>>(true);
  same<typeof signIn, SignIn['signIn']>(true);
  // @ts-expect-error: there is no such status
  void (status.value === 'unknown');
  same<ReturnType<typeof vue.useToken>, SignIn['getToken']>(true);
  same<ReturnType<typeof vue.useFetch>, SignIn['fetch']>(true);
  const fields = vue.useJourney({ journey: 'Login' });
  same<typeof fields.step, ComputedRef<JourneyStep | undefined>>(true);
  fields.submit().then((result) => same<typeof result, void>(true));
}

h(vue.JourneyForm, {
  journey: 'Login',
  messages: de,
  onSuccess: (success) => same<typeof success, JourneyLoginSuccess>(true),
});
// @ts-expect-error: a journey is named by a text
h(vue.JourneyForm, { journey: 1 });
h(vue.Protected, null, { default: () => [], fallback: () => [h(vue.JourneyForm)] });
type Slots = InstanceType<typeof vue.Protected>['$slots'];
same<Parameters<NonNullable<Slots['again']>>[0]['error'], GenericError | undefined>(true);
