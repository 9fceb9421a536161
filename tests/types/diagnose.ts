/** The types of `diagnose()`, and what must not compile. Checked by `tsc`, never run. */
import { type Check, diagnose, type Finding, type Result } from 'journey-oidc/diagnose';
import { oidc } from 'journey-oidc/url';

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(equal: Equal<A, B>): void => void equal;

const config = { serverConfig: { wellknown: '' }, clientId: '', redirectUri: '' };
const client = await oidc({ config });
const report = await diagnose({ config, storage: { type: 'memory' }, journey: 'a', client, oidc });
same<typeof report, Finding[]>(true);
for (const { check, result, found, means, remedy, link } of report) {
  same<typeof check, Check>(true);
  same<typeof result, Result>(true);
  [found, means, remedy, link] satisfies string[];
  if (result === 'problem' && check === 'token-cors') void remedy;
  // @ts-expect-error: there is no such result
  if (result === 'error') void found;
  // @ts-expect-error: there is no such check
  if (check === 'cors') void found;
}

// @ts-expect-error: the configuration is missing
diagnose({});
