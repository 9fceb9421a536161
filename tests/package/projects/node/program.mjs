/** What the package says on a server; the same whichever way it came there. */
export async function report({ main, url, policy, qrCode, types }) {
  const config = {
    serverConfig: { wellknown: 'https://am.example/am/oauth2/.well-known/openid-configuration' },
    clientId: 'app',
    redirectUri: 'https://app.example/callback.html',
    scope: 'openid',
  };
  const codeOf = (promise) =>
    promise.then(
      (value) => ['resolved', value?.code],
      (error) => ['rejected', error instanceof Error, error.code],
    );
  const step = {
    getCallbacksOfType: () => [
      main.createCallback({ type: 'HiddenValueCallback', output: [{ name: 'value', value: '' }] }),
    ],
  };
  return {
    oidc: await codeOf(main.oidc({ config })),
    journey: await codeOf(main.journey({ config })),
    configure: await codeOf(main.journeyClient.configure({ config })),
    'url: oidc': await codeOf(url.oidc({ config })),
    'url: journey': await codeOf(url.journey({ config })),
    'url: init': await codeOf(url.init()),
    policy: policy.Policy.parsePolicyRequirement('Name', 'REQUIRED'),
    qrCode: qrCode.QRCode.isQRCodeStep(step),
    types: types.StepType.Step,
    globals: Object.keys(globalThis).filter((name) => /journey|oidc|wasm/i.test(name)),
  };
}
