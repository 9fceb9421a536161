/** The subpaths in the documented style, and what must not compile. Checked by `tsc`, never run. */
import { BaseCallback, type GenericError, type JourneyStep, type OidcClient } from 'journey-oidc';
import {
  type CollectParameters,
  Device,
  type DeviceProfileData,
  type Geolocation,
  type ProfileConfigOptions,
} from 'journey-oidc/device';
import {
  type FailedPolicyRequirement,
  type MessageCreator,
  Policy,
  type PolicyRequirement,
  type Step as PolicyStep,
  type ProcessedPropertyError,
} from 'journey-oidc/policy';
import {
  QRCode,
  type BaseCallback as QRCodeCallback,
  type QRCodeData,
  type JourneyStep as QRCodeStep,
} from 'journey-oidc/qr-code';
import {
  type BaseCallback as RecoveryCallback,
  RecoveryCodes,
  type JourneyStep as RecoveryStep,
  type TextOutputCallback as RecoveryText,
} from 'journey-oidc/recovery-codes';
import * as types from 'journey-oidc/types';
import { init, oidc as oidcByUrl } from 'journey-oidc/url';
import {
  type AttestationType,
  type HiddenValueCallback,
  type MetadataCallback,
  type OutcomeWithName,
  type RelyingParty,
  type TextOutputCallback,
  type UserVerificationType,
  WebAuthn,
  type WebAuthnAuthenticationMetadata,
  type BaseCallback as WebAuthnBase,
  type WebAuthnCallbacks,
  type JourneyStep as WebAuthnJourneyStep,
  WebAuthnOutcome,
  type WebAuthnRegistrationMetadata,
  WebAuthnStepType,
} from 'journey-oidc/webauthn';

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(equal: Equal<A, B>): void => void equal;

same<JourneyStep, QRCodeStep>(true);
same<JourneyStep, RecoveryStep>(true);
same<JourneyStep, WebAuthnJourneyStep>(true);
same<BaseCallback, QRCodeCallback>(true);
same<BaseCallback, RecoveryCallback>(true);
same<BaseCallback, WebAuthnBase>(true);
same<TextOutputCallback, RecoveryText>(true);
same<AttestationType, 'direct' | 'indirect' | 'none'>(true);
same<UserVerificationType, 'discouraged' | 'preferred' | 'required'>(true);

export async function answer(step: JourneyStep, signal: AbortSignal): Promise<JourneyStep> {
  if (!WebAuthn.isSupported()) return step;
  switch (WebAuthn.getWebAuthnStepType(step)) {
    case WebAuthnStepType.Authentication:
      await WebAuthn.isConditionalMediationSupported();
      return WebAuthn.authenticate(step, signal);
    case WebAuthnStepType.Registration:
      await WebAuthn.register(step);
      return WebAuthn.register(step, 'My key', signal);
    case WebAuthnStepType.None:
      return step;
  }
}

export async function webauthn(step: JourneyStep): Promise<unknown> {
  const callbacks: WebAuthnCallbacks = WebAuthn.getCallbacks(step);
  const hidden: HiddenValueCallback | undefined = WebAuthn.getOutcomeCallback(step);
  const data: MetadataCallback | undefined = callbacks.metadataCallback;
  const text: TextOutputCallback | undefined = WebAuthn.getTextOutputCallback(step);
  hidden?.setInputValue(WebAuthnOutcome.Unsupported);
  const request: WebAuthnAuthenticationMetadata = {
    challenge: '',
    relyingPartyId: '',
    timeout: '60000',
    _allowCredentials: [{ type: 'public-key', id: [1, -1] }],
  };
  const options = WebAuthn.createAuthenticationPublicKey(request);
  const assertion = await WebAuthn.getAuthenticationCredential(options, 'silent');
  const signed: `${string}::${string}::${string}` = WebAuthn.getAuthenticationOutcome(assertion);
  const creation: WebAuthnRegistrationMetadata = {
    attestationPreference: 'none',
    authenticatorSelection: '{}',
    challenge: '',
    excludeCredentials: '',
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    relyingPartyId: '',
    relyingPartyName: '',
    timeout: 60_000,
    userId: '',
    userName: '',
  };
  const created = await WebAuthn.getRegistrationCredential(
    WebAuthn.createRegistrationPublicKey(creation),
  );
  const party: RelyingParty = { name: 'Example' };
  return [WebAuthn.getRegistrationOutcome(created), signed, data, text, party];
}

same<OutcomeWithName<'c', 'none', 'id'>, 'c::none::id'>(true);
same<OutcomeWithName<'c', 'none', { id: 'id' }, 'name'>, 'c::none::id::name'>(true);

export async function profile(): Promise<DeviceProfileData> {
  const options: ProfileConfigOptions = { fontNames: ['Arial'] };
  const parameters: CollectParameters = { location: true, metadata: false };
  const device = new Device(options, 'warn', 'mine');
  const place: Geolocation | Record<string, never> = await device.getLocationCoordinates();
  const minutes: number | null = new Device().getTimezoneOffset();
  void [place, minutes];
  return device.getProfile(parameters);
}

export function words(failure: PolicyStep): string[] {
  const creator: MessageCreator = { UNIQUE: (property) => `${property} is taken` };
  const policy: PolicyRequirement = { policyRequirement: 'UNIQUE' };
  const failed: FailedPolicyRequirement = { property: 'mail', policyRequirements: [policy] };
  const errors: ProcessedPropertyError[] = Policy.parseErrors(failure, creator);
  return [
    ...errors.flatMap(({ messages }) => messages),
    ...Policy.parseFailedPolicyRequirement(failed),
    Policy.parsePolicyRequirement('mail', policy, creator),
    Policy.parsePolicyRequirement('mail', 'UNIQUE'),
  ];
}

export function read(step: JourneyStep): [QRCodeData | undefined, string[], string] {
  const code = QRCode.isQRCodeStep(step) ? QRCode.getQRCodeData(step) : undefined;
  const codes = RecoveryCodes.isDisplayStep(step) ? RecoveryCodes.getCodes(step) : [];
  return [code, codes, RecoveryCodes.getDeviceName(step)];
}

/** A step made by hand needs no more than this. */
export const byHand = {
  getCallbacksOfType: <T extends BaseCallback>() =>
    [new BaseCallback({ type: 'HiddenValueCallback', output: [] })] as T[],
};
QRCode.isQRCodeStep(byHand);
RecoveryCodes.getCodes(byHand);
WebAuthn.getWebAuthnStepType(byHand);
same<typeof byHand, Awaited<ReturnType<typeof WebAuthn.authenticate<typeof byHand>>>>(true);

// ./types: the values but the clients, and every type.
const base: types.BaseCallback = types.createCallback({ type: 'NameCallback', output: [] });
const kind: types.StepType = types.StepType.Step;
const key: types.PolicyKey = types.PolicyKey.Required;
same<types.JourneyStep, JourneyStep>(true);
same<types.GenericError, GenericError>(true);
export const values = [base, kind, key, types.makeOidcConfig];

// @ts-expect-error: a client, which this entry has not
types.journey;
// @ts-expect-error: likewise
types.oidc;
// @ts-expect-error: likewise
types.journeyClient;
// @ts-expect-error: not a value here
types.callbackType;
// @ts-expect-error: no such category of configuration is a text
new Device({ fontNames: 'Arial' });
// @ts-expect-error: no such level
new Device({}, 'loud');
// @ts-expect-error: both are needed
new Device().getProfile({ location: true });
// @ts-expect-error: a signal has no text
WebAuthn.authenticate(byHand, 'signal');
// @ts-expect-error: the name comes first
WebAuthn.register(byHand, new AbortController().signal);
// @ts-expect-error: a payload is no step
QRCode.isQRCodeStep({ callbacks: [] });
// @ts-expect-error: no such outcome
WebAuthnOutcome.Failure;
// @ts-expect-error: a message is a text
Policy.parseErrors({}, { UNIQUE: () => 1 });

export async function separateFile(bytes: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
  const failure: GenericError | undefined = await init({ core: fetch('/core.wasm') });
  await init({ core: '/core.wasm', oidc: '/oidc.wasm' });
  await init({ oidc: new URL('https://app.example/oidc.wasm') });
  await init({ core: bytes });
  await init({ core: await WebAssembly.compile(bytes) });
  // @ts-expect-error
  await init('/core.wasm');
  const client: OidcClient = await oidcByUrl({
    config: { clientId: 'a', redirectUri: '', serverConfig: { wellknown: '' } },
  });
  void client;
  return failure?.code;
}
