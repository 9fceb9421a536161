/** The calls of the bench, by the factories of one of our entries. */
export function adapter({ journey, oidc }) {
  const clientId = 'bench';
  let walk;
  let client;
  let signInStep;
  let byFrame;
  const config = (origin, more) => ({
    clientId,
    redirectUri: `${origin}/callback.html`,
    scope: 'openid',
    serverConfig: {
      wellknown: `${origin}/am/oauth2/alpha/.well-known/openid-configuration`,
    },
    ...more,
  });
  const answer = (step) => {
    step.getCallbackOfType('NameCallback').setName('demo');
    step.getCallbackOfType('PasswordCallback').setPassword('secret');
    return walk.next(step);
  };
  const renew = (by) => by.token.get({ backgroundRenew: true, forceRenew: true });
  return {
    async ready(origin) {
      [walk, client] = await Promise.all([
        journey({ config: config(origin) }),
        oidc({ config: config(origin) }),
      ]);
      byFrame = () => oidc({ config: config(origin, { renew: 'background' }) });
      return client;
    },
    async openForm(origin) {
      client = oidc({ config: config(origin) });
      walk = await journey({ config: config(origin) });
      signInStep = await walk.start();
    },
    async submit() {
      await answer(signInStep);
      return (await client).token.get({ backgroundRenew: true });
    },
    async warm(origin) {
      client = await oidc({ config: config(origin) });
      return client.token.get();
    },
    signIn: () => client.token.get({ backgroundRenew: true }),
    get: () => client.token.get(),
    url: () => client.authorize.url(),
    login: async () => (await answer(await walk.start())).getSessionToken(),
    // The client is made before the clock starts.
    renewByFrame: async () => {
      const other = await byFrame();
      return () => renew(other);
    },
    renewByRefresh: async () => () => renew(client),
    expire() {
      const record = JSON.parse(localStorage.getItem(`pic-${clientId}`));
      const ended = JSON.stringify({ ...record, expiryTimestamp: Date.now() });
      localStorage.setItem(`pic-${clientId}`, ended);
    },
  };
}
