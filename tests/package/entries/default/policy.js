import { Policy } from 'journey-oidc/policy';

const message = Policy.parsePolicyRequirement('Name', { policyRequirement: 'REQUIRED' });
document.querySelector('output').value = message;
