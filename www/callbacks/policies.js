import { PolicyKey } from '../pkg/index.js';
import { Policy } from '../pkg/policy.js';

/** The policies that are worth knowing before; the messages of others speak of an answer. */
const HINTS = new Set([
  PolicyKey.CannotContainCharacters,
  PolicyKey.CannotContainOthers,
  PolicyKey.LeastCapitalLetters,
  PolicyKey.LeastNumbers,
  PolicyKey.MaximumLength,
  PolicyKey.MinimumLength,
  PolicyKey.Unique,
]);

/** The hints whose own message has names that only AM knows. */
const WORDS = {
  [PolicyKey.CannotContainOthers]: (_, { disallowedFields = '' }) =>
    `must not contain your ${String(disallowedFields).split(',').map(wordsOf).join(', ')}`,
};

/** What AM asks of an answer. */
export function policyHints(callback) {
  const { policies } = callback.getPolicies() ?? {};
  if (!Array.isArray(policies)) return [];
  return policies.flatMap(({ policyRequirements, params }) =>
    (policyRequirements ?? [])
      .filter((requirement) => HINTS.has(requirement) && params?.minLength !== 1)
      .map((policyRequirement) => capitalised(sentence('', { policyRequirement, params }, WORDS))),
  );
}

/** What was wrong with the answer before. */
export function policyErrors(callback, label) {
  try {
    return callback.getFailedPolicies().map((policy) => sentence(label, policy));
  } catch {
    return [`${label} was not accepted`];
  }
}

function sentence(property, policy, creator) {
  return Policy.parsePolicyRequirement(property, policy, creator).trim();
}

function capitalised(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `givenName` is "given name". */
function wordsOf(attribute) {
  return attribute === 'sn' ? 'last name' : attribute.replace(/[A-Z]/g, ' $&').toLowerCase();
}
