/** The journey that a transaction runs: which one is a matter of policies, and there is but one. */
const TRANSACTION_JOURNEY = 'StepUp';

/**
 * What `authIndexType=composite_advice` demands: `{ journey, exceeds(realm, session) }`, the journey
 * to run, and whether the session is not enough. `undefined` if the query has no advice.
 * @see https://docs.pingidentity.com/pingam/8/am-authentication/authn-session-upgrade.html
 */
export function demandOf(query) {
  if (query.get('authIndexType') !== 'composite_advice') return undefined;
  const advices = query.get('authIndexValue') ?? '';
  if (readValue(advices, 'TransactionConditionAdvice')) {
    return { journey: TRANSACTION_JOURNEY, exceeds: () => true };
  }
  const service = readValue(advices, 'AuthenticateToServiceConditionAdvice');
  const journey = service?.replace(/^.*:/, '');
  return { journey, exceeds: (realm, session) => !realm.journeysOf(session).includes(journey) };
}

/** The value of an advice in `<Advices><AttributeValuePair><Attribute name="…"/><Value>…`. */
function readValue(advices, name) {
  const pair = new RegExp(`<Attribute name="${name}"\\s*/>\\s*<Value>([^<]*)</Value>`);
  return pair.exec(advices)?.[1];
}
