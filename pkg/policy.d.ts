/**
 * Messages for AM's failed policies.
 *
 * @module
 */
import type {
  FailedPolicyRequirement,
  MessageCreator,
  PolicyRequirement,
  ProcessedPropertyError,
  Step,
} from './index.js';

export type {
  FailedPolicyRequirement,
  MessageCreator,
  PolicyRequirement,
  ProcessedPropertyError,
  Step,
};

/**
 * Makes messages for failed policies. The app's own messages replace the built-in ones, which are in
 * English. The methods never throw, whatever AM sends.
 *
 * @example
 * if (result.type === 'LoginFailure') {
 *   const errors = Policy.parseErrors(result.payload, {
 *     UNIQUE: (property) => `This ${property} is taken`,
 *   });
 * }
 */
export const Policy: {
  /** Each property that failed policies, in AM's order; `[]` when none did. */
  parseErrors(failure: Step, creator?: MessageCreator): ProcessedPropertyError[];
  /** A message for each failed policy of a property, in AM's order. */
  parseFailedPolicyRequirement(failed: FailedPolicyRequirement, creator?: MessageCreator): string[];
  /**
   * The message for one failed policy: that of `creator`, else the built-in one, else `<property>: Unknown
   * policy requirement "<name>"`.
   *
   * @param property the name that the message begins with
   * @param policy an object, the JSON text of one, or the name of the policy
   */
  parsePolicyRequirement(
    property: string,
    policy: PolicyRequirement | string,
    creator?: MessageCreator,
  ): string;
};
