/** The form's types, and what must not compile. Checked by `tsc`, never run. */
import {
  type JourneyClient,
  type JourneyLoginSuccess,
  type JourneyStep,
  journeyClient,
  type NameCallback,
  oidc,
} from 'journey-oidc';
import type {
  FormField,
  FormMessages,
  JourneyForm,
  RenderContext,
  Renderer,
  Renderers,
} from 'journey-oidc/form';
import 'journey-oidc/form';
import { de } from 'journey-oidc/form/de';
import { define } from 'journey-oidc/form/define';

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(equal: Equal<A, B>): void => void equal;

define();
define('sign-in');

const form = document.createElement('journey-form');
same<typeof form, JourneyForm>(true);
same<typeof de, FormMessages>(true);

form.journey = 'Login';
form.journey = undefined;
form.client = journeyClient;
form.client = {} as JourneyClient;
form.client = { config: { serverConfig: { wellknown: '' } } };
form.query = { ForceAuth: true, locale: 'de' };
form.tokens = oidc({
  config: { serverConfig: { wellknown: '' }, clientId: '', redirectUri: '', scope: '' },
});
form.tokens = await form.tokens;
form.messages = { ...de, next: 'Weiter', policies: { UNIQUE: (name) => `${name}!` } };
// @ts-expect-error A string may be HTML that nobody has made harmless.
form.html = (text) => text;
form.html = () => document.createElement('i');

form.addEventListener('step', ({ detail }) => same<typeof detail, JourneyStep>(true));
form.addEventListener('success', ({ detail }) => same<typeof detail, JourneyLoginSuccess>(true));
form.addEventListener('failure', ({ detail }) => detail.getProcessedMessage());
form.addEventListener('error', ({ detail }) => detail.code);
form.addEventListener('click', ({ clientX }) => clientX);

form.renderers = {
  NameCallback(callback, context) {
    same<typeof callback, NameCallback>(true);
    same<typeof context, RenderContext>(true);
    return { nodes: [], write: (to) => to.setName('') };
  },
  ReCaptchaCallback: (callback, { signal, submit }) => ({
    async start() {
      callback.setResult(String(signal.aborted));
      await submit();
    },
  }),
  FlagCallback: (callback, { rich }) => {
    callback.setInputValue(rich(callback.getOutputByName('text', '')));
    return undefined;
  },
};
const field: FormField<NameCallback> = { nodes: [], write: (callback) => callback.setName('') };
const renderer: Renderer<NameCallback> = () => field;
const renderers: Renderers = { NameCallback: renderer };
form.renderers = renderers;

// @ts-expect-error: a number is no name
form.journey = 1;
// @ts-expect-error: the input lacks its configuration
form.client = {};
// @ts-expect-error: there is no such word
form.messages = { nextt: '' };
// @ts-expect-error: another callback has no setName
form.renderers = { ChoiceCallback: (callback) => void callback.setName('') };
// @ts-expect-error: a text is no node
form.renderers = { NameCallback: () => 'text' };
