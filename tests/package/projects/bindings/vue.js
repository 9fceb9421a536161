import {
  JourneyForm,
  Protected,
  signInPlugin,
  useJourney,
  useSignIn,
  useToken,
} from 'journey-oidc/vue';
import { createSSRApp, defineAsyncComponent, h, onMounted, ref } from 'vue';
import { createAuth, failing, late, scripted } from './auth.js';

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

const Redirect = {
  setup() {
    const { signIn } = useSignIn();
    onMounted(async () => {
      const failure = await signIn({ appState: location.pathname });
      if (failure) throw new Error(failure.message);
    });
    return () => null;
  },
};

const Journey = {
  props: ['journey', 'query'],
  setup({ journey, query }) {
    const { step, restart } = useJourney({ journey, query, client: scripted });
    return () => [
      h('pre', { id: 'step' }, step.value?.payload.authId),
      h('button', { onClick: restart }, 'Restart'),
    ];
  },
};

const Hooks = {
  setup() {
    const getToken = useToken();
    const options = ref({ journey: 'One' });
    const codes = ref([]);
    const add = ({ code }) => codes.value.push(code);
    const change = (more) => () => {
      options.value = { ...options.value, ...more };
    };
    return () => [
      h(Journey, { key: JSON.stringify(options.value), ...options.value }),
      h('pre', { id: 'codes' }, codes.value.join(' ')),
      h('button', { onClick: change({ journey: 'Two' }) }, 'Journey'),
      h('button', { onClick: change({ query: { locale: 'de' } }) }, 'Query'),
      h('button', { onClick: () => getToken().then(add) }, 'Token'),
      h(JourneyForm, { client: failing, onError: add }),
    ];
  },
};

const FALLBACKS = {
  own: () => h(OwnFields),
  'signed-in': () => h(Redirect),
  hooks: () => h('p', 'Fallback'),
};

const again = ({ error, signIn }) => h('button', { onClick: signIn }, `After ${error?.code}`);

/** The app for a page. */
export function createPage(page) {
  const App = () => [
    h(Late),
    page === 'form' && h(Form),
    page === 'hooks' && h(Hooks),
    h(Protected, null, {
      default: () => h(Account),
      loading: () => h('p', 'One moment'),
      fallback: FALLBACKS[page],
      ...(page === 'hooks' && { again }),
    }),
  ];
  return createSSRApp(App).use(signInPlugin, createAuth(page));
}
