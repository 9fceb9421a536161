export { Policy } from './policies.js';
