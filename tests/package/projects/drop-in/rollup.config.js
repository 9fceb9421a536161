import aliases from '@rollup/plugin-alias';
import resolve from '@rollup/plugin-node-resolve';
import { alias } from './alias.js';

export default {
  input: 'index.js',
  output: { dir: 'dist' },
  plugins: [aliases({ entries: alias }), resolve()],
};
