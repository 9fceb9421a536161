import { JourneyForm, Protected, signInPlugin, useJourney, useSignIn } from 'journey-oidc/vue';
import { createSSRApp, defineAsyncComponent, h, ref } from 'vue';
import { createAuth, late } from './auth.js';

const Status = {
  setup() {
    const { status } = useSignIn();
    return () => h('p', { id: 'late' }, status.value);
  },
};

const Late = defineAsyncComponent(() => late.then(() => Status));

const Account = {
  setup() {
    const { claims, signOut } = useSignIn();
    return () => [
      h('output', claims.value?.sub),
      h('button', { type: 'button', onClick: () => signOut() }, 'Sign out'),
    ];
  },
};

/** Begins the form again at each of its events, if the properties that are made anew did that. */
const Form = {
  setup() {
    const events = ref([]);
    const add = (name) => () => events.value.push(name);
    return () => [
      h(JourneyForm, {
        journey: 'Login',
        query: { locale: 'en' },
        messages: { refused: 'Not you' },
        onStep: add('step'),
        onSuccess: add('success'),
        onFailure: add('failure'),
        onError: add('error'),
      }),
      h('pre', events.value.join(' ')),
    ];
  },
};

const OwnFields = {
  setup() {
    const { step, submit, pending, error, failure } = useJourney({
      journey: 'Login',
      query: { locale: 'en' },
    });
    const onSubmit = (event) => {
      event.preventDefault();
      const answers = new FormData(event.currentTarget);
      step.value.setCallbackValue('NameCallback', answers.get('username'));
      step.value.setCallbackValue('PasswordCallback', answers.get('password'));
      submit();
    };
    return () =>
      h('form', { onSubmit }, [
        h('p', error.value?.message ?? failure.value?.getMessage()),
        h('input', { name: 'username', 'aria-label': 'User Name' }),
        h('input', { name: 'password', 'aria-label': 'Password' }),
        h('button', { type: 'submit', disabled: pending.value }, 'Sign in'),
      ]);
  },
};

/** The app for a page. */
export function createPage(page) {
  const App = () => [
    h(Late),
    page === 'form' && h(Form),
    h(Protected, null, {
      default: () => h(Account),
      loading: () => h('p', 'One moment'),
      fallback: () => page === 'own' && h(OwnFields),
    }),
  ];
  return createSSRApp(App).use(signInPlugin, createAuth());
}
