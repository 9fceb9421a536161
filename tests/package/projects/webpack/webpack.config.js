import { readdirSync } from 'node:fs';

const pages = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.html'));
const names = pages.map((page) => page.replace('.html', ''));

export default {
  mode: 'production',
  entry: Object.fromEntries(names.map((name) => [name, `./${name}.js`])),
};
