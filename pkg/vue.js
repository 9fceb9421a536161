import {
  computed,
  defineComponent,
  getCurrentInstance,
  h,
  inject,
  onBeforeUnmount,
  onMounted,
  ref,
  shallowRef,
  watch,
} from 'vue';
import { mountForm } from './form/mount.js';
import { createJourney } from './state.js';

/** @type {import('vue').InjectionKey<import('./state.js').SignIn>} */
const KEY = Symbol('journey-oidc');

/** @type {typeof import('./vue.js').signInPlugin} */
export const signInPlugin = {
  install(app, signIn) {
    app.provide(KEY, signIn);
    // On the page of the redirect URI this completes the sign-in, whatever else is rendered. On a server, where
    // the store outlives the app, nothing would end it.
    if (typeof window !== 'undefined') signIn.subscribe(() => {});
  },
};

/** @param {string} name of the function */
function injectSignIn(name) {
  const signIn = inject(KEY, undefined);
  if (!signIn) throw new Error(`${name} needs app.use(signInPlugin, createSignIn({ config })).`);
  return signIn;
}

/**
 * The state of a store. A component that hydrates begins with the state that the server has rendered.
 *
 * @template State
 * @param {{ getSnapshot(): State, getServerSnapshot(): State,
 *   subscribe(listener: (state: State) => void): () => void }} store
 */
function stateOf({ getSnapshot, getServerSnapshot, subscribe }) {
  const isOfServer = typeof window === 'undefined' || getCurrentInstance()?.vnode.el;
  const state = shallowRef(isOfServer ? getServerSnapshot() : getSnapshot());
  /** @type {(() => void) | undefined} */
  let end;
  onMounted(() => {
    end = subscribe((next) => {
      state.value = next;
    });
  });
  onBeforeUnmount(() => end?.());
  return state;
}

/** @type {typeof import('./vue.js').useSignIn} */
export function useSignIn() {
  const store = injectSignIn('useSignIn()');
  const state = stateOf(store);
  return {
    status: computed(() => state.value.status),
    claims: computed(() => state.value.claims),
    error: computed(() => state.value.error),
    wasSignedIn: computed(() => state.value.wasSignedIn ?? false),
    signIn: store.signIn,
    signOut: store.signOut,
  };
}

/** @type {typeof import('./vue.js').useToken} */
export function useToken() {
  return injectSignIn('useToken()').getToken;
}

/** @type {typeof import('./vue.js').useFetch} */
export function useFetch() {
  return injectSignIn('useFetch()').fetch;
}

/** @type {typeof import('./vue.js').useJourney} */
export function useJourney(options) {
  const store = createJourney({ signIn: inject(KEY, undefined), ...options });
  const state = stateOf(store);
  return {
    step: computed(() => state.value.step),
    pending: computed(() => state.value.pending),
    error: computed(() => state.value.error),
    failure: computed(() => state.value.failure),
    success: computed(() => state.value.success),
    submit: store.submit,
    restart: store.restart,
  };
}

/** @type {typeof import('./vue.js').Protected} */
export const Protected = /* @__PURE__ */ asDeclared(
  /* @__PURE__ */ defineComponent({
    name: 'Protected',
    setup(_props, { slots }) {
      const state = stateOf(injectSignIn('<Protected>'));
      const isAsked = ref(false);
      // A fallback may begin a sign-in by itself, so that after a sign-out or a failure the user is asked first.
      watch(state, ({ status }) => {
        if (status === 'signed-in') isAsked.value = false;
      });
      const signIn = () => {
        isAsked.value = true;
      };
      return () => {
        const { status, error, wasSignedIn } = state.value;
        if (status === 'signed-in') return slots.default?.();
        if (status === 'loading') return slots.loading?.();
        if (isAsked.value || !(error || wasSignedIn)) return slots.fallback?.();
        return (slots.again ?? askAgain)({ error, signIn });
      };
    },
  }),
);

/** @param {{ error?: import('./index.js').GenericError | undefined, signIn: () => void }} props */
function askAgain({ error, signIn }) {
  return [
    error && h('p', { role: 'alert' }, error.message),
    h('button', { type: 'button', onClick: signIn }, 'Sign in again'),
  ];
}

/** @type {typeof import('./vue.js').JourneyForm} */
export const JourneyForm = /* @__PURE__ */ asDeclared(
  /* @__PURE__ */ defineComponent({
    name: 'JourneyForm',
    props: ['client', 'html', 'journey', 'messages', 'query', 'renderers'],
    emits: ['step', 'success', 'failure', 'error'],
    setup(props, { emit }) {
      const signIn = inject(KEY, undefined);
      const host = ref();
      onMounted(() => {
        const { update, remove } = mountForm(host.value, signIn, emit);
        watch(() => ({ ...props }), update, { immediate: true });
        onBeforeUnmount(remove);
      });
      return () => h('div', { ref: host });
    },
  }),
);

/**
 * A component as `vue.d.ts` declares it: by its properties and slots alone.
 *
 * @param {any} component
 */
function asDeclared(component) {
  return component;
}
