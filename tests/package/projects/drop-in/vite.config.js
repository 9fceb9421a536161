import { alias } from './alias.js';

export default { resolve: { alias }, build: { target: 'es2022' } };
