/** The configuration as code, for three kinds of apps. */
import { copyButton, el } from './dom.js';

/** Where an app has the pages of its redirect URIs; the playground's own are of no use to it. */
const PATHS = {
  redirectUri: '/',
  backgroundRedirectUri: '/callback.html',
  popupRedirectUri: '/popup.html',
  signOutRedirectUri: '/',
  backgroundSignOutRedirectUri: '/callback.html',
};

const REGISTER = `// Register these URIs at the provider. The pages callback.html and popup.html,
// with its popup.js, are in the package's folder pkg: serve them there.
`;

/** A member's value as a person writes it in JavaScript. */
function literal(value, indent = '', name = '') {
  if (name in PATHS) return `\`\${location.origin}${PATHS[name]}\``;
  if (typeof value === 'string') return `'${value.replace(/[\\']/g, '\\$&')}'`;
  if (typeof value !== 'object') return String(value);
  const lines = Object.entries(value).map(
    ([name, member]) => `${indent}  ${name}: ${literal(member, `${indent}  `, name)},\n`,
  );
  return `{\n${lines.join('')}${indent}}`;
}

/** For the form of a journey. */
const STYLE = `import 'journey-oidc/form.css';
`;

const PROGRAMS = {
  'Plain JavaScript': (
    input,
    journey,
  ) => `import { ${journey ? 'journeyClient, ' : ''}oidc } from 'journey-oidc';

${input}
const client = await oidc({ config, storage });
if ('error' in client) throw new Error(client.message);
if (client.authorize.callback.matches()) await client.authorize.callback();
const tokens = await client.token.get({ backgroundRenew: true });
${
  journey
    ? `if ('error' in tokens) {
  const failure = await journeyClient.configure({ config });
  if (failure) throw new Error(failure.message);
  const step = await journeyClient.start({ journey: ${literal(journey)} });
}`
    : `if ('error' in tokens) await client.authorize.redirect();`
}
`,
  React: (
    input,
    journey,
  ) => `import { ${journey ? 'JourneyForm, ' : ''}Protected, SignInProvider, useSignIn } from 'journey-oidc/react';
import { createSignIn } from 'journey-oidc/state';
${journey ? STYLE : ''}
${input}
const auth = createSignIn({ config, storage });

function Account() {
  const { claims, signOut } = useSignIn();
  return <button onClick={() => signOut()}>Sign out {claims?.sub}</button>;
}

function SignIn() {
${
  journey
    ? `  return <JourneyForm journey="${journey.replaceAll('"', '&quot;')}" />;`
    : `  const { signIn } = useSignIn();
  return <button onClick={() => signIn()}>Sign in</button>;`
}
}

export const App = () => (
  <SignInProvider signIn={auth}>
    <Protected fallback={<SignIn />}>
      <Account />
    </Protected>
  </SignInProvider>
);
`,
  Vue: (input, journey) => `// main.js
import { createSignIn } from 'journey-oidc/state';
import { signInPlugin } from 'journey-oidc/vue';
import { createApp } from 'vue';
import App from './App.vue';
${journey ? STYLE : ''}
${input}
createApp(App).use(signInPlugin, createSignIn({ config, storage })).mount('#app');

// App.vue
<script setup>
import { ${journey ? 'JourneyForm, ' : ''}Protected, useSignIn } from 'journey-oidc/vue';

const { claims, signIn, signOut } = useSignIn();
</script>

<template>
  <Protected>
    <button type="button" @click="signOut()">Sign out {{ claims?.sub }}</button>
    <template #fallback>
      ${
        journey
          ? `<JourneyForm journey="${journey.replaceAll('"', '&quot;')}" />`
          : '<button type="button" @click="signIn()">Sign in</button>'
      }
    </template>
  </Protected>
</template>
`,
};

/** The programs, each with a button that copies it. */
export function renderCode({ config, storage }, journey) {
  const input = `${REGISTER}const config = ${literal(config)};\nconst storage = ${literal(storage)};\n`;
  return Object.entries(PROGRAMS).map(([name, program], index) => {
    const text = program(input, journey);
    return el(
      'details',
      { open: index === 0 },
      el('summary', {}, name),
      el('div', { className: 'program' }, copyButton(`Code for ${name}`, text)),
      el(
        'pre',
        { tabIndex: 0, ariaLabel: `Code for ${name}`, role: 'region' },
        el('code', {}, text),
      ),
    );
  });
}
