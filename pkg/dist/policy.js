export { Policy } from './callbacks/policies.js';
