import { readdirSync } from 'node:fs';
import resolve from '@rollup/plugin-node-resolve';

const pages = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.html'));

export default {
  input: pages.map((page) => page.replace('.html', '.js')),
  output: { dir: 'dist' },
  plugins: [resolve()],
};
