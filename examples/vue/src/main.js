import { createSignIn } from 'journey-oidc/state';
import { signInPlugin } from 'journey-oidc/vue';
import { createApp } from 'vue';
import App from './App.vue';
import 'journey-oidc/form.css';

const { VITE_WELLKNOWN: wellknown, VITE_API: api } = import.meta.env;
const redirectUri = `${location.origin}/callback.html`;
const registration = { clientId: 'journey-oidc-demo', redirectUri, scope: 'openid profile email' };
const config = { serverConfig: { wellknown }, ...registration, apiOrigins: [new URL(api).origin] };

createApp(App).use(signInPlugin, createSignIn({ config })).mount('#app');
